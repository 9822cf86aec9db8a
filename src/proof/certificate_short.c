// Points and prices come from the convex program of the search (convex_bound.h), rounded; proof_short.c
// decides whether they close a node. Where they do not, the next store is placed, then what results come
// again by is cut.
#include "proof/certificate_short.h"

#include "mapper/convex_bound.h"
#include "proof/proof_bound.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { MOST_NODES = 25000 };

typedef struct writer {
    const aug_proof *proof;
    aug_buffer *text;
    aug_count nodes;
} writer;

// ---- The program

static const double NARROW = 1e-7; // an interval that is a point

typedef struct program {
    aug_convex convex;
    int variable[AUG_SUMS_VARIABLES];    // of the program; -1: a point
    int limit[AUG_SUMS], line[AUG_SUMS]; // of the program; -1: another kind
} program;

static bool put_term(const aug_sums *sums, const aug_sums_term *from, program *p) {
    aug_convex *c = &p->convex;
    if (c->term_count == AUG_CONVEX_TERMS)
        return false;
    aug_convex_term *to = &c->terms[c->term_count++];
    *to = (aug_convex_term){.scale = from->scale};
    for (int i = 0; i < sums->variables; i++) {
        if (from->powers[i] == 0.0)
            continue;
        if (p->variable[i] < 0) {
            to->scale += from->powers[i] * sums->low[i];
            continue;
        }
        if (to->count == AUG_CONVEX_FACTORS)
            return false;
        to->at[to->count] = (int8_t)p->variable[i];
        to->power[to->count++] = from->powers[i];
    }
    return true;
}

// A limit of one product is a line.
static bool put_line(const aug_sums *sums, int sum, program *p) {
    aug_convex *c = &p->convex;
    if (!put_term(sums, &sums->terms[sums->first[sum]], p) || c->line_count == AUG_CONVEX_LINES)
        return false;
    const aug_convex_term *term = &c->terms[--c->term_count];
    aug_convex_line *line = &c->lines[c->line_count];
    *line = (aug_convex_line){.most = -term->scale, .count = term->count};
    for (int i = 0; i < term->count; i++) {
        line->at[i] = term->at[i];
        line->sign[i] = (int8_t)term->power[i];
    }
    if (line->count > 0)
        p->line[sum] = c->line_count++;
    return true;
}

static bool put_limit(const aug_sums *sums, int sum, program *p) {
    aug_convex *c = &p->convex;
    if (c->limit_count == AUG_CONVEX_LIMITS)
        return false;
    c->limit_first[c->limit_count] = c->term_count;
    for (int k = sums->first[sum]; k < sums->first[sum + 1]; k++)
        if (!put_term(sums, &sums->terms[k], p))
            return false;
    p->limit[sum] = c->limit_count++;
    c->limit_first[c->limit_count] = c->term_count;
    return true;
}

static bool make_program(const aug_sums *sums, program *p) {
    aug_convex *c = &p->convex;
    c->variables = c->term_count = c->limit_count = c->line_count = 0;
    for (int i = 0; i < sums->variables; i++) {
        p->variable[i] = -1;
        if (sums->high[i] - sums->low[i] < NARROW)
            continue;
        c->low[c->variables] = sums->low[i];
        c->high[c->variables] = sums->high[i];
        p->variable[i] = c->variables++;
    }
    for (int k = 0; k < sums->first[1]; k++)
        if (!put_term(sums, &sums->terms[k], p))
            return false;
    c->objective = c->term_count;
    for (int s = 1; s < sums->count; s++) {
        p->limit[s] = p->line[s] = -1;
        bool one = sums->first[s + 1] - sums->first[s] == 1;
        if (one ? !put_line(sums, s, p) : !put_limit(sums, s, p))
            return false;
    }
    return true;
}

// ---- Nodes

static double rounded(double value, double parts) {
    return value > 1e-9 ? floor(fmin(value, 1e6) * parts + 0.5) / parts : 0.0;
}

