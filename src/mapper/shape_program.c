#include "mapper/shape_program.h"

#include "mapper/convex_bound.h"
#include "mapper/shape_corner.h"
#include "mapper/shape_net.h"

#include <math.h>
#include <string.h>

// Logarithms of the tiles at a loop, or of its steps: a variable, or known.
typedef struct logarithm {
    int variable; // -1: none
    double known;
} logarithm;

typedef struct build {
    const aug_shape_terms *terms;
    const aug_box *box;
    aug_convex *program;
    double less; // what the sum of terms is more than the price
    logarithm tiles[AUG_SHAPE_ITEMS], steps[AUG_SHAPE_ITEMS];
} build;

static logarithm interval(build *b, double low, double high) {
    aug_convex *p = b->program;
    if (high - low < 1e-7)
        return (logarithm){-1, low};
    p->low[p->variables] = low;
    p->high[p->variables] = high;
    return (logarithm){p->variables++, 0.0};
}

static bool make_variables(build *b) {
    const aug_shape *shape = b->terms->shape;
    for (int i = 0; i < shape->count; i++) {
        if (shape->at[i].kind == AUG_ITEM_STORE)
            continue;
        if (b->program->variables + 2 > AUG_CONVEX_VARIABLES)
            return false;
        b->tiles[i] = interval(b, log((double)aug_box_least_count(b->terms, b->box, i)),
                               log((double)aug_box_most_count(b->terms, b->box, i)));
        if (shape->at[i].kind != AUG_ITEM_PAR)
            continue;
        if (!aug_shape_is_inside(b->terms, i))
            b->steps[i] = b->tiles[i];
        else
            b->steps[i] = interval(b, log((double)aug_box_least_steps(b->terms, b->box, i)),
                                   log((double)aug_box_most_steps(b->terms, b->box, i)));
    }
    return true;
}

static void multiply(aug_convex_term *term, logarithm by, double power) {
    if (by.variable < 0) {
        term->scale += power * by.known;
        return;
    }
    for (int i = 0; i < term->count; i++)
        if (term->at[i] == by.variable) {
            term->power[i] += power;
            return;
        }
    term->at[term->count] = (int8_t)by.variable;
    term->power[term->count++] = power;
}

// Terms of so few factors that all fit: lists have no more than AUG_SHAPE_FACTORS together.
static bool start_term(build *b, double value, aug_convex_term **term) {
    if (b->program->term_count == AUG_CONVEX_TERMS)
        return false;
    *term = &b->program->terms[b->program->term_count++];
    **term = (aug_convex_term){.scale = log(value)};
    return true;
}

static bool few_factors(const aug_shape_term *term, const aug_shape_net *of) {
    return of->counts.count + term->steps.count + of->sharers.count + of->dividers.count < AUG_CONVEX_FACTORS;
}

// What surely comes again, as a factor times a power of the mover's count c: 1 - 1 / (c - behind) is
// log-concave, so between the fewest and the most count it is not below the power that meets it at both.
static double sure_part(const build *b, const aug_shape_term *term, double *power) {
    aug_unsure of = aug_box_unsure(b->terms, b->box, term);
    double least = 1.0 - of.part;
    if (!of.falls || aug_box_is_single(b->box, term->mover) || !(least > 0.0))
        return least;
    double low = fmax(of.fewest, (double)aug_box_least_count(b->terms, b->box, term->mover));
    double high = (double)aug_box_most_count(b->terms, b->box, term->mover);
    if (!(high > low))
        return least;
    *power = log((1.0 - aug_unsure_at(&of, high)) / least) / log(high / low);
    return least * pow(low, -*power);
}

