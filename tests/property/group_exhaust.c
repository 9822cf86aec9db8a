#include "group_exhaust.h"

// ---- The nests of a member

typedef struct walker {
    exhaust *brute;
    aug_problem problem; // its buffer holds anything: capacities are counted here
    int prefix_count, innermost;
    bool is_piped;
    aug_mapping nest;
    exhaust_points *out;
} walker;

static bool dominated(const exhaust_points *set, const exhaust_point *p) {
    for (int i = 0; i < set->count; i++)
        if (set->at[i].energy <= p->energy && set->at[i].cycles <= p->cycles && set->at[i].lasting <= p->lasting &&
            set->at[i].lasting + set->at[i].passing <= p->lasting + p->passing && set->at[i].ports[0] <= p->ports[0] &&
            set->at[i].ports[1] <= p->ports[1])
            return true;
    return false;
}

// Whether steps of a rank overlap in a tensor.
static bool slides(const aug_problem_tensor *tensor, int rank) {
    for (int d = 0; d < tensor->dim_count; d++)
        for (int k = 0; k < tensor->dims[d].term_count; k++)
            if (tensor->dims[d].terms[k].rank == rank)
                return tensor->dims[d].term_count > 1;
    return false;
}

// Words of tensor `t` in a store at `at`, and whether they stay from one shared step to the next.
static double own_bits(const walker *w, int at, int t, bool *stays) {
    const aug_problem_tensor *tensor = &w->problem.tensors[t];
    aug_count left[AUG_PROBLEM_RANKS];
    memcpy(left, w->problem.sizes, sizeof left);
    bool moved_by_shared = w->innermost >= 0 && (tensor->ranks >> w->innermost & 1u), moved_by_own = false;
    bool overlaps = moved_by_shared && slides(tensor, w->innermost);
    for (int i = 0; i < at; i++) {
        const aug_mapping_node *node = &w->nest.nodes[i];
        if (node->kind != AUG_MAPPING_FOR)
            continue;
        if (i >= w->prefix_count && (tensor->ranks >> node->rank & 1u))
            moved_by_own = true;
        left[node->rank] = node->tile;
    }
    *stays = overlaps || (w->innermost >= 0 && !moved_by_shared && !moved_by_own);
    return (double)aug_tensor_words(tensor, left) * 8.0;
}

static void leaf(walker *w) {
    aug_totals totals;
    aug_cost_totals(&w->problem, &w->nest, w->brute->scratch, w->brute->cost, &totals);
    w->brute->nests++;
    exhaust_point p = {.energy = totals.energy_pj, .cycles = totals.cycles};
    if (w->is_piped) {
        memset(w->brute->cost, 0, sizeof *w->brute->cost);
        aug_cost_evaluate(&w->problem, &w->nest, w->brute->scratch, w->brute->cost);
        for (int m = 0; m < 2; m++)
            p.ports[m] = w->brute->cost->memories[m].used ? w->brute->cost->memories[m].cycles : 0.0;
    }
    for (int i = w->prefix_count; i < w->nest.count; i++)
        if (w->nest.nodes[i].kind == AUG_MAPPING_STORE) {
            bool stays;
            double bits = own_bits(w, i, __builtin_ctz(w->nest.nodes[i].tensors), &stays);
            p.lasting += stays ? bits : 0.0;
            p.passing += stays ? 0.0 : bits;
        }
    if (p.lasting + p.passing > w->brute->capacity || dominated(w->out, &p))
        return;
    assert_true(w->out->count < EXHAUST_NESTS);
    w->out->at[w->out->count++] = p;
}