// What is shown by a run of the program that begins at a part of each interval; point and prices are in
// `choice`.
static double try_from(const aug_sums *sums, const program *p, double part, double needed,
                       aug_short_choice *choice) {
    aug_convex_proof found;
    double start[AUG_CONVEX_VARIABLES];
    uint64_t steps = 0;
    for (int i = 0; i < p->convex.variables; i++)
        start[i] = (1.0 - part) * p->convex.low[i] + part * p->convex.high[i];
    if (p->convex.variables > 0)
        aug_convex_prove(&p->convex, needed + 1e-3, start, &found, &steps);
    for (int i = 0; i < sums->variables; i++)
        choice->at[i] =
            rounded(p->variable[i] < 0 ? sums->low[i] : found.at[p->variable[i]], AUG_SHORT_POINTS);
    for (int s = 1; s < sums->count; s++)
        choice->prices[s] = rounded(p->convex.variables == 0 ? 0.0
                                    : p->limit[s] >= 0       ? found.limits[p->limit[s]]
                                    : p->line[s] >= 0        ? found.lines[p->line[s]]
                                                             : 0.0,
                                    AUG_SHORT_PRICES);
    return aug_sums_bound(sums, choice->at, choice->prices);
}

// Whether a point and prices close a node; they are in `choice`. Where no point keeps the limits, some
// beginnings fail.
static bool can_close(const aug_short *node, const aug_sums *sums, aug_short_choice *choice) {
    static const double parts[] = {0.5, 0.1, 0.9, 0.3, 0.7};
    double needed = aug_short_needed(node), bound = 0.0;
    program p;
    memset(choice->at, 0, sizeof choice->at);
    memset(choice->prices, 0, sizeof choice->prices);
    if (!make_program(sums, &p))
        return false;
    for (size_t i = 0; i < sizeof parts / sizeof *parts && bound < 0.5 * needed; i++)
        bound = try_from(sums, &p, parts[i], needed, choice);
    return bound >= needed;
}

// ---- Cuts

enum { CANDIDATES = 24 };

typedef struct cuts {
    int count, variable[CANDIDATES];
    aug_count value[CANDIDATES];
} cuts;

static void propose(const aug_short *node, int variable, double at, cuts *all) {
    aug_count value = (aug_count)(exp(at) * AUG_SHORT_CUTS + 0.5);
    double low = node->low[variable], high = node->high[variable], cut = log((double)value / AUG_SHORT_CUTS);
    if (all->count == CANDIDATES || high - low < 0.02 || cut <= low || cut >= high)
        return;
    all->variable[all->count] = variable;
    all->value[all->count++] = value;
}

// Of places that may be idle: how many they are, how often the rank grows outside.
static void propose_idle(const aug_short *node, int array, int rank, cuts *all) {
    int v = node->idle_places[array][rank];
    if (v < 0 || !(node->above_one >> v & 1))
        return;
    propose(node, v, 0.5 * (node->low[v] + node->high[v]), all);
    for (int i = 0; i < node->count; i++) {
        int g = node->at[i].growth[rank];
        if (g >= 0) // once, or twice at least
            propose(node, g,
                    node->low[g] > 0.0 ? fmin(node->low[g] + 0.7, 0.5 * (node->low[g] + node->high[g]))
                                       : 0.661,
                    all);
        if (aug_proof_arrays_above(node->proof, node->at[i].memory) > array &&
            aug_proof_moves(node->proof, node->at[i].tensor, rank))
            break;
    }
}

// How often results come again, where the price would like it.
static void propose_again(const aug_short *node, int rank, const double *at, cuts *all) {
    const aug_proof *proof = node->proof;
    if (aug_proof_moves(proof, proof->problem->tensor_count - 1, rank))
        return;
    for (int i = 0; i < node->count + proof->array_count; i++) {
        int v = i < node->count ? node->at[i].growth[rank] : node->spread[i - node->count][rank];
        double edge = v < 0 ? 0.0 : 0.1 * (node->high[v] - node->low[v]);
        if (v >= 0)
            propose(node, v, fmin(fmax(at[v], node->low[v] + edge), node->high[v] - edge), all);
    }
}

// How much a node lacks.
static double missing_of(const aug_short *node) {
    aug_sums sums;
    aug_short_choice choice;
    if (!aug_short_sums(node, &sums) || can_close(node, &sums, &choice))
        return 0.0;
    return aug_short_needed(node) - aug_sums_bound(&sums, choice.at, choice.prices);
}