static bool add_price(build *b, const aug_shape_term *term, double unit) {
    const aug_shape_net of = aug_shape_net_of(b->terms, b->box, term);
    double operations = b->terms->space->operations, value = (double)term->price * unit * of.given;
    if (!aug_term_moves(term))
        value *= operations;
    if (term->kind == AUG_TERM_RESULTS)
        b->less += (double)term->price * (double)aug_box_most_results(b->terms, b->box, term);
    double power = 0.0;
    if (aug_term_moves(term))
        value *=
            (double)term->words * sure_part(b, term, &power) * aug_box_sure_steps(b->terms, b->box, term);
    if (term->kind == AUG_TERM_AGAIN)
        value *= 1.0 - aug_box_most_first(b->terms, b->box, term);
    aug_convex_term *to;
    if (!(value > 1e-12))
        return true;
    if (!few_factors(term, &of) || !start_term(b, value, &to))
        return false;
    if (power > 0.0)
        multiply(to, b->tiles[term->mover], power);
    for (int i = 0; i < of.counts.count; i++)
        multiply(to, b->tiles[of.counts.at[i]], 1);
    for (int i = 0; aug_term_moves(term) && i < term->steps.count; i++)
        multiply(to, b->steps[term->steps.at[i]], 1);
    for (int i = 0; i < of.sharers.count; i++)
        multiply(to, b->steps[of.sharers.at[i]], -1);
    for (int i = 0; i < of.dividers.count; i++)
        multiply(to, b->tiles[of.dividers.at[i]], -1);
    return true;
}

// A tile has no fewer points than the rank divided by how many there are.
static bool add_room(build *b, int memory) {
    const aug_shape *shape = b->terms->shape;
    const aug_space *space = b->terms->space;
    double room = aug_shape_room(b->terms, memory);
    int first = b->program->term_count;
    for (int i = 0; i < shape->count && !isinf(room); i++) {
        aug_convex_term *to;
        if (shape->at[i].kind != AUG_ITEM_STORE || shape->at[i].memory != memory)
            continue;
        int tensor = shape->at[i].tensor;
        if (!start_term(b, space->memories[memory].bits[tensor] / room, &to))
            return false;
        for (int r = 0; r < space->rank_count; r++) {
            if (aug_shape_leaves(space, tensor, r))
                continue;
            int loop = aug_shape_loop_above(shape, i, r);
            if (loop < 0 || b->tiles[loop].variable < 0) {
                to->scale += log((double)aug_box_least_tile(b->terms, b->box, i, r));
            } else {
                to->scale += log((double)space->problem->sizes[r]);
                multiply(to, b->tiles[loop], -1);
            }
        }
    }
    bool any = false;
    for (int k = first; k < b->program->term_count; k++)
        any |= b->program->terms[k].count > 0;
    if (!any) {
        b->program->term_count = first;
        return true;
    }
    if (b->program->limit_count == AUG_CONVEX_LIMITS)
        return false;
    b->program->limit_first[b->program->limit_count++] = first;
    b->program->limit_first[b->program->limit_count] = b->program->term_count;
    return true;
}

static void add_to_line(aug_convex_line *line, logarithm value, int sign) {
    if (value.variable < 0) {
        line->most -= sign * value.known;
        return;
    }
    line->at[line->count] = (int8_t)value.variable;
    line->sign[line->count++] = (int8_t)sign;
}

// a + by <= b + c
static bool add_order(build *b, logarithm a, double by, logarithm more, logarithm and) {
    aug_convex *p = b->program;
    if (p->line_count == AUG_CONVEX_LINES)
        return false;
    aug_convex_line *line = &p->lines[p->line_count];
    *line = (aug_convex_line){.most = -by};
    add_to_line(line, a, 1);
    add_to_line(line, more, -1);
    add_to_line(line, and, -1);
    p->line_count += line->count > 0;
    return true;
}

// What the last steps of a loop in space may lack of full tiles: m 9 in tiles of 8, 4 steps of 2 in each, are
// 5 tiles, not 8.
static double lacking(const build *b, int item) {
    const aug_shape_item *loop = &b->terms->shape->at[item];
    aug_count outer = aug_box_least_around(b->terms, b->box, item),
              steps = aug_box_least_steps(b->terms, b->box, item);
    if (aug_box_most_around(b->terms, b->box, item) == 1 || aug_shape_is_even(b->terms->space, loop->rank))
        return 0.0;
    double full = 1.0 - 1.0 / (double)(outer > 2 ? outer : 2), by_steps = 1.0 - 1.0 / (double)steps;
    bool one_axis = loop->group_end - loop->group == 1;
    return -log(one_axis ? fmax(full, by_steps) : full);
}

// Tiles around a loop: of the one there, or given.
static logarithm around(const build *b, int item) {
    const aug_shape_item *loop = &b->terms->shape->at[item];
    if (loop->before >= 0)
        return b->tiles[loop->before];
    return (logarithm){-1, log((double)aug_shape_given(b->terms->space, loop->rank))};
}

