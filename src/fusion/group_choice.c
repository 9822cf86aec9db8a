// Which neighbours to fuse.
//
// The members run in their order. A run of neighbours is either cut in two, or one group:
//
//     best(i .. k) = better of best(i .. j) + best(j + 1 .. k), over j, and the group i .. k
//     best of the first n = best of the first k + best(k + 1 .. n), over k
//
// Fusing never loses: the members alone are among the groups. A group of several members begins its search
// with the best that its own members reach in smaller groups. Figures of a run are those of one time; members
// that run more often than others are never in one run with them.
#include "fusion/group_choice.h"

#include "fusion/group_answer.h"
#include "fusion/group_copy.h"

#include <math.h>
#include <setjmp.h>

typedef aug_group_run run;
typedef aug_group_chooser chooser;

static run new_run(const chooser *c) {
    const aug_group_front none = {.arena = c->arena, .objective = c->options->objective};
    return (run){none, none};
}

static bool is_group(const aug_group_chain *chain, int first, int count, aug_group *group) {
    bool is = aug_group_is_run(chain, first, count) &&
              aug_group_init(chain->members, chain->count, first, count, chain->running, group);
    group->overlap = chain->overlap;
    return is;
}

int aug_group_count(aug_arena *arena, const aug_group_chain *chain) {
    aug_group *group = AUG_NEW(arena, aug_group);
    int found = 0;
    for (int first = 0; first < chain->count; first++)
        for (int count = 2; count <= AUG_GROUP_MEMBERS && first + count <= chain->count; count++)
            found += is_group(chain, first, count, group);
    return found;
}

bool aug_group_may_join(aug_arena *arena, const aug_group_chain *chain, int member) {
    aug_group *group = AUG_NEW(arena, aug_group);
    for (int first = member; first >= 0 && first > member - AUG_GROUP_MEMBERS; first--)
        for (int count = member - first + 1; count <= AUG_GROUP_MEMBERS && first + count <= chain->count; count++)
            if (count > 1 && is_group(chain, first, count, group))
                return true;
    return false;
}

// ---- Runs

static bool has_one_figure(const chooser *c) {
    return aug_group_limits_apply(c->options->objective);
}

static void raise_floor(chooser *c, int first, int count, double energy_pj, double cycles) {
    aug_objective objective = c->is_planting ? c->simple.objective : c->options->objective;
    if (objective == c->options->objective)
        aug_group_limits_raise(c->is_planting ? &c->simple_limits : &c->limits, first, count,
                               aug_group_value(objective, energy_pj, cycles));
}

// What is of interest of a run, given the best of all runs.
static void set_limit(chooser *c, int first, int count, aug_group_front *best) {
    aug_group_limits *limits = c->is_planting ? &c->simple_limits : &c->limits;
    best->has_limit = false;
    aug_group_chooser_set_product(c, first, count, best);
    if (!has_one_figure(c))
        return;
    for (int i = 0; i < c->chain->count * AUG_GROUP_MEMBERS; i++)
        limits->best[i] = aug_group_front_value(&c->runs[i].best);
    aug_group_limits_set(limits, first, count, best);
}

// The part of `pool` that the next group may take; 0: there is no limit.
static uint64_t allowance(const chooser *c) {
    uint64_t used = aug_group_members_nodes(c->search.members) + aug_group_members_nodes(c->seeds.members);
    if (c->options->node_limit == 0)
        return 0;
    return used < c->pool ? (c->pool - used) / (uint64_t)c->groups_left + 1 : 1;
}

static void add_alone(const chooser *c, int at, const aug_group *group, const aug_mapper_point *point,
                      run *to) {
    aug_group_plan *plan = AUG_NEW(c->arena, aug_group_plan);
    *plan = (aug_group_plan){.group = group,
                             .first = at,
                             .problems = {group->members[0]},
                             .nests = {&point->mapping},
                             .energy_pj = aug_group_energy(point->energy_pj),
                             .cycles = point->cycles};
    aug_group_front_add(&to->best, (aug_group_point){plan->energy_pj, plan->cycles, plan});
}

// The search of a member alone ended early.
static void add_bound(chooser *c, const aug_group *group, double bound, run *to) {
    c->alone_open = true;
    const aug_group_prefix none = {0};
    aug_group_floor floor = aug_group_floor_of(group, &none, 0, group->members[0], NULL);
    aug_group_point point = {floor.energy_pj, floor.cycles, NULL};
    if (c->options->objective == AUG_OBJECTIVE_ENERGY)
        point.energy_pj = fmax(point.energy_pj, bound);
    if (c->options->objective == AUG_OBJECTIVE_LATENCY)
        point.cycles = fmax(point.cycles, bound);
    aug_group_front_add(&to->low, point);
}

