// One constraint after another is left out and the search asked again: the first without which a mapping fits
// is the cause.
//
//     keep: {buffer: {must: [A]}}, tiles: {buffer: {m: 64, k: 64}}, buffer of 1 KiB, A[m,k] of 8 bits:
//     without the tile of m one fits, so 'tiles: {buffer: {m: 64}}' is told, and that 4096 words of 8 bits
//     are more than 8192 bits
//
// Where no single one is to blame all are left out, then taken back one at a time as long as a mapping fits:
// what has to stay out is told. Where none fits even then, it is the machine: a tensor that no memory may
// keep, or a memory that is too small for whole tensors, or for the smallest tiles of those that it has to
// keep.
//
// The least utilization comes first: with the others in force the search tells the best there is. Searches
// minimise cycles, which a machine without energies has too; utilization is largest where cycles are fewest.
#include "mapper/restriction_why.h"

#include "base/quantity.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

typedef enum part_kind {
    PART_UTILIZATION,
    PART_MUST,
    PART_NEVER,
    PART_AXIS,
    PART_ORDER,
    PART_TILE
} part_kind;

// One thing that a restriction asks for.
typedef struct part {
    part_kind kind;
    int place; // memory, axis or place of an order
    int item;  // tensor, or rank
} part;

enum {
    PARTS = 1 + AUG_PROBLEM_MEMORIES * (2 * AUG_PROBLEM_TENSORS + AUG_PROBLEM_RANKS) + AUG_PROBLEM_AXES +
            AUG_PROBLEM_MEMORIES + 1
};

typedef struct inquiry {
    aug_arena *arena;
    const aug_problem *problem;
    const aug_mapper_options *options;
    const aug_restriction *asked;
    part parts[PARTS];
    int count;
    bool unsure; // a search gave up before it found any
} inquiry;

// ---- The parts of a restriction

static void add_part(inquiry *q, bool asked, part_kind kind, int place, int item) {
    if (asked)
        q->parts[q->count++] = (part){kind, place, item};
}

static void list_parts(inquiry *q) {
    const aug_problem *p = q->problem;
    const aug_restriction *r = q->asked;
    add_part(q, r->min_utilization > 0.0, PART_UTILIZATION, 0, 0);
    for (int m = 0; m < p->memory_count; m++)
        for (int t = 0; t < p->tensor_count; t++) {
            add_part(q, r->must[m] >> t & 1u, PART_MUST, m, t);
            add_part(q, r->never[m] >> t & 1u, PART_NEVER, m, t);
        }
    for (int a = 0; a < p->axis_count; a++)
        add_part(q, r->axis_is_fixed[a], PART_AXIS, a, 0);
    for (int o = 0; o <= AUG_PROBLEM_MEMORIES; o++)
        add_part(q, r->order_count[o] > 0, PART_ORDER, o, 0);
    for (int m = 0; m < p->memory_count; m++)
        for (int k = 0; r->has_tiles[m] && k < p->rank_count; k++)
            add_part(q, r->tiles[m][k].least > 1 || r->tiles[m][k].most < p->sizes[k], PART_TILE, m, k);
}

static void leave_out(aug_restriction *r, const part *what) {
    switch (what->kind) {
    case PART_UTILIZATION:
        r->min_utilization = 0.0;
        break;
    case PART_MUST:
        r->must[what->place] &= ~(1u << what->item);
        break;
    case PART_NEVER:
        r->never[what->place] &= ~(1u << what->item);
        break;
    case PART_AXIS:
        r->axis_is_fixed[what->place] = false;
        break;
    case PART_ORDER:
        r->order_count[what->place] = 0;
        break;
    case PART_TILE:
        r->tiles[what->place][what->item] = (aug_tile_range){1, UINT64_MAX};
        break;
    }
}

static const char *rule_of(part_kind kind) {
    static const char *const rules[] = {"min_utilization", "keep", "keep", "spatial", "order", "tiles"};
    return rules[kind];
}

static const char *print_ranks(inquiry *q, const int *ranks, int count) {
    aug_buffer out;
    aug_buffer_init(&out, q->arena);
    for (int i = 0; i < count; i++)
        aug_buffer_print(&out, "%s%s", i ? ", " : "", q->problem->ranks[ranks[i]]);
    return aug_buffer_text(&out);
}

