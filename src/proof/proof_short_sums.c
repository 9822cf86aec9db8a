// What a node costs, and its limits, as sums of products of growths and steps.
//
//     words of a store   words of the tensor · growths of the ranks that do not move it, up to here · their
//     steps
//                        in space above the memory
//     tile               words of the tensor / growths of its ranks, up to here, and their steps in space
//     operands           operations / steps of the ranks that do not move it, inside of the last memory that
//     has it
//
// Results come down again all but the first time. Of R times and S copies these are S R - S words. A rank may
// have up to `more` times the copies that its steps in the sum are (m 9 in tiles of 4 is 3 places, 2.25
// here), so at least S (R - more), and log(R - more) is no less than the straight line between the ends of
// its interval.
//
// Example: A[m,k] of 4096 words behind a growth of n by x, of m by y: 4096 x words, tiles of 4096 / y.
#include "proof/proof_short.h"

#include "proof/proof_bound.h"

#include <math.h>
#include <string.h>

typedef struct build {
    const aug_short *node;
    const aug_proof *proof;
    const aug_problem *problem;
    aug_sums *sums;
    double unit; // price of which the sum is 1
    bool fits;
} build;

// ---- Terms

// A term that is thrown away where there is no room.
static aug_sums_term *start(build *b, double value) {
    aug_sums *s = b->sums;
    b->fits &= s->term_count < AUG_SUMS_TERMS - 1;
    aug_sums_term *term = &s->terms[b->fits ? s->term_count++ : AUG_SUMS_TERMS - 1];
    memset(term, 0, sizeof *term);
    term->scale = log(value);
    return term;
}

// The terms since the last sum are a sum.
static void end_sum(build *b) {
    aug_sums *s = b->sums;
    b->fits &= s->count < AUG_SUMS;
    if (b->fits && s->first[s->count] < s->term_count)
        s->first[++s->count] = s->term_count;
}

static void multiply(aug_sums_term *term, int variable, double power) {
    if (variable >= 0)
        term->powers[variable] += power;
}

static double words_of(const build *b, int tensor) {
    double words = 1.0;
    for (int r = 0; r < b->problem->rank_count; r++)
        words *= aug_proof_moves(b->proof, tensor, r) ? (double)b->problem->sizes[r] : 1.0;
    return words;
}

// Steps along arrays from .. to - 1 of the ranks that do not move a tensor.
static void multiply_copies(const build *b, aug_sums_term *term, int tensor, int from, int to, double power) {
    for (int a = from; a < to; a++)
        for (int r = 0; r < b->problem->rank_count; r++)
            if (!aug_proof_moves(b->proof, tensor, r))
                multiply(term, b->node->spread[a][r], power);
}

// Stores down to that of a tensor in a memory; all that stand, if that is still to come.
static int stores_down_to(const aug_short *node, int memory, int tensor) {
    for (int i = 0; i < node->count; i++)
        if (node->at[i].memory == memory && node->at[i].tensor == tensor)
            return i + 1;
    return node->count;
}

static void multiply_repeats(const build *b, aug_sums_term *term, int tensor, int stores, double power) {
    for (int i = 0; i < stores; i++)
        for (int r = 0; r < b->problem->rank_count; r++)
            if (!aug_proof_moves(b->proof, tensor, r))
                multiply(term, b->node->at[i].growth[r], power);
}

// ---- Results that come again

// Whether a rank may grow at the first stores.
static bool may_grow(const build *b, int stores, int rank) {
    for (int i = 0; i < stores; i++)
        if (b->node->at[i].growth[rank] >= 0 && b->node->high[b->node->at[i].growth[rank]] > 0.0)
            return true;
    return false;
}

// Places of a rank along arrays 0 .. to - 1, of what their steps are in the sum, at most. Behind a loop in time
// that leaves e of s places work in its last tile, e of n tiles in all, the s copies come first with the others: these
// are n - e, which count s (1 - e e / (s n)) / (1 - e / n) of them, 1.25 s at most (n = s + e, s = 2 e).
static double more_copies(const build *b, int tensor, int stores, int to) {
    double more = 1.0;
    for (int a = 0; a < to; a++)
        for (int r = 0; r < b->problem->rank_count; r++) {
            int v = b->node->spread[a][r];
            if (v < 0 || aug_proof_moves(b->proof, tensor, r) || !(b->node->high[v] > 0.0))
                continue;
            double low = exp(b->node->low[v]) * (1.0 - 1e-12), high = ceil(exp(b->node->high[v]) - 1e-9);
            double outermost = fmin(fmin(2.0, 1.0 + 1.0 / low), high / low);
            more *= fmax(outermost, may_grow(b, stores, r) ? 1.25 : 1.0);
        }
    return more;
}