static void run_alone(chooser *c, int at, run *to) {
    aug_group *group = AUG_NEW(c->arena, aug_group);
    if (!aug_group_init(c->chain->members, c->chain->count, at, 1, c->chain->running, group))
        return;
    const aug_mapper_result *known = c->chain->alone ? &c->chain->alone[at] : NULL;
    bool for_energy = c->options->objective == AUG_OBJECTIVE_ENERGY;
    if (known && known->proven && known->point_count == 0)
        c->alone_pj[at] = 0.0; // for it does not fit, which it may do fused
    else if (known && for_energy)
        c->alone_pj[at] = known->lower_bound;
    else if (known && known->proven && known->point_count > 0)
        c->alone_pj[at] = c->options->objective == AUG_OBJECTIVE_LATENCY ? 0.0 : known->points[0].energy_pj;
    c->simple_pj[at] = c->alone_pj[at];
    if (known && has_one_figure(c)) {
        aug_group_limits_raise(&c->limits, at, 1, known->lower_bound);
        aug_group_limits_raise(&c->simple_limits, at, 1, known->lower_bound);
    }
    for (int i = 0; known && i < known->point_count; i++)
        add_alone(c, at, group, &known->points[i], to);
    if (known) {
        if (!known->proven)
            add_bound(c, group, known->lower_bound, to);
        return;
    }
    aug_group_question question = aug_group_question_of(c->chain->members[at]);
    question.breaks_ties = c->options->breaks_ties && !c->is_planting && for_energy;
    if (has_one_figure(c))
        question.cutoff = aug_group_front_cutoff(&to->best);
    aug_group_search *search = c->is_planting ? &c->seeds : &c->search;
    aug_group_members_allow(search->members, c->options->node_limit);
    const aug_group_best *best = aug_group_member_best(search->members, &question);
    for (int i = 0; i < best->count; i++)
        add_alone(c, at, group, best->points[i], to);
    if (has_one_figure(c) && best->count > 0 && !best->limited)
        raise_floor(c, at, 1, best->points[0]->energy_pj, best->points[0]->cycles);
    if (c->is_planting) {
        if (c->simple.objective == AUG_OBJECTIVE_ENERGY && best->count > 0 && !best->limited)
            c->simple_pj[at] = best->points[0]->energy_pj;
        return;
    }
    if (best->limited)
        add_bound(c, group, best->bound, to);
    if (for_energy)
        c->alone_pj[at] = best->limited ? best->bound : best->count ? best->points[0]->energy_pj : 0.0;
}

// A small part of the space with nearly the best in it, which is searched fast.
static void plant_group(chooser *c, const aug_group *group, int first, aug_group_front *best) {
    aug_group_front seeds = {.arena = c->arena, .objective = c->simple.objective}, unseen = seeds;
    seeds.has_limit = best->has_limit && best->objective == seeds.objective;
    seeds.limit = best->limit;
    for (int i = 0; i < best->count; i++)
        aug_group_front_add(&seeds, best->points[i]);
    aug_group_members_allow(c->seeds.members, allowance(c));
    aug_group_search_run(&c->seeds, group, first, &seeds, &unseen);
    for (int i = 0; i < seeds.count; i++)
        aug_group_front_add(best, seeds.points[i]);
}

// Members as one group: better plans join the best, what is not ruled out joins `low`.
static void run_group(chooser *c, int first, int count, run *to) {
    aug_group *group = AUG_NEW(c->arena, aug_group);
    if (!is_group(c->chain, first, count, group))
        return;
    for (int e = 0; e < count; e++)
        group->least_pj[e] =
            aug_group_least_pj(group, e, (c->is_planting ? c->simple_pj : c->alone_pj)[first + e]);
    if (c->is_planting) {
        plant_group(c, group, first, &to->best);
        raise_floor(c, first, count, c->seeds.least.energy_pj, c->seeds.least.cycles);
    } else {
        aug_group_front open = new_run(c).low;
        aug_group_members_allow(c->search.members, allowance(c));
        aug_group_search_run(&c->search, group, first, &to->best, &open);
        for (int i = 0; i < open.count; i++)
            if (aug_group_front_allows(&to->best, open.points[i].energy_pj, open.points[i].cycles))
                aug_group_front_add(&to->low, open.points[i]);
        raise_floor(c, first, count, c->search.least.energy_pj, c->search.least.cycles);
    }
    c->groups_left--;
}

