// Groups against an exhaustive search of their whole space, written a second time: every order and tile of
// shared loops, every place of every store in the prefix and in the branches, every loop of the branches.
//
// Memories are dram and one buffer. Of each member below each prefix all nests are walked and those kept that
// no other is below in energy, cycles, what stays and what passes (group_cost.c); members are then joined under
// the buffer's capacity. Every answer has to be proven, and equal.
#include "support/group_world.h"

#include "base/random.h"
#include "property.h"

enum { MOST_NESTS = 512, CHAINS = 200 };

typedef struct point {
    double energy, cycles, lasting, passing;
} point;

typedef struct points {
    int count;
    point at[MOST_NESTS];
} points;

typedef struct brute {
    test_ground *ground;
    const group_world *world;
    bool perfect;
    double capacity;
    aug_cost_scratch *scratch;
    aug_cost *cost;
    uint64_t nests;
    points *into; // the front of the group that is walked
    points whole; // of the workload
} brute;

// ---- The nests of a member

typedef struct walker {
    brute *brute;
    aug_problem problem; // its buffer holds anything: capacities are counted here
    int prefix_count, innermost;
    aug_mapping nest;
    points *out;
} walker;

static bool dominated(const points *set, const point *p) {
    for (int i = 0; i < set->count; i++)
        if (set->at[i].energy <= p->energy && set->at[i].cycles <= p->cycles && set->at[i].lasting <= p->lasting &&
            set->at[i].lasting + set->at[i].passing <= p->lasting + p->passing)
            return true;
    return false;
}

// Words of tensor `t` in a store at `at`, and whether they stay from one shared step to the next.
static double own_bits(const walker *w, int at, int t, bool *stays) {
    const aug_problem_tensor *tensor = &w->problem.tensors[t];
    aug_count left[AUG_PROBLEM_RANKS];
    memcpy(left, w->problem.sizes, sizeof left);
    bool moved_by_shared = w->innermost >= 0 && (tensor->ranks >> w->innermost & 1u), moved_by_own = false;
    for (int i = 0; i < at; i++) {
        const aug_mapping_node *node = &w->nest.nodes[i];
        if (node->kind != AUG_MAPPING_FOR)
            continue;
        if (i >= w->prefix_count && (tensor->ranks >> node->rank & 1u))
            moved_by_own = true;
        left[node->rank] = node->tile;
    }
    *stays = w->innermost >= 0 && !moved_by_shared && !moved_by_own;
    return (double)aug_tensor_words(tensor, left) * 8.0;
}

static void leaf(walker *w) {
    aug_totals totals;
    aug_cost_totals(&w->problem, &w->nest, w->brute->scratch, w->brute->cost, &totals);
    w->brute->nests++;
    point p = {totals.energy_pj, totals.cycles, 0.0, 0.0};
    for (int i = w->prefix_count; i < w->nest.count; i++)
        if (w->nest.nodes[i].kind == AUG_MAPPING_STORE) {
            bool stays;
            double bits = own_bits(w, i, __builtin_ctz(w->nest.nodes[i].tensors), &stays);
            p.lasting += stays ? bits : 0.0;
            p.passing += stays ? 0.0 : bits;
        }
    if (p.lasting + p.passing > w->brute->capacity || dominated(w->out, &p))
        return;
    assert_true(w->out->count < MOST_NESTS);
    w->out->at[w->out->count++] = p;
}

