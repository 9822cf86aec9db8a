// The bound of a node: words of what is decided, all else at its least (README.md argues them).
// Undecided steps are 1 in what they multiply and all the room there is in what they divide.
//
// Example: Z[m,n] += A[m,k] B[k,n], 64 each, A placed behind m by 4 and n by 8: 4096 words, 8 times. B is not
// placed yet: 4 times at least.
#include "proof/proof_window.h"

#include "cost/latency.h"

#include <math.h>
#include <string.h>

// ---- Words

int aug_proof_arrays_above(const aug_proof *proof, int memory) {
    int count = 0;
    while (count < proof->array_count &&
           proof->problem->arrays[count].first_axis < proof->problem->memories[memory].axes_above)
        count++;
    return count;
}

// Steps in space of a rank along arrays from .. to - 1.
aug_count aug_proof_spread(const aug_proof_partial *at, int rank, int from, int to) {
    aug_count steps = 1;
    for (int a = from; a < to; a++)
        steps *= at->spread[a][rank];
    return steps;
}

static aug_count instances_of(const aug_proof *proof, const aug_proof_partial *at, int memory) {
    aug_count count = 1;
    for (int r = 0; r < proof->problem->rank_count; r++)
        count *= aug_proof_spread(at, r, 0, aug_proof_arrays_above(proof, memory));
    return count;
}

// Words of a tensor that one instance of a memory sees in all; of windows 1.
static aug_count share_of(const aug_proof *proof, const aug_proof_partial *at, int memory, int tensor) {
    aug_count words = 1;
    for (int r = 0; r < proof->problem->rank_count; r++)
        if (aug_proof_moves(proof, tensor, r) && !(proof->windows[tensor] >> r & 1))
            words *=
                proof->problem->sizes[r] / aug_proof_spread(at, r, 0, aug_proof_arrays_above(proof, memory));
    return words;
}

// Operations of one operand that share a read of the memory, at most; all places of windows together.
static aug_count sharers_of(const aug_proof *proof, const aug_proof_partial *at, int memory, int tensor) {
    aug_count sharers = 1;
    for (int a = aug_proof_arrays_above(proof, memory); a < proof->array_count; a++) {
        aug_count all = 1, still = 1;
        for (int r = 0; r < proof->problem->rank_count; r++) {
            all *= at->spread[a][r];
            still *= aug_proof_moves(proof, tensor, r) && !(proof->windows[tensor] >> r & 1)
                         ? 1
                         : at->spread[a][r];
        }
        sharers *= a < at->arrays ? still : still * (proof->fans[a] / all);
    }
    return sharers;
}

aug_count aug_proof_repeats(const aug_proof *proof, const aug_proof_partial *at, int memory, int tensor) {
    aug_count steps = 1;
    if (at->placed[memory] >> tensor & 1)
        return at->repeats[memory][tensor];
    for (int r = 0; r < proof->problem->rank_count; r++)
        steps *= aug_proof_moves(proof, tensor, r) ? 1 : at->count[r];
    return steps;
}

// Words of each instance; their price over all of them.
static aug_wide add_words(const aug_proof *proof, aug_proof_value *v, int memory, int tensor,
                          aug_flow_kind flow, aug_count each, aug_count instances) {
    v->words[memory][tensor][flow] += each;
    return (aug_wide)each * instances * proof->prices[memory][tensor][flow];
}

// Words of windows, repeats included, that an instance of a child is given; and its parent gives: what
// children at different places fetch, or, as long as these are not known, each of its words.
static aug_count windows_of(const aug_proof *proof, const aug_proof_partial *at, int tensor, int parent,
                            int child, aug_count *given) {
    int from = aug_proof_arrays_above(proof, parent), to = aug_proof_arrays_above(proof, child);
    aug_count words = at->fetched[child][tensor];
    if (!words)
        words = aug_proof_window_words(proof, at, child, tensor, to, false);
    *given = to > at->arrays ? aug_proof_window_words(proof, at, child, tensor, from, false)
                             : words * aug_proof_window_places(proof, at, tensor, from, to);
    return words;
}

// An edge between stores: words · repeats each way; results come down again all but the first time.
static void add_edge(const aug_proof *proof, const aug_proof_partial *at, aug_proof_value *v, int tensor,
                     int parent, int child) {
    const aug_problem_tensor *of = &proof->problem->tensors[tensor];
    aug_count repeats = aug_proof_repeats(proof, at, child, tensor), again = repeats;
    aug_count outer = share_of(proof, at, parent, tensor), inner = share_of(proof, at, child, tensor);
    aug_count parents = instances_of(proof, at, parent), children = instances_of(proof, at, child);
    if (proof->windows[tensor]) {
        aug_count given;
        inner *= windows_of(proof, at, tensor, parent, child, &given);
        outer *= given;
        again = 1;
    }
    if (of->is_output && !of->accumulates)
        again--;
    v->parts[child] += add_words(proof, v, parent, tensor, AUG_FLOW_READ, outer * again, parents);
    v->parts[child] += add_words(proof, v, child, tensor, AUG_FLOW_FILL, inner * again, children);
    if (!of->is_output)
        return;
    v->parts[child] += add_words(proof, v, parent, tensor, AUG_FLOW_UPDATE, outer * repeats, parents);
    if (proof->problem->drain_reads)
        v->parts[child] += add_words(proof, v, child, tensor, AUG_FLOW_READ, inner * repeats, children);
}