static const char *print_axis(inquiry *q, int axis) {
    int ranks[AUG_PROBLEM_RANKS], count = 0;
    for (int k = 0; k < q->problem->rank_count; k++)
        if (q->asked->axis_ranks[axis] >> k & 1u)
            ranks[count++] = k;
    return print_ranks(q, ranks, count);
}

static const char *print_range(inquiry *q, const aug_tile_range *range) {
    if (range->least == range->most)
        return aug_arena_print(q->arena, "%" PRIu64, range->least);
    if (range->most == UINT64_MAX)
        return aug_arena_print(q->arena, "{at_least: %" PRIu64 "}", range->least);
    if (range->least == 1)
        return aug_arena_print(q->arena, "{at_most: %" PRIu64 "}", range->most);
    return aug_arena_print(q->arena, "{at_least: %" PRIu64 ", at_most: %" PRIu64 "}", range->least,
                           range->most);
}

// A part as a file states it.
static const char *print_part(inquiry *q, const part *what) {
    const aug_problem *p = q->problem;
    const aug_restriction *r = q->asked;
    bool outer = what->kind == PART_ORDER && what->place == AUG_PROBLEM_MEMORIES;
    const char *memory = outer ? p->computes[aug_problem_unit(p)].name
                               : p->memories[what->kind == PART_AXIS ? 0 : what->place].name;
    switch (what->kind) {
    case PART_UTILIZATION:
        return aug_arena_print(q->arena, "min_utilization: %g", r->min_utilization);
    case PART_MUST:
    case PART_NEVER:
        return aug_arena_print(q->arena, "keep: {%s: {%s: [%s]}}", memory,
                               what->kind == PART_MUST ? "must" : "never", p->tensors[what->item].name);
    case PART_AXIS:
        return aug_arena_print(q->arena, "spatial: {%s: [%s]}", p->axes[what->place].name,
                               print_axis(q, what->place));
    case PART_ORDER:
        return aug_arena_print(q->arena, "order: {%s: [%s]}", memory,
                               print_ranks(q, r->order[what->place], r->order_count[what->place]));
    case PART_TILE:
        break;
    }
    return aug_arena_print(q->arena, "tiles: {%s: {%s: %s}}", memory, p->ranks[what->item],
                           print_range(q, &r->tiles[what->place][what->item]));
}

// ---- Reasons of the machine

// The outermost memory that may keep a tensor, which then holds all of it; -1: none.
static int home_of(const aug_problem *p, const aug_restriction *r, int tensor) {
    int unit = aug_problem_unit(p), end = unit < 0 ? 0 : p->computes[unit].memories_above;
    for (int m = 0; m < end; m++)
        if (!((p->memories[m].never | r->never[m]) >> tensor & 1u))
            return m;
    return -1;
}

// Words that an instance of a memory holds of a tensor at least.
static double least_words(const aug_problem *p, const aug_restriction *r, int memory, int tensor) {
    if (home_of(p, r, tensor) == memory)
        return (double)aug_tensor_words(&p->tensors[tensor], p->sizes);
    if (!((p->memories[memory].must | r->must[memory]) >> tensor & 1u))
        return 0.0;
    aug_count extents[AUG_PROBLEM_RANKS];
    for (int k = 0; k < p->rank_count; k++)
        extents[k] = r->has_tiles[memory] && r->tiles[memory][k].least < p->sizes[k]
                         ? r->tiles[memory][k].least
                     : r->has_tiles[memory] ? p->sizes[k]
                                            : 1;
    return (double)aug_tensor_words(&p->tensors[tensor], extents);
}

// Bits that an instance of a memory holds at least, copies included.
static double least_bits(const aug_problem *p, const aug_restriction *r, int memory) {
    double bits = 0.0;
    for (int t = 0; t < p->tensor_count; t++)
        bits += least_words(p, r, memory, t) * p->memories[memory].bits[t];
    return bits * (double)p->memories[memory].buffers;
}