// What is known of these neighbours from elsewhere, in bands say.
static void add_offers(const chooser *c, int first, int count, run *to) {
    for (int i = 0; i < c->chain->offer_count; i++) {
        const aug_group_offer *offer = &c->chain->offers[i];
        if (offer->first != first || offer->count != count)
            continue;
        for (int k = 0; k < offer->point_count; k++)
            aug_group_front_add(&to->best, offer->points[k]);
        for (int k = 0; k < offer->low_count; k++)
            aug_group_front_add(&to->low, offer->low[k]);
    }
}

// The best of some neighbours as one group, or of one alone, and bounds on it.
static void choose_run(chooser *c, int first, int count) {
    run *to = aug_group_run_of(c, first, count);
    to->low = new_run(c).low;
    if (!aug_group_is_run(c->chain, first, count))
        return;
    add_offers(c, first, count, to);
    set_limit(c, first, count, &to->best);
    if (count == 1)
        run_alone(c, first, to);
    for (int k = 1; k < count; k++)
        aug_group_front_add_sums(&to->best, &aug_group_run_of(c, first, k)->best,
                                 &aug_group_run_of(c, first + k, count - k)->best, 1.0);
    if (count > 1 && !c->chain->apart)
        run_group(c, first, count, to);
    to->best.has_limit = false;
    to->best.product = 0.0;
    for (int i = 0; i < to->best.count; i++)
        aug_group_front_add(&to->low, to->best.points[i]);
}

// Runs cut in two, the shorter ones first.
static void join_bests(const chooser *c) {
    for (int count = 2; count <= AUG_GROUP_MEMBERS; count++)
        for (int first = 0; first + count <= c->chain->count; first++)
            for (int k = 1; k < count && aug_group_is_run(c->chain, first, count); k++)
                aug_group_front_add_sums(&aug_group_run_of(c, first, count)->best, &aug_group_run_of(c, first, k)->best,
                                         &aug_group_run_of(c, first + k, count - k)->best, 1.0);
}

// And bounds of all ways to fuse them.
static void join_runs(const chooser *c) {
    join_bests(c);
    for (int count = 2; count <= AUG_GROUP_MEMBERS; count++)
        for (int first = 0; first + count <= c->chain->count; first++) {
            run *to = aug_group_run_of(c, first, count);
            for (int k = 1; k < count && aug_group_is_run(c->chain, first, count); k++) {
                const run *left = aug_group_run_of(c, first, k), *right = aug_group_run_of(c, first + k, count - k);
                aug_group_front_add_sums(&to->low, &left->low, &right->low, 1.0);
            }
        }
}

static void choose_head(chooser *c, int n) {
    const aug_group_point start = {0.0, 0.0, NULL};
    c->heads[n] = new_run(c);
    if (n == 0) {
        aug_group_front_add(&c->heads[0].best, start);
        aug_group_front_add(&c->heads[0].low, start);
    }
    for (int count = 1; count <= AUG_GROUP_MEMBERS && count <= n; count++) {
        const run *before = &c->heads[n - count], *last = aug_group_run_of(c, n - count, count);
        double times = aug_group_repeats(c->chain, n - count);
        aug_group_front_add_sums(&c->heads[n].best, &before->best, &last->best, times);
        aug_group_front_add_sums(&c->heads[n].low, &before->low, &last->low, times);
    }
}

static void choose_runs_of(chooser *c, int count) {
    for (int first = 0; first + count <= c->chain->count; first++)
        choose_run(c, first, count);
}

// Best of every run of neighbours. Where one figure counts the long ones come first, for they often leave the
// others without interest, and members alone, the slowest to search, last: but for the first time, so that
// something is known.
static void choose_runs(chooser *c, bool is_planting, uint64_t pool) {
    c->is_planting = is_planting;
    c->pool = pool;
    c->groups_left = c->groups;
    bool first_time = is_planting || !(c->has_seeds || c->chain->is_begun), one = has_one_figure(c);
    if (first_time || !one)
        choose_runs_of(c, 1);
    if (one)
        join_bests(c);
    for (int i = 2; i <= AUG_GROUP_MEMBERS; i++)
        choose_runs_of(c, one ? AUG_GROUP_MEMBERS + 2 - i : i);
    if (!first_time && one)
        choose_runs_of(c, 1);
}