static bool add_chain(build *b, int item) {
    const aug_shape_item *loop = &b->terms->shape->at[item];
    const logarithm none = {-1, 0.0};
    if (!aug_shape_is_inside(b->terms, item))
        return true;
    logarithm outer = around(b, item), inner = b->tiles[item];
    if (loop->kind == AUG_ITEM_FOR) { // two steps in each tile but the last
        double least = 2.0 - 1.0 / fmax(2.0, (double)aug_box_least_around(b->terms, b->box, item));
        return add_order(b, outer, log(least), inner, none);
    }
    return add_order(b, outer, 0.0, inner, none) && add_order(b, inner, 0.0, outer, b->steps[item]);
}

// Tiles are as many as steps make of those around them, but for what is lacking.
static bool add_steps(build *b, int item) {
    const aug_shape_item *loop = &b->terms->shape->at[item];
    if (loop->kind != AUG_ITEM_PAR || !aug_shape_is_inside(b->terms, item))
        return true;
    aug_convex *p = b->program;
    if (p->line_count == AUG_CONVEX_LINES)
        return false;
    aug_convex_line *line = &p->lines[p->line_count];
    *line = (aug_convex_line){.most = lacking(b, item)};
    add_to_line(line, b->steps[item], 1);
    add_to_line(line, around(b, item), 1);
    add_to_line(line, b->tiles[item], -1);
    p->line_count += line->count > 0;
    return true;
}

static bool add_arrays(build *b) {
    const aug_shape *shape = b->terms->shape;
    aug_convex *p = b->program;
    for (int i = 0; i < shape->count;) {
        if (shape->at[i].kind != AUG_ITEM_PAR) {
            i++;
            continue;
        }
        if (p->line_count == AUG_CONVEX_LINES)
            return false;
        int group = shape->at[i].group;
        aug_convex_line *line = &p->lines[p->line_count];
        *line = (aug_convex_line){.most = log((double)aug_shape_fan(b->terms->space, &shape->at[i])) + 1e-12};
        for (; i < shape->count && shape->at[i].kind == AUG_ITEM_PAR && shape->at[i].group == group; i++)
            add_to_line(line, b->steps[i], 1);
        p->line_count += line->count > 0;
    }
    return true;
}

// How far a loop spreads its rank: by its steps, or no further than it makes more tiles of those around it
// (see `net`).
static void add_spread(const build *b, int item, aug_convex_line *line) {
    const aug_shape *shape = b->terms->shape;
    int first = item;
    for (int i = item; i >= 0; i = shape->at[i].before)
        first = shape->at[i].kind == AUG_ITEM_PAR ? i : first;
    if (!aug_box_fills_last(b->terms, b->box, first)) {
        add_to_line(line, b->steps[item], -1);
        return;
    }
    add_to_line(line, b->tiles[item], -1);
    add_to_line(line, around(b, item), 1);
}

// Enough steps in space for so few cycles: no unit has fewer operations than all of them spread evenly.
static bool add_cycles(build *b) {
    const aug_shape_terms *terms = b->terms;
    aug_convex *p = b->program;
    double cycles = (terms->most_cycles - terms->space->overhead_cycles) * terms->space->unit_rate;
    double least = log(terms->space->operations / cycles);
    if (isinf(terms->most_cycles) || !(least > 0.0))
        return true;
    if (p->line_count == AUG_CONVEX_LINES)
        return false;
    aug_convex_line *line = &p->lines[p->line_count];
    *line = (aug_convex_line){.most = 1e-9 - least};
    for (int i = 0; i < terms->shape->count; i++)
        if (terms->shape->at[i].kind == AUG_ITEM_PAR) {
            if (line->count + 1 >= AUG_CONVEX_FACTORS)
                return true; // less is known
            add_spread(b, i, line);
        }
    p->line_count += line->count > 0;
    return true;
}

// ---- Parts that are known to cost more

// Parts of the price, each inside of the next one: compute, then tails from the inside out. -1: in none.
static int part_of(const aug_space *space, const aug_shape_term *term) {
    if (term->child == space->memory_count)
        return 0;
    int segment = space->memories[term->child].segment;
    return segment > 0 ? space->segment_count - segment : -1;
}