static const char *held_tensors(inquiry *q, const aug_restriction *r, int memory) {
    aug_buffer names;
    aug_buffer_init(&names, q->arena);
    for (int t = 0; t < q->problem->tensor_count; t++)
        if (least_words(q->problem, r, memory, t) > 0.0)
            aug_buffer_print(&names, "%s%s", names.length ? ", " : "", q->problem->tensors[t].name);
    return aug_buffer_text(&names);
}

// Whether all that a memory holds at least is tensors that stand there first, and so whole; the largest of them.
static bool holds_whole(const inquiry *q, const aug_restriction *r, int memory, int *largest) {
    double most = 0.0;
    for (int t = 0; t < q->problem->tensor_count; t++) {
        double bits = least_words(q->problem, r, memory, t) * q->problem->memories[memory].bits[t];
        if (bits > 0.0 && home_of(q->problem, r, t) != memory)
            return false;
        *largest = bits > most ? t : *largest;
        most = bits > most ? bits : most;
    }
    return true;
}

// "dram has room for 125 B, and A, B, Z stand there as a whole with 200 B: 75 B are missing; Z alone is 128 B".
static const char *missing_text(inquiry *q, const aug_restriction *r, int memory, double need) {
    const aug_problem_memory *of = &q->problem->memories[memory];
    int largest = 0;
    if (of->buffers > 1 || !holds_whole(q, r, memory, &largest))
        return aug_arena_print(q->arena, "%s holds %.0f bit, and the smallest tiles of %s there need %.0f bit%s",
                               of->name, of->capacity_bits, held_tensors(q, r, memory), need,
                               of->buffers > 1 ? " with their copies" : "");
    double alone = least_words(q->problem, r, memory, largest) * of->bits[largest];
    return aug_arena_print(q->arena, "%s has room for %s, and %s stand there as a whole with %s: %s are missing; %s alone is %s",
                           of->name, aug_show(of->capacity_bits, AUG_DIMENSION_BITS).text, held_tensors(q, r, memory),
                           aug_show(need, AUG_DIMENSION_BITS).text,
                           aug_show(need - of->capacity_bits, AUG_DIMENSION_BITS).text,
                           q->problem->tensors[largest].name, aug_show(alone, AUG_DIMENSION_BITS).text);
}

// A memory that is too small whatever the mapping.
static bool is_too_small(inquiry *q, const aug_restriction *r, int memory, aug_restriction_cause *cause) {
    const aug_problem_memory *of = &q->problem->memories[memory];
    double need = least_bits(q->problem, r, memory);
    if (need <= of->capacity_bits)
        return false;
    *cause = (aug_restriction_cause){
        "capacity", missing_text(q, r, memory, need), of->capacity_bits, need};
    return true;
}

// A tensor that has no place, or no way to one.
static bool is_homeless(inquiry *q, const aug_restriction *r, int tensor, aug_restriction_cause *cause) {
    const aug_problem *p = q->problem;
    const char *name = p->tensors[tensor].name;
    int home = home_of(p, r, tensor), unit = aug_problem_unit(p);
    *cause = (aug_restriction_cause){"never", aug_arena_print(q->arena, "no memory may keep %s", name),
                                     (double)NAN, (double)NAN};
    if (home < 0)
        return true;
    for (int m = 0; m < p->memory_count; m++) {
        unsigned must = p->memories[m].must | r->must[m], never = p->memories[m].never | r->never[m];
        if (!(must >> tensor & 1u))
            continue;
        bool inside = m >= p->computes[unit].memories_above;
        if (!inside && !(never >> tensor & 1u))
            continue;
        cause->rule = "must";
        cause->text =
            inside
                ? aug_arena_print(q->arena,
                                  "%s has to keep %s and stands inside of %s, where the einsum is computed",
                                  p->memories[m].name, name, p->computes[unit].name)
                : aug_arena_print(q->arena, "%s has to keep %s and may not keep it", p->memories[m].name,
                                  name);
        return true;
    }
    return false;
}

