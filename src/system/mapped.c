// Where tensors live is written into the problems: memories outside of the model's home may keep nothing,
// those outside of the place for what stays on the chip none of that, and room that other operators' data
// take is not there.
#include "system/mapped.h"

#include "mapper/mapping_memo.h"
#include "mapper/operator_bind.h"
#include "mapper/problem_key.h"
#include "system/slices.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SMOOTH = 64, FARTHEST = 4096, MOST_EINSUMS = 4096 };

// A product of energy and cycles that may be this far above the least says little.
static const double widest_gap = 0.75;

struct aug_mapped {
    aug_mapped_options options;
    const aug_machine *held; // whose mappings count; NULL: the machine at hand
    aug_arena arena;         // of one pass
    aug_mapping_memo *own;   // where none is shared
};

aug_mapping_memo *aug_mapped_memo_new(void) {
    return aug_mapping_memo_new();
}

void aug_mapped_memo_free(aug_mapping_memo *memo) {
    aug_mapping_memo_free(memo);
}

aug_mapped *aug_mapped_new(const aug_mapped_options *options, jmp_buf *failure) {
    aug_mapped *mapped = calloc(1, sizeof *mapped);
    if (!mapped)
        return NULL;
    mapped->options = *options;
    if (mapped->options.node_limit == 0)
        mapped->options.node_limit = AUG_MAPPED_NODES;
    aug_arena_init(&mapped->arena, failure);
    if (!options->memo)
        mapped->options.memo = mapped->own = aug_mapping_memo_new();
    if (mapped->options.memo)
        return mapped;
    free(mapped);
    return NULL;
}

void aug_mapped_free(aug_mapped *mapped) {
    if (!mapped)
        return;
    aug_arena_free(&mapped->arena);
    aug_mapping_memo_free(mapped->own);
    free(mapped);
}

void aug_mapped_hold(aug_mapped *mapped, const aug_machine *machine) {
    mapped->held = machine;
}

bool aug_mapped_stopped(const aug_mapped *mapped) {
    return aug_progress_stopped(mapped->options.progress);
}

// ---- Problems

// One operator of a kernel on a machine.
typedef struct member {
    aug_problem problem;
    const char *key;
} member;

typedef struct binding {
    aug_mapped *mapped;
    const aug_machine *machine;
    const aug_setting *setting;
    int home;         // memory that the model's data live in
    int place;        // memory for what stays on the chip
    double room_bits; // for it; 0: what would stay passes the home
} binding;

static int instances_of(const aug_machine *machine, int memory) {
    return machine->levels[machine->memories[memory]].instances == 1.0 ? 1 : 2;
}

// Data that are spread over the instances of an array cannot be the whole tensor's home: the memory outside
// is.
static binding binding_of(aug_mapped *mapped, const aug_machine *machine, const aug_setting *setting) {
    binding b = {.mapped = mapped, .machine = machine, .setting = setting, .home = setting->home};
    while (b.home > 0 && instances_of(machine, b.home) > 1)
        b.home--;
    b.place = b.home;
    if (b.home + 2 < machine->memory_count && instances_of(machine, b.home + 1) == 1) {
        b.place = b.home + 1;
        b.room_bits = machine->levels[machine->memories[b.place]].memory.size_bits / 2.0;
    }
    return b;
}

static bool is_smooth(aug_count size) {
    for (aug_count p = 2; p <= SMOOTH; p++)
        while (size % p == 0)
            size /= p;
    return size == 1;
}

// The next size that tiles can divide, at most a hundredth above: kernels pad what is odd.
static aug_count pad(aug_count size) {
    for (aug_count padded = size; padded <= size + size / 100 && padded <= size + FARTHEST; padded++)
        if (is_smooth(padded))
            return padded;
    return size;
}

static void settle_homes(const binding *b, const aug_slices *slices, int at, aug_problem *problem) {
    unsigned all = (1u << problem->tensor_count) - 1u, stay = b->room_bits > 0.0 ? slices->stay[at] : 0;
    for (int m = 0; m < b->place; m++) {
        unsigned barred = m < b->home ? all : stay;
        problem->memories[m].never |= barred;
        problem->memories[m].must &= ~barred;
    }
    if (b->room_bits > 0.0)
        problem->memories[b->place].capacity_bits -= slices->kept_bits[at];
}