static void walk(walker *w, unsigned stores, unsigned gap, const aug_count *left, const bool *cut) {
    bool done = true;
    for (int r = 0; r < w->problem.rank_count; r++)
        done &= left[r] == 1;
    int at = w->nest.count;
    if (done) {
        w->nest.nodes[w->nest.count++] = (aug_mapping_node){.kind = AUG_MAPPING_COMPUTE};
        leaf(w);
        w->nest.count = at;
    }
    for (int r = 0; r < w->problem.rank_count; r++) {
        if (gap >> r & 1u)
            continue;
        for (aug_count tile = 1; tile < left[r]; tile++) {
            if ((w->brute->perfect || cut[r]) && left[r] % tile != 0)
                continue;
            aug_count inside[AUG_PROBLEM_RANKS];
            bool is_cut[AUG_PROBLEM_RANKS];
            memcpy(inside, left, sizeof inside);
            memcpy(is_cut, cut, sizeof is_cut);
            inside[r] = tile;
            is_cut[r] = true;
            w->nest.nodes[w->nest.count++] = (aug_mapping_node){.kind = AUG_MAPPING_FOR, .rank = r, .tile = tile};
            walk(w, stores, gap | 1u << r, inside, is_cut);
            w->nest.count = at;
        }
    }
    for (int t = 0; t < w->problem.tensor_count; t++)
        if (stores >> t & 1u) {
            w->nest.nodes[w->nest.count++] = (aug_mapping_node){.kind = AUG_MAPPING_STORE, .memory = 1, .tensors = 1u << t};
            walk(w, stores & ~(1u << t), 0, left, cut);
            w->nest.count = at;
        }
}

static const points *nests_of(brute *b, const aug_problem *problem, const aug_mapping_node *prefix, int count) {
    walker *w = AUG_NEW(&b->ground->arena, walker);
    *w = (walker){.brute = b, .problem = *problem, .prefix_count = count, .innermost = -1};
    w->out = AUG_NEW(&b->ground->arena, points);
    w->problem.memories[1].capacity_bits = (double)INFINITY;
    aug_count left[AUG_PROBLEM_RANKS];
    bool cut[AUG_PROBLEM_RANKS] = {false};
    memcpy(left, problem->sizes, sizeof left);
    unsigned stores = (1u << problem->tensor_count) - 1u;
    for (int i = 0; i < count; i++) {
        w->nest.nodes[w->nest.count++] = prefix[i];
        if (prefix[i].kind == AUG_MAPPING_STORE && prefix[i].memory == 1)
            stores &= ~prefix[i].tensors;
        if (prefix[i].kind == AUG_MAPPING_FOR) {
            left[prefix[i].rank] = prefix[i].tile;
            cut[prefix[i].rank] = true;
            w->innermost = prefix[i].rank;
        }
    }
    walk(w, stores, 0, left, cut);
    return w->out;
}

// ---- Groups

static void note(points *front, double energy, double cycles) {
    point p = {energy, cycles, 0.0, 0.0};
    if (dominated(front, &p))
        return;
    assert_true(front->count < MOST_NESTS);
    front->at[front->count++] = p;
}

static void join(brute *b, const points *const *sets, int count, int e, double held, double lasting, double passing,
                 double energy, double cycles) {
    if (held + lasting + passing > b->capacity)
        return;
    if (e == count || e == GROUP_WORLD_MOST) {
        note(b->into, energy, cycles);
        return;
    }
    for (int i = 0; i < sets[e]->count; i++) {
        const point *p = &sets[e]->at[i];
        join(b, sets, count, e + 1, held, lasting + p->lasting, fmax(passing, p->passing), energy + p->energy, cycles + p->cycles);
    }
}

// Index of a name in a member; -1: none.
static int tensor_called(const aug_problem *p, const char *name) {
    for (int t = 0; t < p->tensor_count; t++)
        if (strcmp(p->tensors[t].name, name) == 0)
            return t;
    return -1;
}

static int rank_called(const aug_problem *p, const char *name) {
    for (int r = 0; r < p->rank_count; r++)
        if (strcmp(p->ranks[r], name) == 0)
            return r;
    return -1;
}

typedef struct shared {
    brute *brute;
    int first, count;
    int rank_count, loop_count;
    const char *ranks[4], *loops[4];
    aug_count tiles[4];
    int outer_count, place[16]; // tensors that stand in dram; the loop that their store stands above; -1: none
    const char *outer[16];
    unsigned inner[3]; // intermediates of each member
} shared;