// Makes of S words S (R - more). False where nothing is sure to come again.
static bool multiply_again(const build *b, aug_sums_term *term, int tensor, int stores, int arrays) {
    double low = 0.0, high = 0.0, most = 0.0, more = more_copies(b, tensor, stores, arrays) * (1.0 + 1e-9);
    for (int r = 0; r < b->problem->rank_count; r++)
        most += aug_proof_moves(b->proof, tensor, r) ? 0.0 : log((double)b->problem->sizes[r]);
    for (int i = 0; i < stores; i++)
        for (int r = 0; r < b->problem->rank_count; r++) {
            int v = b->node->at[i].growth[r];
            if (v < 0 || aug_proof_moves(b->proof, tensor, r))
                continue;
            low += b->node->low[v];
            high += b->node->high[v];
        }
    high = fmin(high, most);
    if (!(exp(low) > more) || !(high >= low))
        return false;
    double first = log(exp(low) - more), slope = 1.0;
    if (high - low > 1e-9)
        slope = (log(exp(high) - more) - first) / (high - low);
    term->scale += first - slope * low - 1e-11;
    multiply_repeats(b, term, tensor, stores, slope);
    return true;
}

// ---- Prices

// Words over an edge at one of its ends, behind the first `arrays` arrays.
static void add_moved(build *b, aug_count price, int tensor, int stores, int arrays, bool again) {
    if (price == 0)
        return;
    int before = b->sums->term_count;
    aug_sums_term *term = start(b, (double)price / b->unit * words_of(b, tensor));
    multiply_copies(b, term, tensor, 0, arrays, 1.0);
    if (!again)
        multiply_repeats(b, term, tensor, stores, 1.0);
    else if (!multiply_again(b, term, tensor, stores, arrays))
        b->sums->term_count = before;
}

static void add_edge(build *b, int tensor, int parent, int child) {
    const aug_problem_tensor *of = &b->problem->tensors[tensor];
    const aug_count *out = b->proof->prices[parent][tensor], *in = b->proof->prices[child][tensor];
    int outer = aug_proof_arrays_above(b->proof, parent), inner = aug_proof_arrays_above(b->proof, child);
    int stores = stores_down_to(b->node, child, tensor);
    bool again = of->is_output && !of->accumulates;
    add_moved(b, out[AUG_FLOW_READ], tensor, stores, outer, again);
    add_moved(b, in[AUG_FLOW_FILL], tensor, stores, inner, again);
    if (!of->is_output)
        return;
    add_moved(b, out[AUG_FLOW_UPDATE], tensor, stores, outer, false);
    if (b->problem->drain_reads)
        add_moved(b, in[AUG_FLOW_READ], tensor, stores, inner, false);
}

// Of the operations on a word, how many are the first of their place or share that, at most.
static double first_part(const build *b, int tensor) {
    double all = 1.0, places = 1.0;
    for (int r = 0; r < b->problem->rank_count; r++)
        all *= aug_proof_moves(b->proof, tensor, r) ? 1.0 : (double)b->problem->sizes[r];
    for (int a = 0; a < b->proof->array_count; a++) {
        double here = 1.0;
        for (int r = 0; r < b->problem->rank_count; r++)
            if (b->node->spread[a][r] >= 0 && !aug_proof_moves(b->proof, tensor, r))
                here *= ceil(exp(b->node->high[b->node->spread[a][r]]) - 1e-9);
        places *= fmin(here, (double)b->proof->fans[a]);
    }
    return places / all;
}

static void add_operands(build *b, int tensor, int parent) {
    const aug_problem_tensor *of = &b->problem->tensors[tensor];
    const aug_count *out = b->proof->prices[parent][tensor];
    double operations = (double)b->problem->operations / b->unit, again = 1.0;
    int outer = aug_proof_arrays_above(b->proof, parent);
    if (of->is_output && !of->accumulates)
        again = 1.0 - first_part(b, tensor);
    if (out[AUG_FLOW_READ] > 0 && again > 0.0)
        multiply_copies(b, start(b, operations * again * (double)out[AUG_FLOW_READ]), tensor, outer,
                        b->proof->array_count, -1.0);
    if (of->is_output && out[AUG_FLOW_UPDATE] > 0)
        multiply_copies(b, start(b, operations * (double)out[AUG_FLOW_UPDATE]), tensor, outer,
                        b->proof->array_count, -1.0);
}