static const char *cannot(const aug_operator *op) {
    for (int t = 0; t < op->einsum.tensor_count; t++)
        if (op->uses[t].role == AUG_ROLE_STATE)
            return "it reads and writes a state";
    return op->vector ? "its steps depend on each other" : NULL;
}

static const char *bind_operator(const binding *b, const aug_operator *op, const aug_slices *slices, int at,
                                 member *into) {
    aug_arena *arena = &b->mapped->arena;
    aug_count sizes[AUG_EINSUM_RANKS];
    bool rounded = false;
    const char *why = op->gathers ? NULL : cannot(op); // the reason of a gather is told by aug_operator_bind
    if (why)
        return why;
    if (!op->gathers && !aug_operator_whole_sizes(op, slices->sizes[at], sizes, &rounded))
        return "a rank of it has no size";
    for (int r = 0; r < op->einsum.rank_count && !op->gathers; r++)
        sizes[r] = pad(sizes[r]);
    why = aug_operator_bind(arena, op, b->setting->precision, sizes, b->machine, &into->problem);
    if (!why)
        settle_homes(b, slices, at, &into->problem);
    return why;
}

// Binds the operators of a kernel; NULL, or why one cannot be mapped.
static const char *bind_kernel(const binding *b, const aug_operator *first, int count, aug_slices *slices,
                               member *members) {
    aug_slices_make(first, count, b->setting, b->room_bits, slices);
    if (b->room_bits > 0.0 && slices->most_bits > 2.0 * b->room_bits)
        return "what stays on the chip between its operators does not fit there";
    for (int i = 0; i < count; i++) {
        const char *why = bind_operator(b, &first[i], slices, i, &members[i]);
        if (why)
            return why;
    }
    return NULL;
}

static bool set_keys(const binding *b, int count, member *members) {
    for (int i = 0; i < count; i++) {
        aug_buffer key;
        aug_buffer_init(&key, &b->mapped->arena);
        if (!aug_problem_key(&key, &members[i].problem))
            return false;
        members[i].key = aug_buffer_text(&key);
    }
    return true;
}

// The members of a kernel with their keys, on the machine whose mappings count.
static const char *ask(const binding *b, const aug_operator *first, int count, aug_slices *slices,
                       member *members) {
    const char *why = bind_kernel(b, first, count, slices, members);
    return why ? why : set_keys(b, count, members) ? NULL : "zeros of its tensors count";
}

static const aug_machine *asked_machine(const aug_mapped *mapped, const aug_roofline *roofline) {
    return mapped->held ? mapped->held : roofline->machine;
}

// ---- Searching

typedef struct wanted {
    const aug_problem *problems[MOST_EINSUMS];
    const char *keys[MOST_EINSUMS];
    int count;
} wanted;

static void want(aug_mapped *mapped, wanted *list, const member *of) {
    if (list->count == MOST_EINSUMS || aug_mapping_memo_find(mapped->options.memo, of->key))
        return;
    for (int i = 0; i < list->count; i++)
        if (strcmp(list->keys[i], of->key) == 0)
            return;
    list->problems[list->count] = &of->problem;
    list->keys[list->count++] = of->key;
}

static void search(aug_mapped *mapped, const wanted *list) {
    const aug_balance_options options = {.threads = mapped->options.threads,
                                         .node_limit = mapped->options.node_limit,
                                         .cache = mapped->options.cache,
                                         .progress = mapped->options.progress};
    aug_balanced *answers = AUG_NEW_ARRAY(&mapped->arena, aug_balanced, (size_t)list->count);
    if (aug_mapped_stopped(mapped))
        return;
    aug_balance_run(&mapped->arena, list->problems, list->count, &options, answers);
    if (aug_mapped_stopped(mapped)) // what was found so far is no answer for later
        return;
    for (int i = 0; i < list->count; i++)
        if (!aug_mapping_memo_keep(mapped->options.memo, list->keys[i], &answers[i]))
            aug_arena_fail(&mapped->arena);
}

