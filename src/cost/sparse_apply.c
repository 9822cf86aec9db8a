// The pass itself. In Timeloop's counting every step takes whole words per instance away, rounded down (reads of outputs up), so its
// counts come out to the word; else expectations stay as they are.
#include "cost/sparse_apply.h"

#include "cost/sparse_balance.h"
#include "cost/sparse_format.h"

#include <math.h>

static const aug_sparse_design no_design = {.expectation = AUG_EXPECT_EXACT};

typedef struct zeros_pass {
    aug_sparse_nest nest;
    aug_savings savings;
    aug_cost *cost;
    bool whole;
} zeros_pass;

// What is left of a flow, of one instance.
typedef struct counts {
    double actual, gated, skipped, absent;
} counts;

static double round_down(double words) {
    return floor(words + 1e-9 * (1.0 + words));
}

static double round_up(double words) {
    return ceil(words - 1e-9 * (1.0 + words));
}

// `words` less those that a share of it leaves out.
static double take(const zeros_pass *pass, double words, double left, bool up) {
    double gone = words * (1.0 - left);
    if (pass->whole)
        gone = up ? round_up(gone) : round_down(gone);
    return words - fmin(gone, words);
}

static double share(double part, double of) {
    return of > 0.0 ? part / of : 0.0;
}

static counts split(const zeros_pass *pass, double words, double stored, aug_left left, bool up) {
    double come = take(pass, take(pass, words, stored, false), left.come, false);
    double taken = take(pass, come, share(left.taken, left.come), up);
    double actual = take(pass, taken, share(left.actual, left.taken), up);
    return (counts){actual, taken - actual, come - taken, words - come};
}

bool aug_sparse_is_needed(const aug_problem *problem) {
    bool needed = problem->sparse;
    for (int t = 0; t < problem->tensor_count; t++)
        needed = needed || problem->tensors[t].density;
    return needed;
}

// ---- Data

static void add_counts(counts *sum, counts more) {
    sum->actual += more.actual;
    sum->gated += more.gated;
    sum->skipped += more.skipped;
    sum->absent += more.absent;
}

static void apply_flow(const zeros_pass *pass, int tensor, int store, int memory, aug_flow_kind kind, double stored) {
    aug_holding *holding = &pass->cost->memories[memory].tensors[tensor];
    aug_flow *flow = &holding->flows[kind];
    if (flow->dense == 0)
        return;
    double instances = (double)(holding->instances ? holding->instances : 1), dense = (double)flow->dense;
    aug_left left = aug_savings_left(&pass->nest, &pass->savings, tensor, store, kind != AUG_FLOW_FILL);
    bool up = kind == AUG_FLOW_READ && tensor == aug_problem_output(pass->nest.problem);
    double drains = up ? (double)holding->drain_words : 0.0;
    counts of = split(pass, (dense - drains) / instances, stored, left, up);
    if (drains > 0.0) // results on their way up go whatever the operations inside leave out
        add_counts(&of, split(pass, drains / instances, stored, aug_savings_left(&pass->nest, &pass->savings, tensor, store, false), up));
    flow->actual = of.actual * instances;
    flow->gated = of.gated * instances;
    flow->skipped = of.skipped * instances;
    flow->absent = of.absent * instances;
    // An action moves `block` words. Where single words are left out, so are actions in the same share (see sparse_leader.h).
    double all = flow->actions, block = (double)pass->nest.problem->memories[memory].block;
    flow->actions = pass->whole ? instances * round_up(of.actual / block) : all * flow->actual / dense;
    flow->gated_actions = pass->whole ? instances * round_up(of.gated / block) : all * flow->gated / dense;
    flow->busiest_actual = (double)flow->busiest * flow->actual / dense;
    flow->busiest_gated = (double)flow->busiest * flow->gated / dense;
}

// ---- Metadata

// Ranks of a tile that go along with its parts to the next store inside: those that it has there, all where it has none.
static int child_ranks(const zeros_pass *pass, int tensor, int store, int ranks) {
    if (store + 1 == pass->nest.store_count[tensor])
        return ranks;
    int memory = pass->nest.mapping->nodes[pass->nest.stores[tensor][store + 1]].memory;
    int inside = pass->nest.design->memories[memory].rank_count[tensor];
    return inside == 0 || inside > ranks ? ranks : inside;
}

static double metadata_actions(const zeros_pass *pass, const aug_sparse_level *level, double units, double bits) {
    double word = isnan(level->metadata_bits) ? bits : level->metadata_bits;
    double actions = units * bits / (word * (double)level->metadata_vector);
    return pass->whole ? round_up(actions) : actions;
}

// Metadata of one kind and rank that moves with a flow: `units` per tile, each of so many bits.
static void move_metadata(const zeros_pass *pass, const aug_sparse_level *level, double units, double bits, aug_left left, double tiles,
                          bool reads, aug_holding *holding) {
    if (units <= 0.0 || tiles <= 0.0)
        return;
    double instances = (double)(holding->instances ? holding->instances : 1), all = units * tiles / instances;
    counts of = split(pass, pass->whole ? round_up(all) : all, 1.0, left, false);
    double *moved = reads ? &holding->metadata_reads_bits : &holding->metadata_writes_bits;
    *moved += (of.actual + of.gated) * instances * bits;
    double energy = metadata_actions(pass, level, of.actual, bits) * level->metadata_pj[reads ? AUG_METADATA_READ : AUG_METADATA_WRITE] +
                    metadata_actions(pass, level, of.gated, bits) * level->metadata_pj[AUG_METADATA_GATED] +
                    metadata_actions(pass, level, of.skipped, bits) * level->metadata_pj[AUG_METADATA_SKIPPED];
    holding->metadata_energy_pj += energy * instances;
}