// The edge into compute: every operation uses an operand, and as many share a read as stand side by side.
static void add_operands(const aug_proof *proof, const aug_proof_partial *at, aug_proof_value *v, int tensor,
                         int parent) {
    const aug_problem_tensor *of = &proof->problem->tensors[tensor];
    aug_count sharers = sharers_of(proof, at, parent, tensor), parents = instances_of(proof, at, parent);
    aug_count places =
        aug_proof_window_places(proof, at, tensor, aug_proof_arrays_above(proof, parent), proof->array_count);
    aug_count all = (aug_count)(((aug_wide)proof->problem->operations * places - 1) / sharers) + 1,
              each = (all - 1) / parents + 1, again = each;
    if (proof->windows[tensor]) { // each word of its share is read
        aug_count seen =
            share_of(proof, at, parent, tensor) *
            aug_proof_window_words(proof, at, parent, tensor, aug_proof_arrays_above(proof, parent), false);
        again = again < seen ? seen : again;
    }
    if (of->is_output && !of->accumulates) {
        aug_count first = share_of(proof, at, parent, tensor);
        again = aug_proof_arrays_above(proof, parent) > at->arrays || each < first ? 0 : each - first;
    }
    v->price += add_words(proof, v, parent, tensor, AUG_FLOW_READ, again, parents);
    if (of->is_output)
        v->price += add_words(proof, v, parent, tensor, AUG_FLOW_UPDATE, each, parents);
}

// ---- Room

// Words that a store that is not placed keeps at least: its part of what stands side by side inside of it.
aug_count aug_proof_tile(const aug_proof *proof, const aug_proof_partial *at, int memory, int tensor) {
    aug_count inner[AUG_PROBLEM_RANKS];
    if (at->placed[memory] >> tensor & 1)
        return at->tile[memory][tensor];
    for (int r = 0; r < proof->problem->rank_count; r++)
        inner[r] = aug_proof_spread(at, r, aug_proof_arrays_above(proof, memory), proof->array_count);
    return aug_tensor_words(&proof->problem->tensors[tensor], inner);
}

// Of a home: all that its instance sees.
static aug_count home_words(const aug_proof *proof, const aug_proof_partial *at, int memory, int tensor) {
    aug_count seen[AUG_PROBLEM_RANKS];
    for (int r = 0; r < proof->problem->rank_count; r++)
        seen[r] =
            proof->problem->sizes[r] / aug_proof_spread(at, r, 0, aug_proof_arrays_above(proof, memory));
    return aug_tensor_words(&proof->problem->tensors[tensor], seen);
}

static bool has_room(const aug_proof *proof, const aug_proof_partial *at, int m) {
    const aug_problem_memory *memory = &proof->problem->memories[m];
    double bits = 0.0;
    if (aug_proof_arrays_above(proof, m) > at->arrays)
        return true;
    for (int t = 0; t < proof->problem->tensor_count; t++) {
        if (proof->home[t] == m)
            bits += (double)home_words(proof, at, m, t) * memory->bits[t];
        else if (at->kept[m] >> t & 1)
            bits += (double)aug_proof_tile(proof, at, m, t) * memory->bits[t];
    }
    return bits * (double)memory->buffers <= memory->capacity_bits * (1.0 + 1e-12);
}

// ---- The bound

// Cycles of the slower port, summed as cost/latency.c does.
static double port_cycles(const aug_proof *proof, const aug_proof_value *v, int m) {
    const aug_problem_memory *memory = &proof->problem->memories[m];
    double reads = 0.0, writes = 0.0, both = 0.0;
    for (int t = 0; t < proof->problem->tensor_count; t++)
        for (int f = 0; f < AUG_FLOW_COUNT; f++) {
            double bits = (double)v->words[m][t][f] * memory->bits[t];
            both += bits;
            *(f == AUG_FLOW_READ ? &reads : &writes) += bits;
        }
    double first = memory->shared_port ? both : reads, second = memory->shared_port ? 0.0 : writes;
    first = isinf(memory->read_bits_per_cycle) ? 0.0 : first / memory->read_bits_per_cycle;
    second = isinf(memory->write_bits_per_cycle) || memory->shared_port
                 ? 0.0
                 : second / memory->write_bits_per_cycle;
    return first > second ? first : second;
}

static double least_cycles(const aug_proof *proof, const aug_proof_partial *at, const aug_proof_value *v) {
    aug_count units = 1;
    for (int a = 0; a < proof->array_count; a++) {
        aug_count known = 1;
        for (int r = 0; r < proof->problem->rank_count; r++)
            known *= at->spread[a][r];
        units *= a < at->arrays ? known : proof->fans[a];
    }
    aug_count each = (proof->problem->operations - 1) / units + 1;
    double cycles = (double)each / proof->problem->computes[proof->unit].rate_per_cycle;
    for (int m = 0; m < proof->memory_count; m++)
        if (aug_proof_arrays_above(proof, m) <= at->arrays)
            cycles = fmax(cycles, port_cycles(proof, v, m));
    return aug_whole_cycles(cycles);
}

void aug_proof_bound(const aug_proof *proof, const aug_proof_partial *at, aug_proof_value *v) {
    memset(v, 0, sizeof *v);
    v->fits = true;
    for (int m = 0; m < proof->memory_count && v->fits; m++)
        v->fits = (at->only >= 0 && at->only != m) || has_room(proof, at, m);
    for (int t = 0; t < proof->problem->tensor_count; t++) {
        int parent = proof->home[t];
        for (int m = parent + 1; m < proof->memory_count; m++)
            if (at->kept[m] >> t & 1) {
                add_edge(proof, at, v, t, parent, m);
                parent = m;
            }
        add_operands(proof, at, v, t, parent);
    }
    v->price += (aug_wide)proof->problem->operations * proof->unit_price;
    for (int m = 0; m < proof->memory_count; m++)
        v->price += v->parts[m] > at->floors[m] ? v->parts[m] : at->floors[m];
    v->cycles = least_cycles(proof, at, v);
}