// Beyond the price of what the nest begins with, which no term has.
static double floor_of_part(const aug_shape_terms *terms, int part) {
    const aug_space *space = terms->space;
    double floor = (double)(part == 0 ? terms->keeping->floors[space->memory_count]
                                      : terms->keeping->tails[space->segment_count - part]);
    floor -= (double)terms->given[space->memory_count];
    for (int m = 0; m < space->memory_count; m++)
        if (space->memories[m].segment > 0 && space->memories[m].segment >= space->segment_count - part)
            floor -= (double)terms->given[m];
    return fmax(0.0, floor);
}

static double least_value(const aug_convex *p, const aug_convex_term *term) {
    double sum = term->scale;
    for (int i = 0; i < term->count; i++)
        sum += term->power[i] * (term->power[i] > 0.0 ? p->low[term->at[i]] : p->high[term->at[i]]);
    return exp(sum);
}

typedef struct prices {
    int count;
    int part[AUG_SHAPE_TERMS];
    aug_convex_term at[AUG_SHAPE_TERMS];
    double least[AUG_SPACE_SEGMENTS + 1]; // of parts, by what their terms cost at least
} prices;

static bool put_term(build *b, const aug_convex_term *term, int divided_by) {
    if (b->program->term_count == AUG_CONVEX_TERMS)
        return false;
    aug_convex_term *to = &b->program->terms[b->program->term_count++];
    *to = *term;
    if (divided_by >= 0)
        multiply(to, (logarithm){divided_by, 0.0}, -1.0);
    return true;
}

static bool put_parts(build *b, const prices *all, const int *variables, int part, int divided_by) {
    bool fits = true;
    int first = 0;
    const aug_convex_term one = {.scale = 0.0};
    for (int p = 0; p < part; p++)
        first = variables[p] >= 0 ? p + 1 : first;
    for (int i = 0; i < all->count && fits; i++)
        if ((all->part[i] >= first && all->part[i] <= part) || (divided_by < 0 && all->part[i] < 0))
            fits = put_term(b, &all->at[i], divided_by);
    if (fits && first > 0 && (fits = put_term(b, &one, divided_by)))
        multiply(&b->program->terms[b->program->term_count - 1], (logarithm){variables[first - 1], 0.0}, 1.0);
    return fits;
}

// A part whose floor is more than its terms tell becomes a variable that is not below either.
static bool gather_parts(build *b, const prices *all, double unit) {
    aug_convex *p = b->program;
    int variables[AUG_SPACE_SEGMENTS + 1], parts = b->terms->space->segment_count;
    double less = b->less * unit, known = 0.0;
    for (int i = 0; i < parts; i++) {
        double least = floor_of_part(b->terms, i) * unit * (1.0 - 1e-12) + less;
        known += all->least[i];
        variables[i] = -1;
        if (least <= known || p->variables == AUG_CONVEX_VARIABLES || p->limit_count + 4 > AUG_CONVEX_LIMITS)
            continue;
        known = least;
        p->low[p->variables] = log(least);
        p->high[p->variables] = fmax(log(1.0 + 1e-6 + less), log(least) + 1e-3);
        variables[i] = p->variables++;
    }
    bool fits = put_parts(b, all, variables, parts, -1);
    p->objective = p->term_count;
    for (int i = 0; i < parts && fits; i++) {
        if (variables[i] < 0)
            continue;
        p->limit_first[p->limit_count++] = p->term_count;
        fits = put_parts(b, all, variables, i, variables[i]);
        p->limit_first[p->limit_count] = p->term_count;
    }
    return fits;
}

static bool add_prices(build *b, double unit) {
    aug_convex *p = b->program;
    prices all; // large: not zero as a whole
    bool fits = true;
    all.count = 0;
    memset(all.least, 0, sizeof all.least);
    for (int i = 0; i < b->terms->count && fits; i++) {
        int before = p->term_count, part = part_of(b->terms->space, &b->terms->at[i]);
        fits = add_price(b, &b->terms->at[i], unit);
        if (!fits || p->term_count == before)
            continue;
        all.at[all.count] = p->terms[before];
        all.part[all.count++] = part;
        if (part >= 0)
            all.least[part] += least_value(p, &p->terms[before]);
    }
    p->term_count = 0;
    return fits && gather_parts(b, &all, unit);
}