static void run_prefix(const shared *s) {
    brute *b = s->brute;
    const points *sets[GROUP_WORLD_MOST];
    double held = 0.0;
    bool counted[16] = {false};
    for (int e = 0; e < s->count; e++) {
        const aug_problem *p = b->world->members[s->first + e];
        aug_mapping_node nodes[64];
        int count = 0;
        unsigned all = (1u << p->tensor_count) - 1u;
        aug_count left[AUG_PROBLEM_RANKS];
        memcpy(left, p->sizes, sizeof left);
        nodes[count++] = (aug_mapping_node){.kind = AUG_MAPPING_STORE, .tensors = all & ~s->inner[e]};
        for (int l = 0; l < s->loop_count; l++) {
            for (int x = 0; x < s->outer_count; x++) {
                int t = tensor_called(p, s->outer[x]);
                if (s->place[x] != l || t < 0)
                    continue;
                nodes[count++] = (aug_mapping_node){.kind = AUG_MAPPING_STORE, .memory = 1, .tensors = 1u << t};
                held += counted[x] ? 0.0 : 8.0 * (double)aug_tensor_words(&p->tensors[t], left);
                counted[x] = true;
            }
            int r = rank_called(p, s->loops[l]);
            left[r] = s->tiles[l];
            nodes[count++] = (aug_mapping_node){.kind = AUG_MAPPING_FOR, .rank = r, .tile = s->tiles[l]};
        }
        for (int t = 0; t < p->tensor_count; t++)
            if (s->inner[e] >> t & 1u) {
                nodes[count++] = (aug_mapping_node){.kind = AUG_MAPPING_STORE, .memory = 1, .tensors = 1u << t};
                held += t == p->tensor_count - 1 ? 8.0 * (double)aug_tensor_words(&p->tensors[t], left) : 0.0;
            }
        if (held > b->capacity)
            return;
        sets[e] = nests_of(b, p, nodes, count);
    }
    join(b, sets, s->count, 0, held, 0.0, 0.0, 0.0, 0.0);
}

static void place_stores(shared *s, int x) {
    if (x == s->outer_count) {
        run_prefix(s);
        return;
    }
    for (s->place[x] = -1; s->place[x] < s->loop_count; s->place[x]++)
        place_stores(s, x + 1);
}

static void add_loops(shared *s, unsigned used) {
    place_stores(s, 0);
    const aug_problem *p = s->brute->world->members[s->first];
    for (int r = 0; r < s->rank_count; r++) {
        if (used >> r & 1u)
            continue;
        aug_count size = p->sizes[rank_called(p, s->ranks[r])];
        for (aug_count tile = 1; tile < size; tile++) {
            if (s->brute->perfect && size % tile != 0)
                continue;
            s->loops[s->loop_count] = s->ranks[r];
            s->tiles[s->loop_count++] = tile;
            add_loops(s, used | 1u << r);
            s->loop_count--;
        }
    }
}

// Members first .. first + count - 1 as one group; in these chains each reads what the one before it made.
static void run_group(brute *b, int first, int count) {
    shared s = {.brute = b, .first = first, .count = count};
    for (int e = 0; e < count; e++) {
        const aug_problem *p = b->world->members[first + e];
        for (int t = 0; t < p->tensor_count; t++) {
            bool made = e > 0 && tensor_called(b->world->members[first + e - 1], p->tensors[t].name) >= 0;
            bool read = e + 1 < count && tensor_called(b->world->members[first + e + 1], p->tensors[t].name) >= 0;
            if (made || read)
                s.inner[e] |= 1u << t;
            else
                s.outer[s.outer_count++] = p->tensors[t].name;
        }
    }
    const aug_problem *p = b->world->members[first];
    for (int r = 0; count > 1 && r < p->rank_count; r++) {
        bool everywhere = true;
        for (int e = 0; e < count; e++) {
            const aug_problem *member = b->world->members[first + e];
            int own = rank_called(member, p->ranks[r]);
            everywhere &= own >= 0;
            for (int t = 0; everywhere && t < member->tensor_count; t++)
                everywhere &= !(s.inner[e] >> t & 1u) || (member->tensors[t].ranks >> own & 1u);
        }
        if (everywhere && p->sizes[r] > 1)
            s.ranks[s.rank_count++] = p->ranks[r];
    }
    add_loops(&s, 0);
}

