#include "mapper/plain_bound.h"

#include "cost/latency.h"

#include <math.h>
#include <string.h>

bool aug_plain_applies(const aug_space *space) {
    bool plain = space->perfect;
    for (int t = 0; t < space->tensor_count; t++)
        plain &= !space->tensors[t].slides;
    return plain;
}

void aug_plain_plan_init(const aug_space *space, const aug_keeping *keeping, aug_plain_plan *plan) {
    plan->space = space;
    plan->keeping = keeping;
    for (int next = 0; next <= space->group_count; next++)
        for (int segment = 0, g = next; segment <= space->segment_count; segment++) {
            aug_count fan = segment ? plan->fans[next][segment - 1] : 1;
            for (; g < space->group_count && space->groups[g].segment < segment; g++)
                fan *= keeping->idle >> space->groups[g].segment & 1 ? 1 : space->groups[g].fan;
            plan->fans[next][segment] = fan;
        }
    plan->any_limits = plan->leaks = false;
    for (int m = 0; m < space->memory_count; m++) {
        const aug_space_memory *memory = &space->memories[m];
        plan->limits[m] = keeping->only < 0 && !(isinf(memory->read_width) && isinf(memory->write_width));
        plan->any_limits |= plan->limits[m];
        plan->leaks |= memory->leak > 0;
    }
    plan->computes = aug_keeping_counts(space, keeping, space->memory_count);
    plan->operations = keeping->only < 0 ? (aug_wide)space->problem->operations * space->unit_price : 0;
}

static aug_count quotient(aug_count words, aug_count by) {
    return by == 1 ? words : words / by;
}

// ---- Words

// What aug_edge_count says of a tensor that does not slide.
static aug_edge_words edge_words(const aug_space *space, int tensor, aug_count moved, aug_count copies,
                                 aug_count down, aug_count up) {
    const aug_space_tensor *of = &space->tensors[tensor];
    if (!of->is_output)
        return (aug_edge_words){.down = quotient(moved, down), .fill = moved};
    aug_count first = of->words * copies, again = of->accumulates ? moved : moved > first ? moved - first : 0;
    return (aug_edge_words){.down = quotient(again, down),
                            .up = quotient(moved, up),
                            .fill = again,
                            .drain = space->problem->drain_reads ? moved : 0};
}

static double least_words(const aug_space *space, const aug_frame *frame, int tensor) {
    aug_count words = 1;
    unsigned ranks = space->tensors[tensor].ranks;
    for (int r = 0; ranks; r++, ranks >>= 1)
        words *= ranks & 1 ? space->classes[r].at[frame->cut[r]].least : 1;
    return (double)words;
}

// Whether the next store of a tensor cannot hold what a step leaves: then a loop that moves it comes first.
static bool must_move(const aug_space *space, const aug_frame *frame, int tensor, int memory, double words,
                      aug_count fan) {
    const aug_space_memory *of = &space->memories[memory];
    double room = of->capacity_bits - frame->held_bits[memory] * of->buffers;
    return words * of->bits[tensor] * of->buffers > room * (double)fan;
}

// Their price, as aug_edge_price has it.
static aug_wide price_of(const aug_space *space, int tensor, int parent, int child,
                         const aug_edge_words *words) {
    const aug_space_memory *out = &space->memories[parent], *in = &space->memories[child];
    aug_wide price =
        (aug_wide)words->down * out->read[tensor] + (aug_wide)words->fill * in->fill[tensor];
    if (space->tensors[tensor].is_output)
        price += (aug_wide)words->up * out->update[tensor] + (aug_wide)words->drain * in->read[tensor];
    return price;
}

// ---- Ports