static void walk(walker *w, unsigned stores, unsigned gap, const aug_count *left, const bool *cut) {
    bool done = true;
    for (int r = 0; r < w->problem.rank_count; r++)
        done &= left[r] == 1;
    int at = w->nest.count;
    if (done) {
        w->nest.nodes[w->nest.count++] = 
            (aug_mapping_node){.kind = AUG_MAPPING_COMPUTE, .compute = aug_problem_unit(&w->problem)};
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

static const exhaust_points *nests_of(exhaust *b, const aug_problem *problem, const aug_mapping_node *prefix, int count,
                                      bool is_piped) {
    walker *w = AUG_NEW(&b->ground->arena, walker);
    *w = (walker){.brute = b, .problem = *problem, .prefix_count = count, .innermost = -1, .is_piped = is_piped};
    w->out = AUG_NEW(&b->ground->arena, exhaust_points);
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

static void note(exhaust_points *front, double energy, double cycles) {
    exhaust_point p = {.energy = energy, .cycles = cycles};
    if (dominated(front, &p))
        return;
    assert_true(front->count < EXHAUST_NESTS);
    front->at[front->count++] = p;
}

static void join(exhaust *b, const exhaust_points *const *sets, int count, int e, double held, double lasting, double passing,
                 double energy, double cycles) {
    if (held + lasting + passing > b->capacity)
        return;
    if (e == count || e == GROUP_WORLD_MOST) {
        note(b->into, energy, cycles);
        return;
    }
    for (int i = 0; i < sets[e]->count; i++) {
        const exhaust_point *p = &sets[e]->at[i];
        join(b, sets, count, e + 1, held, lasting + p->lasting, fmax(passing, p->passing), energy + p->energy, cycles + p->cycles);
    }
}

// ---- Pipelines

// What of members is known below a prefix. In these chains each reads what the one before it made.
typedef struct pipe {
    exhaust *brute;
    int count, units[GROUP_WORLD_MOST], stages[GROUP_WORLD_MOST];
    double steps, whole[GROUP_WORLD_MOST], held;
    const exhaust_points *sets[GROUP_WORLD_MOST];
    const exhaust_point *chosen[GROUP_WORLD_MOST];
} pipe;

static double whole_cycles(double cycles) {
    double near = floor(cycles + 0.5);
    return fabs(cycles - near) <= 1e-9 * near ? near : ceil(cycles);
}

// Slot by slot: who is at work, and what takes longest.
static double pipe_cycles(const pipe *p) {
    double sum = 0.0;
    int slots = (int)p->steps + p->stages[p->count - 1];
    for (int slot = 0; slot < slots; slot++) {
        double busy[4] = {0}; // two units, two ports
        for (int e = 0; e < p->count; e++) {
            int step = slot - p->stages[e];
            if (step < 0 || step >= (int)p->steps)
                continue;
            busy[p->units[e] != p->units[0]] += p->chosen[e]->cycles / p->whole[e];
            busy[2] += p->chosen[e]->ports[0] / p->whole[e];
            busy[3] += p->chosen[e]->ports[1] / p->whole[e];
        }
        sum += fmax(fmax(busy[0], busy[1]), fmax(busy[2], busy[3]));
    }
    return whole_cycles(sum);
}

static void join_pipe(pipe *p, int e) {
    if (e < p->count) {
        for (int i = 0; i < p->sets[e]->count; i++) {
            p->chosen[e] = &p->sets[e]->at[i];
            join_pipe(p, e + 1);
        }
        return;
    }
    double held = p->held, energy = 0.0, passing[2] = {0.0, 0.0};
    for (int k = 0; k < p->count; k++) {
        double *most = &passing[p->units[k] != p->units[0]];
        held += p->chosen[k]->lasting;
        energy += p->chosen[k]->energy;
        *most = fmax(*most, p->chosen[k]->passing);
    }
    if (held + passing[0] + passing[1] <= p->brute->capacity)
        note(p->brute->into, energy, pipe_cycles(p));
}

// ---- Prefixes

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
    exhaust *brute;
    int first, count;
    int rank_count, loop_count;
    const char *ranks[EXHAUST_LOOPS];
    exhaust_loop loops[EXHAUST_LOOPS];
    int outer_count, place[16]; // tensors that stand in dram; the loop that their store stands above; -1: none
    const char *outer[16];
    unsigned inner[3]; // intermediates of each member
} shared;

static const exhaust_window *window_of(const shared *s, int e, const char *rank) {
    const exhaust *b = s->brute;
    for (int i = 0; i < b->window_count; i++)
        if (b->windows[i].member == s->first + e && strcmp(b->windows[i].shared, rank) == 0)
            return &b->windows[i];
    return NULL;
}

static bool recomputes(const shared *s, int e) {
    for (int l = 0; l < s->loop_count; l++) {
        const exhaust_window *window = window_of(s, e, s->loops[l].rank);
        if (window && window->halo > 0 && s->loops[l].halo == EXHAUST_RECOMPUTE)
            return true;
    }
    return false;
}

// What a loop is for a member: its rank and tile.
static int cut(const shared *s, int e, const aug_problem *p, int l, aug_count *tile) {
    const exhaust_loop *loop = &s->loops[l];
    const exhaust_window *window = window_of(s, e, loop->rank);
    if (!window) {
        *tile = loop->tile;
        return rank_called(p, loop->rank);
    }
    bool again = window->halo > 0 && loop->halo == EXHAUST_RECOMPUTE;
    *tile = again ? 1 : window->stride * loop->tile;
    return rank_called(p, again ? loop->rank : window->own);
}

// Words of an intermediate below all loops from `l` on. Of a loop that retains, the last step left `halo` rows
// of all that loops further in go over; its new ones are there as far as those have come.
static aug_count live(const shared *s, int e, const aug_problem *p, int t, int l, aug_count *left, aug_count *old) {
    const aug_problem_tensor *tensor = &p->tensors[t];
    aug_count words = 1, tile, kept = 0;
    for (; l < s->loop_count && s->loops[l].halo != EXHAUST_RETAIN; l++) {
        int r = cut(s, e, p, l, &tile);
        left[r] = tile;
    }
    int slab = -1;
    if (l < s->loop_count) {
        int r = cut(s, e, p, l, &tile);
        left[r] = tile;
        for (int d = 0; d < tensor->dim_count; d++)
            for (int k = 0; k < tensor->dims[d].term_count; k++)
                if (tensor->dims[d].terms[k].rank == r) {
                    slab = d;
                    kept = aug_dim_extent(&tensor->dims[d], left) - tensor->dims[d].terms[k].coefficient * tile;
                }
    }
    for (int d = 0; d < tensor->dim_count; d++)
        words *= d == slab ? kept : aug_dim_extent(&tensor->dims[d], left) - old[d];
    if (l == s->loop_count)
        return words;
    if (slab < 0)
        return live(s, e, p, t, l + 1, left, old);
    old[slab] += kept;
    return words + live(s, e, p, t, l + 1, left, old);
}

static double home_bits(const shared *s, int e, const aug_problem *p, int t) {
    aug_count left[AUG_PROBLEM_RANKS], old[AUG_PROBLEM_DIMS] = {0};
    memcpy(left, p->sizes, sizeof left);
    return 8.0 * (double)live(s, e, p, t, 0, left, old);
}

static bool has_two_units(const shared *s) {
    const aug_problem *const *members = &s->brute->world->members[s->first];
    for (int e = 1; e < s->count; e++)
        if (aug_problem_unit(members[e]) != aug_problem_unit(members[0]))
            return true;
    return false;
}

// `held`: without intermediates, which are held once more where the next member works on the other unit.
static void run_pipe(const shared *s, const aug_problem *const *problems, const exhaust_points *const *sets, double held,
                     const double *homes) {
    pipe p = {.brute = s->brute, .count = s->count, .steps = 1.0, .held = held};
    for (int e = 0; e < s->count; e++) {
        double steps = 1.0;
        p.sets[e] = sets[e];
        p.whole[e] = 1.0;
        p.units[e] = aug_problem_unit(problems[e]);
        p.stages[e] = e == 0 ? 0 : p.stages[e - 1] + (p.units[e] != p.units[e - 1]);
        for (int l = 0; l < s->loop_count; l++) {
            aug_count tile, size = problems[e]->sizes[cut(s, e, problems[e], l, &tile)];
            p.whole[e] *= (double)(size / tile);
            steps *= ceil((double)size / (double)tile);
        }
        p.steps = fmax(p.steps, steps);
    }
    for (int e = 0; e < s->count; e++)
        p.held += homes[e] * (e + 1 < s->count && p.units[e] != p.units[e + 1] ? 2.0 : 1.0);
    if (s->loop_count > 0 && p.held <= s->brute->capacity)
        join_pipe(&p, 0);
}

static void run_prefix(const shared *s) {
    exhaust *b = s->brute;
    const exhaust_points *sets[GROUP_WORLD_MOST];
    const aug_problem *problems[GROUP_WORLD_MOST];
    double held = 0.0, homes[GROUP_WORLD_MOST] = {0.0};
    bool counted[16] = {false};
    aug_mapping_node nodes[GROUP_WORLD_MOST][64];
    int counts[GROUP_WORLD_MOST] = {0};
    for (int e = 0; e < s->count; e++) {
        const aug_problem *p = b->world->members[s->first + e];
        if (recomputes(s, e))
            p = b->seen(b, s->first + e, s->loops, s->loop_count);
        problems[e] = p;
        unsigned all = (1u << p->tensor_count) - 1u;
        aug_count left[AUG_PROBLEM_RANKS];
        memcpy(left, p->sizes, sizeof left);
        nodes[e][counts[e]++] = (aug_mapping_node){.kind = AUG_MAPPING_STORE, .tensors = all & ~s->inner[e]};
        for (int l = 0; l < s->loop_count; l++) {
            for (int x = 0; x < s->outer_count; x++) {
                int t = tensor_called(p, s->outer[x]);
                if (s->place[x] != l || t < 0)
                    continue;
                nodes[e][counts[e]++] = (aug_mapping_node){.kind = AUG_MAPPING_STORE, .memory = 1, .tensors = 1u << t};
                held += counted[x] ? 0.0 : 8.0 * (double)aug_tensor_words(&p->tensors[t], left);
                counted[x] = true;
            }
            aug_count tile;
            int r = cut(s, e, p, l, &tile);
            left[r] = tile;
            nodes[e][counts[e]++] = (aug_mapping_node){.kind = AUG_MAPPING_FOR, .rank = r, .tile = tile};
        }
        for (int t = 0; t < p->tensor_count; t++)
            if (s->inner[e] >> t & 1u) {
                nodes[e][counts[e]++] = (aug_mapping_node){.kind = AUG_MAPPING_STORE, .memory = 1, .tensors = 1u << t};
                int maker = t == p->tensor_count - 1 ? e : e - 1; // each reads what the one before it made
                homes[maker] = fmax(homes[maker], home_bits(s, e, p, t));
            }
    }
    double others = held;
    bool is_piped = has_two_units(s);
    for (int e = 0; e < s->count; e++)
        held += homes[e];
    if (held > b->capacity)
        return;
    for (int e = 0; e < s->count; e++)
        sets[e] = nests_of(b, problems[e], nodes[e], counts[e], is_piped);
    if (!is_piped || b->overlap != AUG_OVERLAP_PIPELINED)
        join(b, sets, s->count, 0, held, 0.0, 0.0, 0.0, 0.0);
    if (is_piped && b->overlap != AUG_OVERLAP_TURNS)
        run_pipe(s, problems, sets, others, homes);
}

static void place_stores(shared *s, int x) {
    if (x == s->outer_count) {
        run_prefix(s);
        return;
    }
    for (s->place[x] = -1; s->place[x] < s->loop_count; s->place[x]++)
        place_stores(s, x + 1);
}

// The size of a shared rank: that of the last member that has it.
static aug_count size_of(const shared *s, const char *rank) {
    int e = s->count - 1;
    while (rank_called(s->brute->world->members[s->first + e], rank) < 0)
        e--;
    const aug_problem *p = s->brute->world->members[s->first + e];
    return p->sizes[rank_called(p, rank)];
}

static bool overlaps(const shared *s, const char *rank) {
    for (int e = 0; e < s->count; e++) {
        const exhaust_window *window = window_of(s, e, rank);
        if (window && window->halo > 0)
            return true;
    }
    return false;
}

static unsigned ranks_cut_by(const shared *s, int e, const char *rank) {
    const aug_problem *p = s->brute->world->members[s->first + e];
    const exhaust_window *window = window_of(s, e, rank);
    int own = rank_called(p, window ? window->own : rank);
    return own < 0 ? 0 : 1u << own;
}

// A rank of a member is cut by one loop alone.
static bool is_cut(const shared *s, const char *rank) {
    bool cuts = false;
    for (int l = 0; l < s->loop_count; l++)
        for (int e = 0; e < s->count; e++)
            cuts |= (ranks_cut_by(s, e, s->loops[l].rank) & ranks_cut_by(s, e, rank)) != 0;
    return cuts;
}

static void add_loops(shared *s, unsigned used) {
    place_stores(s, 0);
    for (int r = 0; r < s->rank_count; r++) {
        bool windows = overlaps(s, s->ranks[r]);
        if (used >> r & 1u || is_cut(s, s->ranks[r]))
            continue;
        aug_count size = size_of(s, s->ranks[r]);
        for (aug_count tile = 1; tile < size; tile++)
            for (int halo = windows ? EXHAUST_RETAIN : EXHAUST_PLAIN; halo <= (windows ? EXHAUST_RECOMPUTE : EXHAUST_PLAIN);
                 halo++) {
                if (windows && tile > 1 && (size - 1) / tile == (size - 1) / (tile - 1))
                    continue; // as many steps as with a smaller tile
                if (halo == EXHAUST_RECOMPUTE && size % tile != 0)
                    continue;
                if (s->brute->perfect && size % tile != 0)
                    continue;
                s->loops[s->loop_count++] = (exhaust_loop){s->ranks[r], tile, (exhaust_halo)halo};
                add_loops(s, used | 1u << r);
                s->loop_count--;
            }
    }
}

static void find_ranks(shared *s) {
    const aug_problem *p = s->brute->world->members[s->first + s->count - 1];
    for (int r = 0; s->count > 1 && r < p->rank_count; r++) {
        bool everywhere = true;
        for (int e = 0; e < s->count; e++) {
            const aug_problem *member = s->brute->world->members[s->first + e];
            unsigned own = ranks_cut_by(s, e, p->ranks[r]);
            everywhere &= own != 0;
            for (int t = 0; everywhere && t < member->tensor_count; t++)
                everywhere &= !(s->inner[e] >> t & 1u) || (member->tensors[t].ranks & own);
        }
        if (everywhere && p->sizes[r] > 1)
            s->ranks[s->rank_count++] = p->ranks[r];
    }
}

// Members first .. first + count - 1 as one group; in these chains each reads what the one before it made.
static void run_group(exhaust *b, int first, int count) {
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
    find_ranks(&s);
    add_loops(&s, 0);
}

// ---- Workloads of two and three members

static void add_front(const exhaust_points *a, const exhaust_points *b, exhaust_points *sum) {
    for (int i = 0; i < a->count; i++)
        for (int k = 0; k < b->count; k++)
            note(sum, a->at[i].energy + b->at[k].energy, a->at[i].cycles + b->at[k].cycles);
}

// Every way to cut the members into runs of neighbours.
void exhaust_run(exhaust *b) {
    int n = b->world->count;
    exhaust_points *fronts = AUG_NEW_ARRAY(&b->ground->arena, exhaust_points, 9);
    for (int first = 0; first < n; first++)
        for (int count = 1; first + count <= n; count++) {
            b->into = &fronts[first * 3 + count - 1];
            run_group(b, first, count);
        }
    for (unsigned cuts = 0; cuts < 1u << (n - 1); cuts++) {
        exhaust_points *sum = AUG_NEW(&b->ground->arena, exhaust_points);
        note(sum, 0.0, 0.0);
        for (int first = 0, last = 0; last < n; last++) {
            if (last < n - 1 && !(cuts >> last & 1u))
                continue;
            exhaust_points *next = AUG_NEW(&b->ground->arena, exhaust_points);
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

static double least(const exhaust_points *front, aug_objective objective) {
    double value = (double)INFINITY;
    for (int i = 0; i < front->count; i++)
        value = fmin(value, value_of(objective, front->at[i].energy, front->at[i].cycles));
    return value;
}

static double least_cycles(const exhaust_points *front, double energy) {
    double cycles = (double)INFINITY;
    for (int i = 0; i < front->count; i++)
        if (front->at[i].energy <= energy * (1.0 + 1e-12))
            cycles = fmin(cycles, front->at[i].cycles);
    return cycles;
}

// Of energies that differ by `rounding` the faster point counts.
static int front_size(const exhaust_points *front, double rounding) {
    int count = 0;
    for (int i = 0; i < front->count; i++) {
        bool below = false;
        for (int k = 0; k < front->count; k++)
            below |= k != i && front->at[k].energy <= front->at[i].energy * (1.0 + rounding) &&
                     (front->at[k].cycles < front->at[i].cycles ||
                      (front->at[k].cycles <= front->at[i].cycles && front->at[k].energy < front->at[i].energy));
        count += !below;
    }
    return count;
}

static void count_halos(const aug_group_result *result, exhaust_tally *sum) {
    bool retained = false, remade = false, piped = false;
    for (int i = 0; i < result->point_count; i++)
        for (const aug_group_plan *plan = result->points[i].last; plan; plan = plan->before) {
            piped |= plan->pipelined;
            for (int n = 0; n < plan->prefix.count; n++) {
                retained |= plan->prefix.nodes[n].halo == AUG_HALO_RETAIN;
                remade |= plan->prefix.nodes[n].halo == AUG_HALO_RECOMPUTE;
            }
        }
    sum->pipelined += piped;
    sum->retained += retained;
    sum->remade += remade;
}

// Both without points that are on a front by rounding alone; those may differ, for sums were made in other orders.
static bool same_front(exhaust *b, const aug_group_result *result) {
    exhaust_points *found = AUG_NEW(&b->ground->arena, exhaust_points);
    found->count = result->point_count;
    for (int i = 0; i < result->point_count; i++) {
        found->at[i].energy = result->points[i].energy_pj;
        found->at[i].cycles = result->points[i].cycles;
    }
    return front_size(found, 1e-12) <= front_size(&b->whole, 0.0) &&
           front_size(&b->whole, 1e-12) <= front_size(found, 0.0);
}

bool exhaust_check(exhaust *b, aug_objective objective, const char *workload, const char *machine, exhaust_tally *sum) {
    aug_arena *arena = &b->ground->arena;
    aug_mapper_options options = {.objective = objective, .threads = 1, .perfect = b->perfect, .breaks_ties = true};
    aug_group_result result;
    const aug_group_chain chain = {.members = b->world->members, .count = b->world->count, .overlap = b->overlap};
    aug_group_map(arena, &chain, &options, &result);
    double optimum = least(&b->whole, objective);
    bool equal = result.value <= optimum * (1.0 + 1e-12) &&
                 (objective != AUG_OBJECTIVE_FRONT || same_front(b, &result));
    bool good = result.value >= optimum * (1.0 - 1e-12) && result.lower_bound <= optimum * (1.0 + 1e-12) &&
                equal && result.proven;
    count_halos(&result, sum);
    sum->answers++;
    sum->proven += result.proven;
    if (objective == AUG_OBJECTIVE_ENERGY && result.point_count > 0) {
        sum->energies++;
        sum->fastest += result.points[0].cycles <= least_cycles(&b->whole, optimum);
    }
    sum->equal += equal;
    if (good)
        return true;
    aug_buffer text;
    aug_buffer_init(&text, arena);
    for (const aug_group_plan *plan = result.point_count ? result.points[0].last : NULL; plan; plan = plan->before) {
        aug_group_print(&text, plan);
        aug_buffer_put(&text, "\n");
    }
    print_error("%s %s, units %s: %.17g (bound %.17g, %s, %d points), exhaustive %.17g (%d points)\n%s%s%s", aug_objective_names[objective],
                b->perfect ? "perfect" : "imperfect", aug_overlap_names[b->overlap], result.value, result.lower_bound, result.proven ? "proven" : "open",
                result.point_count, optimum, front_size(&b->whole, 0.0), workload, machine, aug_buffer_text(&text));
    return false;
}