// ---- Workloads of two and three members

static void add_front(const points *a, const points *b, points *sum) {
    for (int i = 0; i < a->count; i++)
        for (int k = 0; k < b->count; k++)
            note(sum, a->at[i].energy + b->at[k].energy, a->at[i].cycles + b->at[k].cycles);
}

// Every way to cut the members into runs of neighbours.
static void run_all(brute *b) {
    int n = b->world->count;
    points *fronts = AUG_NEW_ARRAY(&b->ground->arena, points, 9);
    for (int first = 0; first < n; first++)
        for (int count = 1; first + count <= n; count++) {
            b->into = &fronts[first * 3 + count - 1];
            run_group(b, first, count);
        }
    for (unsigned cuts = 0; cuts < 1u << (n - 1); cuts++) {
        points *sum = AUG_NEW(&b->ground->arena, points);
        note(sum, 0.0, 0.0);
        for (int first = 0, last = 0; last < n; last++) {
            if (last < n - 1 && !(cuts >> last & 1u))
                continue;
            points *next = AUG_NEW(&b->ground->arena, points);
            add_front(sum, &fronts[first * 3 + last - first], next);
            sum = next;
            first = last + 1;
        }
        for (int i = 0; i < sum->count; i++)
            note(&b->whole, sum->at[i].energy, sum->at[i].cycles);
    }
}

static double value_of(aug_objective objective, double energy, double cycles) {
    return objective == AUG_OBJECTIVE_ENERGY ? energy : objective == AUG_OBJECTIVE_LATENCY ? cycles : energy * cycles;
}

static double least(const points *front, aug_objective objective) {
    double value = (double)INFINITY;
    for (int i = 0; i < front->count; i++)
        value = fmin(value, value_of(objective, front->at[i].energy, front->at[i].cycles));
    return value;
}

static int front_size(const points *front) {
    int count = 0;
    for (int i = 0; i < front->count; i++) {
        bool below = false;
        for (int k = 0; k < front->count; k++)
            below |= k != i && front->at[k].energy <= front->at[i].energy && front->at[k].cycles <= front->at[i].cycles;
        count += !below;
    }
    return count;
}

typedef struct form {
    const char *ranks, *einsums; // "mak": those of its ranks
} form;

static const form forms[] = {
    {"makn", "['T[m,a] += A[m,k] * B[k,a]', 'Z[m,n] += T[m,a] * C[a,n]']"},
    {"mak", "['T[m,a] += A[m,k] * B[k,a]', 'Z[m] += T[m,a] * C[a]']"},
    {"man", "['T[m,a] = A[m] * B[a]', 'Z[n,a] += T[m,a] * C[m,n]']"},
    {"mkn", "['T[m] += A[m,k]', 'U[m] = T[m]', 'Z[m,n] = U[m] * C[n]']"},
    {"ma", "['T[m,a] = A[m,a]', 'U[m,a] = T[m,a] * B[a]', 'Z[a] += U[m,a]']"},
};

static int draw(aug_random *random, uint64_t most) {
    return 1 + (int)aug_random_below(random, most);
}

static const char *draw_workload(aug_arena *arena, aug_random *random) {
    const form *of = &forms[aug_random_below(random, sizeof forms / sizeof *forms)];
    bool large = strlen(of->ranks) == 4;
    const char *ranks = "";
    for (const char *r = of->ranks; *r; r++)
        ranks = aug_arena_print(arena, "%s%s%c: %d", ranks, *ranks ? ", " : "", *r,
                                draw(random, *r == 'm' ? 4 : *r == 'a' ? (large ? 3 : 4) : 2));
    return aug_arena_print(arena, "auger: workload/1\nranks: {%s}\neinsums: %s\n", ranks, of->einsums);
}