// Offers are known before any run is looked at.
static void begin_runs(chooser *c) {
    for (int i = 0; i < c->chain->offer_count; i++)
        add_offers(c, c->chain->offers[i].first, c->chain->offers[i].count,
                   aug_group_run_of(c, c->chain->offers[i].first, c->chain->offers[i].count));
    for (int i = 0; i < c->chain->count * AUG_GROUP_MEMBERS; i++)
        c->runs[i].low = new_run(c).low;
}

// Best of the first n members for each n. With a limit, three quarters of it are for seeds.
static const run *choose(chooser *c) {
    const aug_mapper_options *options = c->options;
    int n = c->chain->count;
    c->runs = AUG_NEW_ARRAY(c->arena, run, (size_t)(n * AUG_GROUP_MEMBERS));
    c->heads = AUG_NEW_ARRAY(c->arena, run, (size_t)n + 1);
    c->alone_pj = AUG_NEW_ARRAY(c->arena, double, (size_t)n);
    aug_group_limits_begin(c->arena, c->chain, options->objective, &c->limits);
    aug_group_limits_begin(c->arena, c->chain, options->objective, &c->simple_limits);
    aug_group_limits_begin(c->arena, c->chain, AUG_OBJECTIVE_ENERGY, &c->energies);
    aug_group_limits_begin(c->arena, c->chain, AUG_OBJECTIVE_LATENCY, &c->times);
    c->simple_pj = AUG_NEW_ARRAY(c->arena, double, (size_t)n);
    c->has_seeds = c->groups > 0 && !c->chain->is_begun &&
                   (!options->perfect || options->objective != c->simple.objective);
    for (int i = 0; i < n * AUG_GROUP_MEMBERS; i++)
        c->runs[i] = new_run(c);
    if (c->chain->is_begun)
        begin_runs(c);
    if (c->has_seeds)
        choose_runs(c, true, options->node_limit / 4 * 3);
    choose_runs(c, false, options->node_limit);
    join_runs(c);
    for (int i = 0; i <= n; i++)
        choose_head(c, i);
    return &c->heads[n];
}

// ---- The call

// All memory of a call but its answer: freed also where it runs out.
typedef struct work {
    jmp_buf failure;
    aug_arena plans, prefixes;
    chooser chooser;
    aug_mapper_status status;
} work;

static void free_work(work *of) {
    if (of->chooser.search.members)
        aug_group_members_end(of->chooser.search.members);
    if (of->chooser.seeds.members)
        aug_group_members_end(of->chooser.seeds.members);
    aug_arena_free(&of->plans);
    aug_arena_free(&of->prefixes);
}

static aug_group_leasts leasts_of(const aug_group_search *search) {
    return (aug_group_leasts){
        .arena = search->arena, .members = search->members, .objective = search->options->objective};
}

static void start(work *of, const aug_group_chain *chain, const aug_mapper_options *options) {
    chooser *c = &of->chooser;
    aug_arena *arena = &of->plans;
    *c = (chooser){.arena = arena, .chain = chain, .options = options};
    c->groups = chain->apart ? 0 : aug_group_count(arena, chain);
    c->simple = *options;
    c->simple.perfect = true;
    if (options->objective == AUG_OBJECTIVE_EDP || options->objective == AUG_OBJECTIVE_FRONT)
        c->simple.objective = AUG_OBJECTIVE_ENERGY;
    c->search = (aug_group_search){.arena = arena,
                                   .scratch = &of->prefixes,
                                   .options = options,
                                   .members = aug_group_members_new(arena, options)};
    c->seeds = (aug_group_search){.arena = arena,
                                  .scratch = &of->prefixes,
                                  .options = &c->simple,
                                  .is_seed = true,
                                  .members = aug_group_members_new(arena, &c->simple)};
    c->search.sights.arena = c->seeds.sights.arena = arena;
    c->search.ports.arena = c->seeds.ports.arena = arena;
    c->search.leasts = leasts_of(&c->search);
    c->seeds.leasts = leasts_of(&c->seeds);
}

aug_mapper_status aug_group_choose(aug_arena *arena, const aug_group_chain *chain,
                                const aug_mapper_options *options, aug_group_result *result) {
    work *of = AUG_NEW(arena, work);
    if (setjmp(of->failure) != 0) {
        free_work(of);
        aug_arena_fail(arena);
    }
    aug_arena_init(&of->plans, &of->failure);
    aug_arena_init(&of->prefixes, &of->failure);
    start(of, chain, options);
    of->status = aug_group_answer(&of->chooser, choose(&of->chooser), result);
    if (!aug_group_result_copy(arena, result)) {
        free_work(of);
        aug_arena_fail(arena);
    }
    free_work(of);
    return of->status;
}