// The cut after which the least is missing on both sides.
static bool can_cut(const aug_short *node, double missing, aug_short_choice *choice) {
    cuts all = {.count = 0};
    double most = -1.0;
    for (int r = 0; r < node->proof->problem->rank_count; r++) {
        for (int a = 0; a < node->proof->array_count; a++)
            propose_idle(node, a, r, &all);
        propose_again(node, r, choice->at, &all);
    }
    for (int i = 0; i < all.count; i++) {
        aug_short below, above;
        if (!aug_short_cut(node, all.variable[i], all.value[i], &below, &above))
            continue;
        double least = 0.01 * missing,
               gain = fmax(missing - missing_of(&below), least) * fmax(missing - missing_of(&above), least);
        if (gain <= most)
            continue;
        most = gain;
        choice->variable = all.variable[i];
        choice->value = all.value[i];
    }
    return most > 0.0;
}

// Whether places may be idle, first of all.
static bool can_ask(const aug_short *node, aug_short_choice *choice) {
    for (int a = 0; a < node->proof->array_count && node->count == 0; a++)
        for (int r = 0; r < node->proof->problem->rank_count; r++) {
            int v = node->idle_places[a][r];
            if (v < 0 || !(node->high[v] > 0.0) || (node->above_one >> v & 1))
                continue;
            choice->variable = v;
            choice->value = AUG_SHORT_CUTS;
            return true;
        }
    return false;
}

static void put_numbers(aug_buffer *text, int from, int to, const double *values, double parts) {
    int last = to;
    while (last > from && values[last - 1] == 0.0)
        last--;
    for (int i = from; i < last; i++) {
        if (i > from)
            aug_buffer_put(text, ",");
        if (values[i] > 0.0)
            aug_buffer_print(text, "%.0f", values[i] * parts);
    }
}

static void choose(void *context, const aug_short *node, const aug_sums *sums, bool stores,
                   aug_short_choice *choice) {
    writer *w = context;
    bool known = sums->count > 0;
    choice->step = AUG_SHORT_FAILED;
    if (++w->nodes > MOST_NODES)
        return;
    if (known && can_close(node, sums, choice)) {
        choice->step = AUG_SHORT_CLOSED;
        aug_buffer_put(w->text, " =");
        put_numbers(w->text, 0, sums->variables, choice->at, AUG_SHORT_POINTS);
        aug_buffer_put(w->text, ";");
        put_numbers(w->text, 1, sums->count, choice->prices, AUG_SHORT_PRICES);
    } else if (known && stores && !can_ask(node, choice)) {
        choice->step = AUG_SHORT_STORE;
        aug_buffer_put(w->text, " +");
    } else if (known &&
               (stores ||
                can_cut(node, aug_short_needed(node) - aug_sums_bound(sums, choice->at, choice->prices),
                        choice))) {
        choice->step = AUG_SHORT_CUT;
        aug_buffer_print(w->text, " %d/%" PRIu64, choice->variable, choice->value);
    }
}

bool aug_certificate_short_closes(aug_proof *proof, unsigned whole, unsigned within, aug_buffer *text,
                                  aug_count *nodes) {
    writer w = {.proof = proof, .text = text};
    proof->whole = whole;
    proof->within = within;
    bool closed = aug_proof_short_walk(proof, choose, &w);
    *nodes = w.nodes;
    return closed;
}

// The fewest parts that may be missed where no places are idle, as if any might be where some are; then of
// all.
bool aug_certificate_short_build(aug_arena *arena, aug_proof *proof, aug_buffer *text, aug_count *nodes) {
    static const unsigned parts[] = {500000, 300000, 200000, 150000, 100000, 70000, 50000, 40000,
                                     30000,  25000,  20000,  15000,  12000,  10000, 8000,  6000,
                                     5000,   4000,   3000,   2000,   1500,   1000,  500,   200,
                                     100,    50,     20,     10,     5,      2,     1,     0};
    const int count = (int)(sizeof parts / sizeof *parts);
    int whole = 0, within;
    aug_buffer held;
    aug_count told;
    for (; whole < count; whole++) {
        aug_buffer_init(&held, arena);
        if (!aug_certificate_short_closes(proof, parts[whole], 999999, &held, &told))
            break;
    }
    if (--whole < 0)
        return false;
    for (within = 0; within <= whole; within++) {
        aug_buffer_init(&held, arena);
        if (!aug_certificate_short_closes(proof, parts[whole], parts[within], &held, &told))
            break;
        *text = held;
        *nodes = told;
    }
    proof->whole = parts[whole];
    proof->within = within > 0 ? parts[within - 1] : 0;
    return within > 0;
}