static bool make_program(build *b, double unit) {
    const aug_shape *shape = b->terms->shape;
    bool fits = make_variables(b) && add_prices(b, unit);
    for (int m = 0; m < b->terms->space->memory_count && fits; m++)
        fits = add_room(b, m);
    for (int i = 0; i < shape->count && fits; i++)
        if (shape->at[i].kind != AUG_ITEM_STORE)
            fits = add_chain(b, i) && add_steps(b, i);
    return fits && add_arrays(b) && add_cycles(b);
}

static void start_at(const build *b, const aug_box_point *at, double *x) {
    const aug_shape *shape = b->terms->shape;
    for (int k = 0; k < b->program->variables; k++)
        x[k] = 0.5 * (b->program->low[k] + b->program->high[k]);
    for (int i = 0; i < shape->count; i++) {
        if (shape->at[i].kind != AUG_ITEM_STORE && b->tiles[i].variable >= 0 && at->tiles[i] >= 0.0)
            x[b->tiles[i].variable] = at->tiles[i];
        if (shape->at[i].kind == AUG_ITEM_PAR && aug_shape_is_inside(b->terms, i) &&
            b->steps[i].variable >= 0 && at->steps[i] >= 0.0)
            x[b->steps[i].variable] = at->steps[i];
    }
}

static double value_of(logarithm of, const double *x) {
    return of.variable >= 0 ? x[of.variable] : of.known;
}

aug_wide aug_box_bound(const aug_shape_terms *terms, const aug_box *box, aug_wide enough, aug_box_point *at,
                       uint64_t *steps) {
    aug_convex program;
    program.variables = program.term_count = program.limit_count = program.line_count = 0;
    build b = {.terms = terms, .box = box, .program = &program};
    double x[AUG_CONVEX_VARIABLES];
    aug_wide fixed = aug_shape_fixed(terms);
    if (enough <= fixed)
        return fixed;
    double unit = 1.0 / (double)(enough - fixed);
    if (!make_program(&b, unit))
        return fixed;
    start_at(&b, at, x);
    double less = b.less * unit * (1.0 + 1e-12);
    double bound = program.variables > 0 ? aug_convex_bound(&program, 1.0 + 1e-9 + less, x, steps) - less : 0.0;
    for (int i = 0; i < terms->shape->count; i++) {
        if (terms->shape->at[i].kind != AUG_ITEM_STORE)
            at->tiles[i] = value_of(b.tiles[i], x);
        if (terms->shape->at[i].kind == AUG_ITEM_PAR)
            at->steps[i] = value_of(b.steps[i], x);
    }
    if (bound >= 1.0 + 1e-9)
        return enough;
    bound -= 1e-9 * (bound + less);
    return bound > 0.0 ? fixed + (aug_wide)(bound / unit) : fixed;
}

void aug_shape_weights(const aug_shape_terms *terms, const aug_box *box, const aug_box_point *at,
                       aug_box_point *weights) {
    const aug_shape *shape = terms->shape;
    for (int i = 0; i < shape->count; i++)
        weights->tiles[i] = weights->steps[i] = 0.0;
    for (int t = 0; t < terms->count; t++) {
        const aug_shape_term *term = &terms->at[t];
        const aug_shape_net of = aug_shape_net_of(terms, box, term);
        double sum = log((double)term->price * of.given) +
                     log(aug_term_moves(term) ? (double)term->words : terms->space->operations);
        for (int i = 0; i < of.counts.count; i++)
            sum += at->tiles[of.counts.at[i]];
        for (int i = 0; i < term->steps.count; i++)
            sum += at->steps[term->steps.at[i]];
        for (int i = 0; i < of.sharers.count; i++)
            sum -= at->steps[of.sharers.at[i]];
        for (int i = 0; i < of.dividers.count; i++)
            sum -= at->tiles[of.dividers.at[i]];
        double value = exp(sum);
        for (int i = 0; i < of.counts.count; i++)
            weights->tiles[of.counts.at[i]] += value;
        for (int i = 0; i < term->steps.count; i++)
            weights->steps[term->steps.at[i]] += value;
        for (int i = 0; i < of.sharers.count; i++)
            weights->steps[of.sharers.at[i]] += value;
        for (int i = 0; i < of.dividers.count; i++)
            weights->tiles[of.dividers.at[i]] += value;
        if (aug_term_moves(term) && term->mover >= 0)
            weights->tiles[term->mover] += 0.1 * value;
    }
}