static void use_ports(const aug_plain_plan *plan, const aug_frame *frame, int tensor, int parent, int child,
                      const aug_edge_words *words, bool placed, const aug_count *fans, aug_rest *sum) {
    const aug_space *space = plan->space;
    double most = (double)frame->instances;
    if (plan->limits[parent]) {
        const aug_space_memory *out = &space->memories[parent];
        double many = placed ? (double)frame->holders[parent] : most * (double)fans[out->segment];
        sum->read_bits[parent] += (double)words->down / many * out->bits[tensor];
        sum->write_bits[parent] += (double)words->up / many * out->bits[tensor];
    }
    if (child >= 0 && plan->limits[child]) {
        const aug_space_memory *in = &space->memories[child];
        double many = most * (double)fans[in->segment];
        sum->read_bits[child] += (double)words->drain / many * in->bits[tensor];
        sum->write_bits[child] += (double)words->fill / many * in->bits[tensor];
    }
}

// ---- What is to come

AUG_INLINE void add_stores(const aug_plain_plan *plan, const aug_frame *frame, int tensor, const aug_count *fans,
                       bool tight, aug_rest *sum) {
    const aug_space *space = plan->space;
    const aug_keeping *keeping = plan->keeping;
    const aug_space_tensor *of = &space->tensors[tensor];
    int placed = frame->placed[tensor], count = keeping->chain_count[tensor];
    aug_count steady = frame->steady[tensor], every = frame->every[tensor], copies = frame->copies[tensor];
    tight = tight && placed < count && steady < every;
    double words = tight ? least_words(space, frame, tensor) : 0.0;
    for (int i = placed; i < count; i++) {
        int child = keeping->chain[tensor][i], parent = keeping->chain[tensor][i - 1];
        if (tight && frame->declared[tensor] <= i &&
            must_move(space, frame, tensor, child, words, fans[space->memories[child].segment])) {
            steady = every;
            tight = false;
            sum->tightened = true;
        }
        bool next = i == placed;
        aug_edge_words moved =
            edge_words(space, tensor, of->least * steady, copies, next ? frame->shared_down[tensor] : copies,
                       next ? frame->shared_up[tensor] : copies);
        sum->price[child] += price_of(space, tensor, parent, child, &moved);
        if (plan->limits[parent] || plan->limits[child])
            use_ports(plan, frame, tensor, parent, child, &moved, next, fans, sum);
    }
}

static aug_count larger(aug_count a, aug_count b) {
    return a > b ? a : b;
}

AUG_INLINE void add_compute(const aug_plain_plan *plan, const aug_frame *frame, int tensor, const aug_count *fans,
                        aug_rest *sum) {
    const aug_space *space = plan->space;
    const aug_keeping *keeping = plan->keeping;
    const aug_space_tensor *of = &space->tensors[tensor];
    bool placed = frame->placed[tensor] == keeping->chain_count[tensor];
    int parent = keeping->chain[tensor][keeping->chain_count[tensor] - 1];
    aug_count all = fans[space->segment_count], operations = space->problem->operations,
              again = of->least * frame->every[tensor];
    aug_count before = placed ? 1 : fans[space->memories[parent].segment];
    aug_count fan = quotient(all, before);
    aug_edge_words words = {0};
    if (!of->is_output) {
        aug_count shared = placed ? frame->shared_down[tensor] : 1;
        words.down = larger(quotient(operations, shared * fan), quotient(again, shared));
        sum->price[space->memory_count] += (aug_wide)words.down * space->memories[parent].read[tensor];
    } else {
        aug_count shared = placed ? frame->shared_up[tensor] : 1, copies = frame->copies[tensor];
        words.up = larger(quotient(operations, shared * fan), quotient(again, shared));
        aug_count first = of->accumulates ? 0 : of->words * (placed ? quotient(copies, shared) : copies * before);
        words.down = words.up > first ? words.up - first : 0;
        sum->price[space->memory_count] += (aug_wide)words.down * space->memories[parent].read[tensor] +
                                           (aug_wide)words.up * space->memories[parent].update[tensor];
    }
    if (plan->limits[parent])
        use_ports(plan, frame, tensor, parent, -1, &words, placed, fans, sum);
}

