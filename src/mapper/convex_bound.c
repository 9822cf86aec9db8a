#include "mapper/convex_bound.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { STEPS = 60, SIDE = AUG_CONVEX_VARIABLES };

static const double BEGIN = 0.02;      // products of slacks and multipliers
static const double LEAST_ROOM = 0.05; // slack of what is missed at the beginning
static const double FALL = 0.1;        // target of products, of what they are
static const double LEFT = 0.02;       // of a slack or a multiplier after a step, at least
static const double MISSED = 50.0;     // price of what is missed, where it is told how far a bound can rise

// A primal-dual method: every limit and line has a slack s > 0 and a multiplier z > 0, every variable a
// multiplier at both ends of its interval. A step solves, to first order,
//
//     F' + sum of z · limit' = 0,  limit + s = 0,  s · z = target
//
// and goes so far that nothing leaves its interval. The target falls as products s · z do.
typedef struct state {
    double x[AUG_CONVEX_VARIABLES], low[AUG_CONVEX_VARIABLES], high[AUG_CONVEX_VARIABLES]; // multipliers
    double terms[AUG_CONVEX_TERMS]; // of limits: shares of their sum
    double objective;
    double limits[AUG_CONVEX_LIMITS], limit_room[AUG_CONVEX_LIMITS], limit_price[AUG_CONVEX_LIMITS];
    double lines[AUG_CONVEX_LINES], line_room[AUG_CONVEX_LINES], line_price[AUG_CONVEX_LINES];
    double slopes[AUG_CONVEX_LIMITS][AUG_CONVEX_VARIABLES];
    double slope[AUG_CONVEX_VARIABLES]; // of the objective
} state;

typedef struct system {
    double right[SIDE], matrix[SIDE][SIDE]; // upper half
} system;

static double term_value(const aug_convex_term *term, const double *x) {
    double sum = term->scale;
    for (int i = 0; i < term->count; i++)
        sum += term->power[i] * x[term->at[i]];
    return exp(sum);
}

static void add_slope(const aug_convex_term *term, double by, double *slope) {
    for (int i = 0; i < term->count; i++)
        slope[term->at[i]] += by * term->power[i];
}

static void evaluate(const aug_convex *p, state *s) {
    size_t side = (size_t)p->variables * sizeof *s->x;
    s->objective = 0.0;
    memset(s->slope, 0, side);
    for (int k = 0; k < p->objective; k++) {
        s->objective += s->terms[k] = term_value(&p->terms[k], s->x);
        add_slope(&p->terms[k], s->terms[k], s->slope);
    }
    for (int l = 0; l < p->limit_count; l++) {
        double all = 0.0;
        memset(s->slopes[l], 0, side);
        for (int k = p->limit_first[l]; k < p->limit_first[l + 1]; k++)
            all += s->terms[k] = term_value(&p->terms[k], s->x);
        for (int k = p->limit_first[l]; k < p->limit_first[l + 1]; k++) {
            s->terms[k] /= all;
            add_slope(&p->terms[k], s->terms[k], s->slopes[l]);
        }
        s->limits[l] = log(all);
        s->limit_room[l] = fmax(s->limit_room[l], -s->limits[l]);
    }
    for (int l = 0; l < p->line_count; l++) {
        const aug_convex_line *line = &p->lines[l];
        double value = -line->most;
        for (int i = 0; i < line->count; i++)
            value += line->sign[i] * s->x[line->at[i]];
        s->lines[l] = value;
        s->line_room[l] = fmax(s->line_room[l], -value);
    }
}

static void begin(const aug_convex *p, const double *at, state *s) {
    for (int k = 0; k < p->variables; k++) {
        double edge = 0.05 * (p->high[k] - p->low[k]);
        s->x[k] = fmin(fmax(at[k], p->low[k] + edge), p->high[k] - edge);
        s->low[k] = BEGIN / (s->x[k] - p->low[k]);
        s->high[k] = BEGIN / (p->high[k] - s->x[k]);
    }
    for (int l = 0; l < p->limit_count; l++)
        s->limit_room[l] = LEAST_ROOM;
    for (int l = 0; l < p->line_count; l++)
        s->line_room[l] = LEAST_ROOM;
    evaluate(p, s);
    for (int l = 0; l < p->limit_count; l++)
        s->limit_price[l] = BEGIN / s->limit_room[l];
    for (int l = 0; l < p->line_count; l++)
        s->line_price[l] = BEGIN / s->line_room[l];
}

// The mean product of slacks and multipliers.
static double mean_product(const aug_convex *p, const state *s) {
    double sum = 0.0;
    for (int k = 0; k < p->variables; k++)
        sum += s->low[k] * (s->x[k] - p->low[k]) + s->high[k] * (p->high[k] - s->x[k]);
    for (int l = 0; l < p->limit_count; l++)
        sum += s->limit_room[l] * s->limit_price[l];
    for (int l = 0; l < p->line_count; l++)
        sum += s->line_room[l] * s->line_price[l];
    return sum / (2 * p->variables + p->limit_count + p->line_count);
}