static void add_prices(build *b) {
    for (int t = 0; t < b->problem->tensor_count; t++) {
        int parent = b->proof->home[t];
        for (int m = parent + 1; m < b->proof->memory_count; m++)
            if (b->node->kept[m] >> t & 1) {
                add_edge(b, t, parent, m);
                parent = m;
            }
        add_operands(b, t, parent);
    }
    if (b->proof->unit_price > 0)
        start(b, (double)b->problem->operations * (double)b->proof->unit_price / b->unit);
    if (b->sums->term_count == 0)
        start(b, 1e-300);
    end_sum(b);
}

// ---- Limits

static void add_room(build *b, int memory) {
    const aug_problem_memory *of = &b->problem->memories[memory];
    for (int t = 0; t < b->problem->tensor_count && !isinf(of->capacity_bits); t++) {
        bool home = b->proof->home[t] == memory, stands = b->node->placed[memory] >> t & 1;
        if (!home && !stands)
            continue;
        aug_sums_term *term =
            start(b, words_of(b, t) * of->bits[t] * (double)of->buffers / of->capacity_bits);
        term->scale -= 1e-11;
        for (int r = 0; r < b->problem->rank_count; r++) {
            if (home || !aug_proof_moves(b->proof, t, r))
                continue;
            for (int a = 0; a < aug_proof_arrays_above(b->proof, memory); a++)
                multiply(term, b->node->spread[a][r], -1.0);
            for (int a = 0; a < b->proof->array_count; a++)
                multiply(term, b->node->idle_places[a][r], -1.0);
            for (int i = 0; i < stores_down_to(b->node, memory, t); i++)
                multiply(term, b->node->at[i].growth[r], -1.0);
        }
    }
    end_sum(b);
}

// A tile has one point at least, an array no more places than it has.
static void add_lines(build *b) {
    const aug_short *node = b->node;
    for (int r = 0; r < b->problem->rank_count; r++) {
        aug_sums_term *term = start(b, 1.0 / (double)b->problem->sizes[r]);
        term->scale -= 1e-11;
        for (int i = 0; i < node->count; i++)
            multiply(term, node->at[i].growth[r], 1.0);
        for (int a = 0; a < b->proof->array_count; a++) {
            multiply(term, node->spread[a][r], 1.0);
            multiply(term, node->idle_places[a][r], 1.0);
        }
        end_sum(b);
    }
    for (int a = 0; a < b->proof->array_count; a++) {
        aug_sums_term *term = start(b, 1.0 / (double)b->proof->fans[a]);
        term->scale -= 1e-11;
        for (int r = 0; r < b->problem->rank_count; r++)
            multiply(term, node->spread[a][r], 1.0);
        end_sum(b);
        for (int r = 0; r < b->problem->rank_count; r++) {
            if (node->spread[a][r] < 0)
                continue;
            aug_sums_term *two = start(b, 1.0); // one place has no others beside it
            multiply(two, node->idle_places[a][r], 1.0);
            multiply(two, node->spread[a][r], -1.0);
            end_sum(b);
        }
    }
}

bool aug_short_sums(const aug_short *node, aug_sums *sums) {
    build b = {.node = node,
               .proof = node->proof,
               .problem = node->proof->problem,
               .sums = sums,
               .unit = aug_proof_short_target(node->proof),
               .fits = true};
    sums->term_count = sums->count = sums->first[0] = 0;
    sums->variables = node->variables;
    memcpy(sums->low, node->low, sizeof sums->low);
    memcpy(sums->high, node->high, sizeof sums->high);
    add_prices(&b);
    for (int m = 0; m < b.proof->memory_count; m++)
        add_room(&b, m);
    add_lines(&b);
    return b.fits;
}

double aug_short_cycles(const aug_proof *proof) {
    const aug_problem *problem = proof->problem;
    double units = 1.0, cycles;
    for (int a = 0; a < proof->array_count; a++)
        units *= (double)proof->fans[a];
    cycles = (double)problem->operations / units / problem->computes[proof->unit].rate_per_cycle;
    for (int m = 0; m < proof->memory_count; m++) {
        const aug_problem_memory *memory = &problem->memories[m];
        double reads = 0.0, writes = 0.0;
        for (int t = 0; t < problem->tensor_count && aug_proof_arrays_above(proof, m) == 0; t++) {
            if (proof->home[t] != m)
                continue;
            double bits = (double)aug_tensor_words(&problem->tensors[t], problem->sizes) * memory->bits[t];
            *(problem->tensors[t].is_output ? &writes : &reads) += bits;
        }
        reads += memory->shared_port ? writes : 0.0;
        cycles = fmax(cycles, reads / memory->read_bits_per_cycle);
        cycles = fmax(cycles, memory->shared_port ? 0.0 : writes / memory->write_bits_per_cycle);
    }
    return aug_whole_cycles(cycles * (1.0 - 1e-12));
}