// What stands, and no bits through ports but where they count.
static void begin_sum(const aug_plain_plan *plan, const aug_frame *frame, aug_rest *sum) {
    for (int m = 0; m <= plan->space->memory_count; m++)
        sum->price[m] = frame->price[m];
    for (int m = 0; m < plan->space->memory_count && plan->any_limits; m++)
        if (plan->limits[m])
            sum->read_bits[m] = sum->write_bits[m] = 0.0;
    sum->tightened = false;
}

// ---- Sums

// Operations of the busiest unit, as far as the rest can be spread.
static double least_compute(const aug_plain_plan *plan, const aug_frame *frame, double fan) {
    double busiest = 1.0;
    for (int r = 0; r < plan->space->rank_count; r++) {
        aug_count size = plan->space->problem->sizes[r], spread = frame->spread[r];
        busiest *= (double)(spread == 1 ? size : (size + spread - 1) / spread);
    }
    return busiest / (fan < busiest ? fan : busiest) / plan->space->unit_rate;
}

aug_value aug_plain_bound(const aug_plain_plan *plan, const aug_frame *frame, int next_group, bool tight,
                          aug_rest *sum) {
    const aug_space *space = plan->space;
    const aug_keeping *keeping = plan->keeping;
    const aug_count *fans = plan->fans[next_group];
    begin_sum(plan, frame, sum);
    for (int t = 0; t < space->tensor_count; t++) {
        add_stores(plan, frame, t, fans, tight, sum);
        if (plan->computes)
            add_compute(plan, frame, t, fans, sum);
    }
    aug_wide price = aug_bound_sum(space, keeping, sum->price);
    if (keeping->only >= 0)
        return (aug_value){price, 0.0};
    double slowest = least_compute(plan, frame, (double)fans[space->segment_count]);
    for (int m = 0; m < space->memory_count && plan->any_limits; m++)
        if (plan->limits[m])
            slowest = fmax(slowest,
                           aug_port_cycles(&space->memories[m], frame->read_bits[m] + sum->read_bits[m],
                                           frame->write_bits[m] + sum->write_bits[m]));
    double cycles = aug_whole_cycles(slowest) + space->overhead_cycles;
    price += plan->operations;
    if (plan->leaks)
        price += aug_frame_leak(space, keeping, frame, cycles);
    return (aug_value){price, cycles};
}

// ---- Levels

typedef struct choosing {
    const aug_plain_plan *plan;
    const aug_frame *frame;
    int memory;
    unsigned kept;
    aug_rest others; // ports of what the memory does not decide
} choosing;

static aug_edge_words words_of(const choosing *c, const aug_level_choice *choice, int tensor) {
    const aug_frame *frame = c->frame;
    aug_count times = choice->still >> tensor & 1 ? frame->steady[tensor]
                                                  : frame->every[tensor] * choice->again[tensor];
    return edge_words(c->plan->space, tensor, c->plan->space->tensors[tensor].least * times,
                      frame->copies[tensor], frame->shared_down[tensor], frame->shared_up[tensor]);
}

static int parent_of(const choosing *c, int tensor) {
    return c->plan->keeping->chain[tensor][c->frame->placed[tensor] - 1];
}

static aug_wide choice_price(const choosing *c, const aug_level_choice *choice) {
    aug_wide price = 0;
    for (int t = 0; t < c->plan->space->tensor_count; t++) {
        if (!(c->kept >> t & 1))
            continue;
        aug_edge_words words = words_of(c, choice, t);
        price += price_of(c->plan->space, t, parent_of(c, t), c->memory, &words);
    }
    return price;
}