// The bound of the head of this file at a point, with its multipliers.
static double dual(const aug_convex *p, const state *s) {
    double slope[AUG_CONVEX_VARIABLES], bound = s->objective, size = bound;
    memcpy(slope, s->slope, (size_t)p->variables * sizeof *slope);
    for (int l = 0; l < p->limit_count; l++) {
        for (int i = 0; i < p->variables; i++)
            slope[i] += s->limit_price[l] * s->slopes[l][i];
        bound += s->limit_price[l] * s->limits[l];
        size += s->limit_price[l] * (fabs(s->limits[l]) + 10.0);
    }
    for (int l = 0; l < p->line_count; l++) {
        const aug_convex_line *line = &p->lines[l];
        for (int i = 0; i < line->count; i++)
            slope[line->at[i]] += s->line_price[l] * line->sign[i];
        bound += s->line_price[l] * s->lines[l];
        size += s->line_price[l] * (fabs(line->most) + 100.0);
    }
    for (int k = 0; k < p->variables; k++) {
        double loss = slope[k] > 0.0 ? slope[k] * (s->x[k] - p->low[k]) : -slope[k] * (p->high[k] - s->x[k]);
        bound -= loss;
        size += loss;
    }
    return bound - 1e-10 * size; // rounding
}

static double most_missed(const aug_convex *p, const state *s) {
    double most = 0.0;
    for (int l = 0; l < p->limit_count; l++)
        most = fmax(most, s->limits[l]);
    for (int l = 0; l < p->line_count; l++)
        most = fmax(most, s->lines[l]);
    return most;
}

static void add_square(const aug_convex_term *term, double by, system *sys) {
    for (int i = 0; i < term->count; i++)
        for (int k = 0; k < term->count; k++)
            if (term->at[k] >= term->at[i])
                sys->matrix[term->at[i]][term->at[k]] += by * term->power[i] * term->power[k];
}

static void add_limit(const aug_convex *p, const state *s, int limit, double target, system *sys) {
    const double *slope = s->slopes[limit];
    double room = s->limit_room[limit], price = s->limit_price[limit];
    double by = price / room - price, right = (target + price * (s->limits[limit] + room)) / room;
    for (int k = p->limit_first[limit]; k < p->limit_first[limit + 1]; k++)
        add_square(&p->terms[k], price * s->terms[k], sys);
    for (int i = 0; i < p->variables; i++) {
        if (slope[i] == 0.0)
            continue;
        sys->right[i] -= right * slope[i];
        double own = by * slope[i];
        for (int k = i; k < p->variables; k++)
            sys->matrix[i][k] += own * slope[k];
    }
}

static void add_line(const aug_convex *p, const state *s, int l, double target, system *sys) {
    const aug_convex_line *line = &p->lines[l];
    double room = s->line_room[l], price = s->line_price[l];
    double by = price / room, right = (target + price * (s->lines[l] + room)) / room;
    for (int i = 0; i < line->count; i++) {
        sys->right[line->at[i]] -= right * line->sign[i];
        for (int k = 0; k < line->count; k++)
            if (line->at[k] >= line->at[i])
                sys->matrix[line->at[i]][line->at[k]] += by * line->sign[i] * line->sign[k];
    }
}

static void build(const aug_convex *p, const state *s, double target, system *sys) {
    for (int i = 0; i < p->variables; i++) {
        double down = 1.0 / (s->x[i] - p->low[i]), up = 1.0 / (p->high[i] - s->x[i]);
        memset(sys->matrix[i] + i, 0, (size_t)(p->variables - i) * sizeof **sys->matrix);
        sys->right[i] = target * (down - up) - s->slope[i];
        sys->matrix[i][i] = s->low[i] * down + s->high[i] * up;
    }
    for (int k = 0; k < p->objective; k++)
        add_square(&p->terms[k], s->terms[k], sys);
    for (int l = 0; l < p->limit_count; l++)
        add_limit(p, s, l, target, sys);
    for (int l = 0; l < p->line_count; l++)
        add_line(p, s, l, target, sys);
}

// Cholesky, row by row.
static void solve(int side, system *sys, double *step) {
    for (int i = 0; i < side; i++) {
        double *row = sys->matrix[i];
        double scale = row[i] > 1e-14 ? 1.0 / sqrt(row[i]) : 1e-6;
        for (int k = i; k < side; k++)
            row[k] *= scale;
        row[i] = scale; // the inverse
        step[i] = sys->right[i] * scale;
        for (int j = i + 1; j < side; j++) {
            double by = row[j];
            sys->right[j] -= by * step[i];
            if (by != 0.0)
                for (int k = j; k < side; k++)
                    sys->matrix[j][k] -= by * row[k];
        }
    }
    for (int i = side - 1; i >= 0; i--) {
        double sum = step[i];
        for (int j = i + 1; j < side; j++)
            sum -= sys->matrix[i][j] * step[j];
        step[i] = sum * sys->matrix[i][i];
    }
}

