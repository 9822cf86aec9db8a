// Points and prices come from the convex program of the search (convex_bound.h), rounded; proof_short.c
// decides whether they close a node. Where they do not, the next store is placed, then what results come
// again by is cut.
#include "mapper/certificate_short.h"

#include "mapper/convex_bound.h"
#include "mapper/proof_bound.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { MOST_NODES = 30000 };

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
    return value > 1e-9 && value < 1e6 ? floor(value * parts + 0.5) / parts : 0.0;
}

// Whether a point and prices close a node; they are in `choice`.
static bool can_close(const aug_short *node, const aug_sums *sums, aug_short_choice *choice) {
    double needed = aug_short_needed(node);
    program p;
    aug_convex_proof found;
    double start[AUG_CONVEX_VARIABLES];
    uint64_t steps = 0;
    memset(choice->at, 0, sizeof choice->at);
    memset(choice->prices, 0, sizeof choice->prices);
    if (!make_program(sums, &p))
        return false;
    if (p.convex.variables == 0)
        return aug_sums_bound(sums, choice->at, choice->prices) >= needed;
    for (int i = 0; i < p.convex.variables; i++)
        start[i] = 0.5 * (p.convex.low[i] + p.convex.high[i]);
    aug_convex_prove(&p.convex, needed + 1e-3, start, &found, &steps);
    for (int i = 0; i < sums->variables; i++)
        choice->at[i] = rounded(p.variable[i] < 0 ? sums->low[i] : found.at[p.variable[i]], AUG_SHORT_POINTS);
    for (int s = 1; s < sums->count; s++)
        choice->prices[s] = rounded(p.limit[s] >= 0  ? found.limits[p.limit[s]]
                                    : p.line[s] >= 0 ? found.lines[p.line[s]]
                                                     : 0.0,
                                    AUG_SHORT_PRICES);
    return aug_sums_bound(sums, choice->at, choice->prices) >= needed;
}

static bool cut_at(const aug_short *node, aug_short_choice *choice, int variable, double value) {
    aug_count whole = (aug_count)(value * AUG_SHORT_CUTS + 0.5);
    double at = log((double)whole / AUG_SHORT_CUTS);
    if (at > node->low[variable] ? at >= node->high[variable] : value > 1.0)
        return false;
    choice->variable = variable;
    choice->value = whole;
    return true;
}

// Whether places may be idle, first of all.
static bool can_ask(const aug_short *node, aug_short_choice *choice) {
    for (int a = 0; a < node->proof->array_count && node->count == 0; a++)
        for (int r = 0; r < node->proof->problem->rank_count; r++) {
            int v = node->idle_places[a][r];
            if (v >= 0 && node->high[v] > 0.0 && !(node->above_one >> v & 1))
                return cut_at(node, choice, v, 1.0);
        }
    return false;
}

// How much less has to be shown where a variable is above the middle of its interval, or, of a growth, above
// a step.
static void weigh(const aug_short *node, int variable, double step, double *most, aug_short_choice *choice) {
    double low = node->low[variable], width = node->high[variable] - low;
    aug_short above = *node;
    above.low[variable] = low + fmin(step, 0.5 * width);
    double gain = aug_short_needed(node) - aug_short_needed(&above);
    if (width > 0.02 && gain > *most && cut_at(node, choice, variable, exp(above.low[variable])))
        *most = gain;
}

// Of places that may be idle: how often the rank grows outside, and how many they are.
static bool can_cut_idle(const aug_short *node, aug_short_choice *choice, double missing) {
    const aug_proof *proof = node->proof;
    double most = 0.02 * missing;
    bool any = false;
    for (int a = 0; a < proof->array_count; a++)
        for (int r = 0; r < proof->problem->rank_count; r++) {
            int v = node->idle_places[a][r];
            if (v < 0 || !(node->high[v] > 0.0))
                continue;
            double before = most;
            weigh(node, v, 0.35, &most, choice);
            for (int i = 0; i < node->count; i++)
                if (node->at[i].growth[r] >= 0)
                    weigh(node, node->at[i].growth[r], node->low[node->at[i].growth[r]] > 0.0 ? 0.7 : 0.66,
                          &most, choice);
            any |= most > before;
        }
    return any;
}

// The growth or the steps that results come again by of which most is not known.
static bool can_cut(const aug_short *node, aug_short_choice *choice) {
    const aug_proof *proof = node->proof;
    int output = proof->problem->tensor_count - 1;
    double widest = 0.02;
    for (int r = 0; r < proof->problem->rank_count; r++) {
        if (aug_proof_moves(proof, output, r))
            continue;
        for (int i = 0; i < node->count + proof->array_count; i++) {
            int v = i < node->count ? node->at[i].growth[r] : node->spread[i - node->count][r];
            if (v < 0)
                continue;
            double width = node->high[v] - node->low[v],
                   at = fmin(fmax(choice->at[v], node->low[v] + 0.1 * width), node->high[v] - 0.1 * width);
            aug_count value = (aug_count)(exp(at) * AUG_SHORT_CUTS + 0.5);
            double cut = log((double)value / AUG_SHORT_CUTS);
            if (width <= widest || cut <= node->low[v] || cut >= node->high[v])
                continue;
            widest = width;
            choice->variable = v;
            choice->value = value;
        }
    }
    return widest > 0.02;
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
                can_cut_idle(node, choice,
                             aug_short_needed(node) - aug_sums_bound(sums, choice->at, choice->prices)) ||
                can_cut(node, choice))) {
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
    static const unsigned parts[] = {500000, 200000, 100000, 70000, 50000, 40000, 30000, 25000, 20000, 15000,
                                     12000,  10000,  8000,   6000,  5000,  4000,  3000,  2000,  1500,  1000,
                                     500,    200,    100,    50,    20,    10,    5,     2,     1,     0};
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