// Cycles of the parents' ports.
static double choice_cycles(const choosing *c, const aug_level_choice *choice) {
    const aug_space *space = c->plan->space;
    double reads[AUG_PROBLEM_MEMORIES] = {0.0}, writes[AUG_PROBLEM_MEMORIES] = {0.0}, slowest = 0.0;
    if (!c->plan->any_limits)
        return aug_whole_cycles(0.0) + space->overhead_cycles;
    for (int t = 0; t < space->tensor_count; t++) {
        if (!(c->kept >> t & 1))
            continue;
        int parent = parent_of(c, t);
        aug_edge_words words = words_of(c, choice, t);
        double bits = space->memories[parent].bits[t] / (double)c->frame->holders[parent];
        reads[parent] += (double)words.down * bits;
        writes[parent] += (double)words.up * bits;
    }
    for (int m = 0; m < space->memory_count; m++)
        if (c->plan->limits[m] && (reads[m] > 0.0 || writes[m] > 0.0))
            slowest =
                fmax(slowest, aug_port_cycles(&space->memories[m],
                                              c->frame->read_bits[m] + c->others.read_bits[m] + reads[m],
                                              c->frame->write_bits[m] + c->others.write_bits[m] + writes[m]));
    return aug_whole_cycles(slowest) + space->overhead_cycles;
}

// Words of tensors that the memory does not keep, and of compute.
static void others_of(choosing *c, int next_group) {
    const aug_plain_plan *plan = c->plan;
    const aug_count *fans = plan->fans[next_group];
    begin_sum(plan, c->frame, &c->others);
    for (int t = 0; t < plan->space->tensor_count; t++) {
        bool own = c->kept >> t & 1;
        if (!own)
            add_stores(plan, c->frame, t, fans, true, &c->others);
        if (plan->computes && (!own || c->frame->placed[t] == plan->keeping->chain_count[t]))
            add_compute(plan, c->frame, t, fans, &c->others);
    }
}

// The least price of the choices of a memory that are of interest: with them `sum` and `bound` become a nest
// that the incumbent wants. All bits set: none is.
static aug_wide least_choice(choosing *c, int next_group, const aug_level_choices *choices,
                             const aug_incumbent *incumbent, const aug_rest *sum, aug_value bound) {
    const aug_space *space = c->plan->space;
    const aug_keeping *keeping = c->plan->keeping;
    aug_wide least = ~(aug_wide)0, before = aug_bound_sum(space, keeping, sum->price),
             prices[AUG_PROBLEM_MEMORIES + 1], own = sum->price[c->memory];
    if (incumbent && c->plan->any_limits)
        others_of(c, next_group);
    memcpy(prices, sum->price, (size_t)(space->memory_count + 1) * sizeof *prices);
    for (int i = 0; i < choices->count; i++) {
        aug_wide price = choice_price(c, &choices->at[i]);
        if (price >= least)
            continue;
        if (incumbent) {
            prices[c->memory] = price > own ? price : own;
            aug_value whole = {bound.energy + (aug_bound_sum(space, keeping, prices) - before),
                               fmax(choice_cycles(c, &choices->at[i]), bound.cycles)};
            if (!aug_incumbent_wants(incumbent, whole))
                continue;
        }
        least = price;
    }
    return least;
}

bool aug_plain_levels(const aug_plain_plan *plan, aug_level_table *table, const aug_frame *frame,
                      int next_group, const aug_incumbent *incumbent, aug_rest *sum, aug_value *bound) {
    const aug_space *space = plan->space;
    const aug_keeping *keeping = plan->keeping;
    if (space->has_prefix)
        return false;
    bool any = false;
    aug_wide before = aug_bound_sum(space, keeping, sum->price);
    choosing c = {.plan = plan, .frame = frame};
    for (int m = 0; m < space->memory_count; m++) {
        if (!aug_bound_is_open(space, keeping, frame, m) || !aug_keeping_counts(space, keeping, m))
            continue;
        c.memory = m;
        c.kept = keeping->kept[m];
        aug_level_choices choices = aug_level_table_find(table, m, c.kept, frame->cut);
        aug_wide least = least_choice(&c, next_group, &choices, incumbent, sum, *bound);
        if (least == ~(aug_wide)0) {
            bound->energy = least >> 1;
            return true;
        }
        any |= least > sum->price[m];
        sum->price[m] = least > sum->price[m] ? least : sum->price[m];
    }
    if (any)
        bound->energy += aug_bound_sum(space, keeping, sum->price) - before;
    return any;
}