void aug_mapped_prepare(aug_mapped *mapped, const aug_roofline *roofline, const aug_graph *graph,
                        const aug_setting *setting) {
    aug_arena_reset(&mapped->arena);
    wanted *list = AUG_NEW(&mapped->arena, wanted);
    const binding b = binding_of(mapped, asked_machine(mapped, roofline), setting);
    for (int i = 0, length; i < graph->count; i += length) {
        length = aug_call_length(roofline, graph, i);
        if (!(graph->operators[i].phases & setting->pass->phase))
            continue;
        member *members = AUG_NEW_ARRAY(&mapped->arena, member, (size_t)length);
        aug_slices slices;
        if (ask(&b, &graph->operators[i], length, &slices, members))
            continue;
        for (int k = 0; k < length; k++)
            want(mapped, list, &members[k]);
    }
    search(mapped, list);
}

// ---- Counting

static int bound_of(const aug_problem *problem, const aug_cost *cost) {
    double most = cost->overhead_cycles;
    int bound = AUG_BOUND_HOPS;
    if (cost->compute_cycles >= most) {
        most = cost->compute_cycles;
        bound = problem->computes[cost->compute_unit].unit == AUG_UNIT_MATRIX ? AUG_BOUND_MATRIX
                                                                              : AUG_BOUND_VECTOR;
    }
    for (int m = 0; m < problem->memory_count && m < AUG_ROOFLINE_MEMORIES; m++)
        if (cost->memories[m].cycles > most) {
            most = cost->memories[m].cycles;
            bound = AUG_BOUND_MEMORY + m;
        }
    return bound;
}

static double bits_moved(const aug_problem *problem, const aug_cost *cost, int memory) {
    double bits = 0.0;
    for (int t = 0; t < problem->tensor_count; t++)
        for (int f = 0; f < AUG_FLOW_COUNT; f++)
            bits +=
                (double)cost->memories[memory].tensors[t].flows[f].dense * problem->memories[memory].bits[t];
    return bits;
}

static const char *count_operator(const binding *b, const aug_slices *slices, const member *at,
                                  const aug_balanced *answer, aug_mapped_cost *into) {
    aug_arena *arena = &b->mapped->arena;
    aug_cost *cost = AUG_NEW(arena, aug_cost);
    if (!answer)
        return "its search was stopped";
    if (!answer->found)
        return answer->why;
    if (answer->gap > widest_gap)
        return "the mapping found may be more than four times off the best";
    if (!aug_cost_evaluate(&at->problem, &answer->point.mapping, aug_cost_scratch_new(arena), cost))
        return "its mapping does not fit";
    double cycles = slices->times * (cost->cycles - cost->overhead_cycles) + cost->overhead_cycles;
    *into = (aug_mapped_cost){.seconds = cycles / b->machine->clock_hz,
                              .bits = slices->times * bits_moved(&at->problem, cost, b->home),
                              .energy_pj = slices->times * cost->energy_pj,
                              .bound = bound_of(&at->problem, cost),
                              .gap = answer->gap};
    return NULL;
}

const char *aug_mapped_kernel(aug_mapped *mapped, const aug_roofline *roofline, const aug_operator *first,
                              int count, const aug_setting *setting, aug_mapped_cost *costs) {
    const binding asked = binding_of(mapped, asked_machine(mapped, roofline), setting);
    const binding b = binding_of(mapped, roofline->machine, setting);
    member *members = AUG_NEW_ARRAY(&mapped->arena, member, (size_t)count);
    aug_slices slices;
    const char *why = ask(&asked, first, count, &slices, members);
    if (!why && mapped->held)
        why = bind_kernel(&b, first, count, &slices, members);
    for (int i = 0; i < count && !why; i++)
        why = count_operator(&b, &slices, &members[i],
                             aug_mapping_memo_find(mapped->options.memo, members[i].key), &costs[i]);
    return why;
}