static void apply_metadata(const zeros_pass *pass, int tensor, int store, const aug_stored_tile *tile, aug_holding *holding) {
    int memory = pass->nest.mapping->nodes[pass->nest.stores[tensor][store]].memory;
    const aug_sparse_level *level = &pass->nest.design->memories[memory];
    int inside = child_ranks(pass, tensor, store, tile->rank_count);
    for (int f = 0; f < AUG_FLOW_COUNT; f++) {
        const aug_flow *flow = &holding->flows[f];
        double tiles = (double)flow->dense / (double)holding->tile_words;
        double *moved = f == AUG_FLOW_READ ? &holding->metadata_reads_bits : &holding->metadata_writes_bits;
        double before = *moved;
        for (int r = 0; r < tile->rank_count; r++) {
            const aug_stored_rank *rank = &tile->ranks[r];
            bool local = f != AUG_FLOW_FILL && r >= tile->rank_count - inside;
            aug_left left = aug_savings_left(&pass->nest, &pass->savings, tensor, store, local);
            move_metadata(pass, level, rank->words, rank->word_bits, left, tiles, f == AUG_FLOW_READ, holding);
            move_metadata(pass, level, rank->pointers, rank->pointer_bits, left, tiles, f == AUG_FLOW_READ, holding);
        }
        double busiest = flow->dense ? (*moved - before) * (double)flow->busiest / (double)flow->dense : 0.0;
        *(f == AUG_FLOW_READ ? &holding->busiest_metadata_reads_bits : &holding->busiest_metadata_writes_bits) += busiest;
    }
}

// ---- A tensor in a memory

static void apply_holding(const zeros_pass *pass, int tensor, int store) {
    int memory = pass->nest.mapping->nodes[pass->nest.stores[tensor][store]].memory;
    aug_memory_cost *of = &pass->cost->memories[memory];
    aug_holding *holding = &of->tensors[tensor];
    aug_stored_tile tile = aug_format_tile(&pass->nest, tensor, store);
    double words = (double)holding->tile_words, buffers = (double)pass->nest.problem->memories[memory].buffers;
    double bits = pass->nest.problem->memories[memory].bits[tensor];
    for (int f = 0; f < AUG_FLOW_COUNT; f++)
        apply_flow(pass, tensor, store, memory, (aug_flow_kind)f, tile.rank_count ? tile.words / words : 1.0);
    holding->stored_words = tile.most_words;
    holding->expected_words = tile.words;
    holding->metadata_bits = aug_format_metadata_bits(&tile, true);
    holding->metadata_reads_bits = holding->metadata_writes_bits = holding->metadata_energy_pj = 0.0;
    holding->busiest_metadata_reads_bits = holding->busiest_metadata_writes_bits = 0.0;
    if (tile.rank_count)
        apply_metadata(pass, tensor, store, &tile, holding);
    of->occupancy_bits += buffers * ((tile.most_words - words) * bits + holding->metadata_bits);
    of->expected_bits += buffers * ((tile.words - words) * bits + aug_format_metadata_bits(&tile, false));
}

// ---- Compute

// Share of operations none of whose operands is zero.
static double effectual(const aug_problem *problem) {
    double filled = 1.0;
    for (int t = 0; t < aug_problem_output(problem); t++)
        filled *= aug_sparse_share(problem, t);
    return filled;
}

// Timeloop takes what each operand's savings leave out away one after the other, rounded down.
static double operations_left(const zeros_pass *pass, double operations, double left) {
    return take(pass, operations, left, false);
}

static void apply_compute(const zeros_pass *pass) {
    const aug_problem *problem = pass->nest.problem;
    aug_compute_cost *compute = &pass->cost->compute;
    double all = (double)compute->operations, useful = effectual(problem);
    aug_left left = aug_savings_left_operations(&pass->nest, &pass->savings);
    double come = operations_left(pass, all, left.come), actual = operations_left(pass, come, share(left.actual, left.come));
    double filled = actual - (pass->whole ? round_down(actual * (1.0 - share(useful, left.actual))) : actual * (1.0 - share(useful, left.actual)));
    compute->gated = come - actual;
    compute->skipped = 0.0;
    switch (pass->nest.design->zeros[pass->cost->compute_unit]) {
    case AUG_ZEROS_COMPUTE:
        compute->actual = actual;
        break;
    case AUG_ZEROS_GATE:
        compute->actual = filled;
        compute->gated += actual - filled;
        break;
    case AUG_ZEROS_SKIP: // what storage gates has a zero too: skipped with the rest
        compute->actual = filled;
        compute->skipped = come - filled;
        compute->gated = 0.0;
        break;
    }
    compute->absent = all - come;
    double rate = problem->computes[pass->cost->compute_unit].rate_per_cycle;
    compute->cycles = (double)compute->busiest * ((compute->actual + compute->gated) / all) / rate;
    compute->imbalance = aug_sparse_imbalance(&pass->nest, &pass->savings, pass->nest.design->zeros[pass->cost->compute_unit]);
}

void aug_sparse_apply(const aug_problem *problem, const aug_mapping *mapping, aug_cost *cost) {
    const aug_sparse_design *design = problem->sparse ? problem->sparse : &no_design;
    zeros_pass pass = {.cost = cost, .whole = design->expectation == AUG_EXPECT_WHOLE};
    aug_sparse_nest_init(&pass.nest, problem, mapping, design);
    aug_savings_find(&pass.nest, cost, &pass.savings);
    for (int t = 0; t < problem->tensor_count; t++)
        for (int s = 0; s < pass.nest.store_count[t]; s++)
            apply_holding(&pass, t, s);
    apply_compute(&pass);
}