// How far a value may go until hardly anything of it is left.
static void lower_far(double value, double step, double *far) {
    if (step < 0.0 && value + step * *far < LEFT * value)
        *far = (1.0 - LEFT) * value / -step;
}

static bool is_finite(int count, const double *step) {
    double sum = 0.0;
    for (int k = 0; k < count; k++)
        sum += fabs(step[k]);
    return isfinite(sum);
}

static void advance(const aug_convex *p, const double *step, double target, state *s) {
    double far = 1.0, far_prices = 1.0;
    double limit_by[AUG_CONVEX_LIMITS], limit_price[AUG_CONVEX_LIMITS];
    double line_by[AUG_CONVEX_LINES], line_price[AUG_CONVEX_LINES];
    double low[AUG_CONVEX_VARIABLES], high[AUG_CONVEX_VARIABLES];
    for (int k = 0; k < p->variables; k++) {
        double down = s->x[k] - p->low[k], up = p->high[k] - s->x[k];
        low[k] = (target - s->low[k] * step[k]) / down - s->low[k];
        high[k] = (target + s->high[k] * step[k]) / up - s->high[k];
        lower_far(down, step[k], &far);
        lower_far(up, -step[k], &far);
        lower_far(s->low[k], low[k], &far_prices);
        lower_far(s->high[k], high[k], &far_prices);
    }
    for (int l = 0; l < p->limit_count; l++) {
        double moved = s->limits[l] + s->limit_room[l], price = s->limit_price[l];
        for (int i = 0; i < p->variables; i++)
            moved += s->slopes[l][i] * step[i];
        limit_by[l] = -moved;
        limit_price[l] = (target + price * moved) / s->limit_room[l] - price;
        lower_far(s->limit_room[l], limit_by[l], &far);
        lower_far(price, limit_price[l], &far_prices);
    }
    for (int l = 0; l < p->line_count; l++) {
        const aug_convex_line *line = &p->lines[l];
        double moved = s->lines[l] + s->line_room[l], price = s->line_price[l];
        for (int i = 0; i < line->count; i++)
            moved += line->sign[i] * step[line->at[i]];
        line_by[l] = -moved;
        line_price[l] = (target + price * moved) / s->line_room[l] - price;
        lower_far(s->line_room[l], line_by[l], &far);
        lower_far(price, line_price[l], &far_prices);
    }
    for (int k = 0; k < p->variables; k++) {
        s->x[k] = fmin(fmax(s->x[k] + far * step[k], p->low[k]), p->high[k]);
        s->low[k] += far_prices * low[k];
        s->high[k] += far_prices * high[k];
    }
    for (int l = 0; l < p->limit_count; l++) {
        s->limit_room[l] += far * limit_by[l];
        s->limit_price[l] += far_prices * limit_price[l];
    }
    for (int l = 0; l < p->line_count; l++) {
        s->line_room[l] += far * line_by[l];
        s->line_price[l] += far_prices * line_price[l];
    }
}

static void note(const aug_convex *p, const state *s, aug_convex_proof *proof) {
    memcpy(proof->at, s->x, (size_t)p->variables * sizeof *s->x);
    memcpy(proof->limits, s->limit_price, (size_t)p->limit_count * sizeof *s->limit_price);
    memcpy(proof->lines, s->line_price, (size_t)p->line_count * sizeof *s->line_price);
}

// `proof`: of the best bound; NULL: nobody asks.
static double improve(const aug_convex *p, double enough, state *s, aug_convex_proof *proof, uint64_t *steps) {
    system sys;
    double step[SIDE], best = -(double)INFINITY;
    for (int i = 0; i < STEPS; i++) {
        ++*steps;
        double bound = dual(p, s);
        if (proof && bound > best)
            note(p, s, proof);
        best = fmax(best, bound);
        double reached = s->objective + MISSED * most_missed(p, s);
        if (best >= enough || reached - best < 0.25 * (enough - best) || reached - best < 1e-7 * reached)
            break;
        double target = FALL * mean_product(p, s);
        build(p, s, target, &sys);
        solve(p->variables, &sys, step);
        if (!is_finite(p->variables, step))
            break;
        advance(p, step, target, s);
        evaluate(p, s);
    }
    return best;
}

double aug_convex_bound(const aug_convex *p, double enough, double *at, uint64_t *steps) {
    state s;
    begin(p, at, &s);
    double best = improve(p, enough, &s, NULL, steps);
    for (int k = 0; k < p->variables; k++)
        at[k] = s.x[k];
    return best;
}

double aug_convex_prove(const aug_convex *p, double enough, const double *at, aug_convex_proof *proof,
                        uint64_t *steps) {
    state s;
    begin(p, at, &s);
    return improve(p, enough, &s, proof, steps);
}