typedef struct tally {
    int chains, answers, proven, equal;
    uint64_t nests;
} tally;

static bool check(brute *b, aug_objective objective, const char *workload, const char *machine, tally *sum) {
    aug_arena *arena = &b->ground->arena;
    aug_mapper_options options = {.objective = objective, .threads = 1, .perfect = b->perfect};
    aug_group_result result;
    aug_group_map(arena, &(aug_group_chain){.members = b->world->members, .count = b->world->count}, &options, &result);
    double optimum = least(&b->whole, objective);
    bool equal = result.value <= optimum * (1.0 + 1e-12) &&
                 (objective != AUG_OBJECTIVE_FRONT || result.point_count == front_size(&b->whole));
    bool good = result.value >= optimum * (1.0 - 1e-12) && result.lower_bound <= optimum * (1.0 + 1e-12) && equal && result.proven;
    sum->answers++;
    sum->proven += result.proven;
    sum->equal += equal;
    if (good)
        return true;
    aug_buffer text;
    aug_buffer_init(&text, arena);
    for (const aug_group_plan *plan = result.point_count ? result.points[0].last : NULL; plan; plan = plan->before) {
        aug_group_print(&text, plan);
        aug_buffer_put(&text, "\n");
    }
    print_error("%s %s: %.17g (bound %.17g, %s, %d points), exhaustive %.17g (%d points)\n%s%s%s", aug_objective_names[objective],
                b->perfect ? "perfect" : "imperfect", result.value, result.lower_bound, result.proven ? "proven" : "open",
                result.point_count, optimum, front_size(&b->whole), workload, machine, aug_buffer_text(&text));
    return false;
}

static bool one_chain(aug_random *random, tally *sum) {
    test_ground ground;
    test_begin(&ground);
    int room = 1 + draw(random, 17);
    const char *workload = draw_workload(&ground.arena, random);
    const char *machine = aug_arena_print(
        &ground.arena,
        "auger: machine/1\nname: chip\nclock: 1 GHz\ndrain: read\nlevels:\n"
        "  - {memory: dram, size: inf, bandwidth: %d bit/cycle, energy: %d pJ/bit}\n"
        "  - {memory: buffer, size: %d bit, bandwidth: %d bit/cycle, energy: %d pJ/bit}\n"
        "  - {compute: mac, rate: 1/cycle, energy: 1 pJ}\n",
        draw(random, 8), draw(random, 40), room * 8, draw(random, 64), draw(random, 4));
    group_world world;
    group_world_read(&ground, workload, machine, &world);
    brute *b = AUG_NEW(&ground.arena, brute);
    *b = (brute){.ground = &ground, .world = &world, .perfect = aug_random_below(random, 2) == 0, .capacity = room * 8.0};
    b->scratch = aug_cost_scratch_new(&ground.arena);
    b->cost = AUG_NEW(&ground.arena, aug_cost);
    run_all(b);
    bool good = true;
    for (int o = 0; o < AUG_OBJECTIVE_COUNT && good; o++)
        good = check(b, (aug_objective)o, workload, machine, sum);
    sum->chains++;
    sum->nests += b->nests;
    test_end(&ground);
    return good;
}

static void groups_are_as_good_as_all_there_are(void **state) {
    (void)state;
    const char *chains = getenv("AUG_GROUP_CHAINS"), *seed = getenv("AUG_PROPERTY_SEED");
    aug_random random = {seed ? strtoull(seed, NULL, 10) : 20261127};
    tally sum = {0};
    int failures = 0;
    for (int i = 0; i < (chains ? atoi(chains) : CHAINS); i++)
        failures += !one_chain(&random, &sum);
    print_message("%d chains, %d answers, %d equal, %d proven, %llu nests\n", sum.chains, sum.answers, sum.equal, sum.proven,
                  (unsigned long long)sum.nests);
    assert_int_equal(failures, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_are_as_good_as_all_there_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