// Instances of an axis that can be at work: as many as the ranks that may run along it have steps.
static double busy_along(const aug_problem *p, const aug_restriction *r, int axis) {
    double steps = 1.0, fanout = (double)p->axes[axis].fanout;
    for (int k = 0; k < p->rank_count; k++)
        if (!r->axis_is_fixed[axis] || (r->axis_ranks[axis] >> k & 1u))
            steps *= (double)p->sizes[k];
    return fmin(steps, fanout);
}

// More compute to be used than has any work.
static bool is_idle(inquiry *q, const aug_restriction *r, aug_restriction_cause *cause) {
    const aug_problem *p = q->problem;
    int unit = aug_problem_unit(p), axes = unit < 0 ? 0 : p->computes[unit].axes_above;
    double share = 1.0;
    for (int a = 0; a < axes; a++)
        share *= busy_along(p, r, a) / (double)p->axes[a].fanout;
    if (r->min_utilization <= share * (1.0 + 1e-12))
        return false;
    *cause = (aug_restriction_cause){"min_utilization",
                                     aug_arena_print(q->arena, "at most %s %% of compute has work",
                                                     aug_show_number(share * 100.0, 3).text),
                                     share, r->min_utilization};
    return true;
}

// What of the machine no mapping can meet under a restriction.
static bool is_hopeless(inquiry *q, const aug_restriction *r, aug_restriction_cause *cause) {
    for (int t = 0; t < q->problem->tensor_count; t++)
        if (is_homeless(q, r, t, cause))
            return true;
    for (int m = 0; m < q->problem->memory_count; m++)
        if (is_too_small(q, r, m, cause))
            return true;
    return is_idle(q, r, cause);
}

// ---- Asking the search

// Searches up to a number of nodes; 0: without a limit of its own.
static aug_mapper_status ask(inquiry *q, const aug_restriction *restriction, uint64_t limit,
                             aug_mapper_result *result) {
    aug_mapper_options options = *q->options;
    options.objective = AUG_OBJECTIVE_LATENCY;
    options.restriction = restriction;
    options.node_limit = limit;
    return aug_mapper_run(q->arena, q->problem, &options, result);
}

// Whether some mapping fits under a restriction. Any will do, so the search is stopped early, and goes on
// longer only where it has not found one.
static bool is_feasible(inquiry *q, const aug_restriction *restriction) {
    enum { FIRST = 1 << 12, GROWTH = 64, TRIES = 3 };
    uint64_t limit = FIRST, most = q->options->node_limit;
    aug_mapper_result result;
    aug_restriction_cause cause;
    if (is_hopeless(q, restriction, &cause))
        return false;
    for (int i = 0; i <= TRIES; i++, limit *= GROWTH) {
        bool last = i == TRIES || (most && limit >= most);
        aug_mapper_status status = ask(q, restriction, last ? most : limit, &result);
        if (status == AUG_MAPPER_NONE || result.point_count > 0)
            return result.point_count > 0;
        if (last || aug_progress_stopped(q->options->progress))
            break;
    }
    q->unsure = true;
    return false;
}

static bool is_feasible_without(inquiry *q, int index) {
    aug_restriction *rest = AUG_NEW(q->arena, aug_restriction);
    *rest = *q->asked;
    leave_out(rest, &q->parts[index]);
    return is_feasible(q, rest);
}

// ---- Answers

// The least utilization beside the best that there is without it.
static aug_restriction_cause explain_utilization(inquiry *q, const part *what) {
    aug_restriction *rest = AUG_NEW(q->arena, aug_restriction);
    aug_cost *cost = AUG_NEW(q->arena, aug_cost);
    aug_mapper_result result;
    aug_restriction_cause cause;
    if (is_idle(q, q->asked, &cause)) {
        cause.text =
            aug_arena_print(q->arena, "constraint '%s' cannot be met: %s", print_part(q, what), cause.text);
        return cause;
    }
    *rest = *q->asked;
    leave_out(rest, what);
    aug_mapper_status status = ask(q, rest, q->options->node_limit, &result);
    if (result.point_count > 0)
        aug_cost_evaluate(q->problem, &result.points[0].mapping, aug_cost_scratch_new(q->arena), cost);
    const char *text =
        aug_arena_print(q->arena, "constraint '%s' cannot be met: the best mapping%s uses %s %% of compute",
                        print_part(q, what), status == AUG_MAPPER_LIMIT ? " that was found" : "",
                        aug_show_number(cost->utilization * 100.0, 3).text);
    return (aug_restriction_cause){rule_of(what->kind), text, cost->utilization, q->asked->min_utilization};
}

// Why one part cannot be met: what the machine says of its memory, or what there is without it.
static aug_restriction_cause explain_part(inquiry *q, const part *what) {
    const char *text = print_part(q, what);
    aug_restriction_cause cause;
    if (what->kind == PART_UTILIZATION)
        return explain_utilization(q, what);
    if (is_hopeless(q, q->asked, &cause)) {
        text = aug_arena_print(q->arena, "constraint '%s' cannot be met: %s", text, cause.text);
        return (aug_restriction_cause){rule_of(what->kind), text, cause.have, cause.need};
    }
    text = aug_arena_print(q->arena, "constraint '%s' cannot be met%s; without it a mapping fits", text,
                           q->count > 1 ? " together with the others" : " on this machine");
    return (aug_restriction_cause){rule_of(what->kind), text, (double)NAN, (double)NAN};
}

// Several that are to blame together.
static aug_restriction_cause explain_several(inquiry *q) {
    aug_restriction *rest = AUG_NEW(q->arena, aug_restriction);
    bool *out = AUG_NEW_ARRAY(q->arena, bool, PARTS);
    for (int i = 0; i < q->count; i++)
        out[i] = true;
    for (int i = 0; i < q->count; i++) {
        out[i] = false;
        *rest = *q->asked;
        for (int k = 0; k < q->count; k++)
            if (out[k])
                leave_out(rest, &q->parts[k]);
        out[i] = !is_feasible(q, rest);
    }
    aug_buffer names;
    aug_buffer_init(&names, q->arena);
    for (int i = 0; i < q->count; i++)
        if (out[i])
            aug_buffer_print(&names, "%s'%s'", names.length ? " and " : "", print_part(q, &q->parts[i]));
    const char *text = aug_arena_print(
        q->arena, "constraints %s cannot be met, nor any one of them alone; without them a mapping fits",
        aug_buffer_text(&names));
    return (aug_restriction_cause){"constraints", text, (double)NAN, (double)NAN};
}

static aug_restriction_cause explain_machine(inquiry *q, const aug_restriction *nothing) {
    aug_restriction_cause cause;
    if (is_hopeless(q, nothing, &cause))
        return cause;
    if (q->unsure)
        return (aug_restriction_cause){
            "constraints",
            "no mapping meets all constraints; which one is to blame was not found within the limit",
            (double)NAN, (double)NAN};
    return (aug_restriction_cause){"machine", "no mapping fits into the memories and arrays of the machine",
                                   (double)NAN, (double)NAN};
}

static inquiry *begin(aug_arena *arena, const aug_problem *problem, const aug_mapper_options *options,
                      const aug_restriction *nothing) {
    inquiry *q = AUG_NEW(arena, inquiry);
    *q = (inquiry){.arena = arena,
                   .problem = problem,
                   .options = options,
                   .asked = options->restriction ? options->restriction : nothing};
    return q;
}

bool aug_restriction_is_hopeless(aug_arena *arena, const aug_problem *problem,
                                 const aug_mapper_options *options) {
    aug_restriction_cause cause;
    inquiry *q = begin(arena, problem, options, AUG_NEW(arena, aug_restriction));
    return is_hopeless(q, q->asked, &cause);
}

aug_restriction_cause aug_restriction_why(aug_arena *arena, const aug_problem *problem,
                                          const aug_mapper_options *options) {
    const aug_restriction *nothing = AUG_NEW(arena, aug_restriction);
    inquiry *q = begin(arena, problem, options, nothing);
    list_parts(q);
    if (q->count == 0)
        return explain_machine(q, nothing);
    for (int i = 0; i < q->count; i++)
        if (is_feasible_without(q, i))
            return explain_part(q, &q->parts[i]);
    return is_feasible(q, nothing) ? explain_several(q) : explain_machine(q, nothing);
}
