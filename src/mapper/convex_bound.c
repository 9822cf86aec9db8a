#include "mapper/convex_bound.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { STEPS = 14, ROUNDS = 5, SIDE = AUG_CONVEX_VARIABLES + 1 };

// One more variable, the slack s >= 0, lets every limit be missed at a price, so that any point is a
// beginning. Without a point that keeps all limits the price makes the bound as large as one likes.
#define SLACK_PRICE 50.0

typedef struct state {
    double x[AUG_CONVEX_VARIABLES], slack;
    double terms[AUG_CONVEX_TERMS]; // of limits: shares of their sum
    double objective;
    double limits[AUG_CONVEX_LIMITS]; // logarithms
    double lines[AUG_CONVEX_LINES];   // less what they may be
    double barrier;
} state;

typedef struct system {
    int side;
    double gradient[SIDE], matrix[SIDE][SIDE]; // lower half
} system;

static double term_value(const aug_convex_term *term, const double *x) {
    double sum = term->scale;
    for (int i = 0; i < term->count; i++)
        sum += term->power[i] * x[term->at[i]];
    return exp(sum);
}

// Values of a point; the barrier is infinite where it is not inside.
static void evaluate(const aug_convex *p, double weight, state *s) {
    s->objective = 0.0;
    for (int k = 0; k < p->objective; k++)
        s->objective += s->terms[k] = term_value(&p->terms[k], s->x);
    double sum = weight * (s->objective + SLACK_PRICE * s->slack) - log(s->slack), inside = 1.0;
    for (int l = 0; l < p->limit_count; l++) {
        double all = 0.0;
        for (int k = p->limit_first[l]; k < p->limit_first[l + 1]; k++)
            all += s->terms[k] = term_value(&p->terms[k], s->x);
        for (int k = p->limit_first[l]; k < p->limit_first[l + 1]; k++)
            s->terms[k] /= all;
        s->limits[l] = log(all);
        double room = s->slack - s->limits[l];
        inside = fmin(inside, room);
        sum -= log(room);
    }
    double product = 1.0;
    for (int l = 0; l < p->line_count; l++) {
        const aug_convex_line *line = &p->lines[l];
        double value = -line->most;
        for (int i = 0; i < line->count; i++)
            value += line->sign[i] * s->x[line->at[i]];
        s->lines[l] = value;
        double room = s->slack - value;
        inside = fmin(inside, room);
        product *= room;
        if (l % 8 == 7) {
            sum -= log(product);
            product = 1.0;
        }
    }
    sum -= log(product);
    for (int k = 0; k < p->variables; k++) {
        double room = fmin(s->x[k] - p->low[k], p->high[k] - s->x[k]);
        inside = fmin(inside, room);
        sum -= log((s->x[k] - p->low[k]) * (p->high[k] - s->x[k]));
    }
    s->barrier = inside > 0.0 && s->slack > 0.0 && isfinite(sum) ? sum : (double)INFINITY;
}

static void add_term(const aug_convex_term *term, double by, double square, system *sys) {
    for (int i = 0; i < term->count; i++) {
        sys->gradient[term->at[i]] += term->power[i] * by;
        for (int k = 0; k < term->count; k++)
            if (term->at[k] <= term->at[i])
                sys->matrix[term->at[i]][term->at[k]] += term->power[i] * term->power[k] * square;
    }
}

// -log(slack - limit): `slope` is the gradient of the limit, 0 for the slack.
static void add_outer(const double *slope, double room, system *sys) {
    int last = sys->side - 1;
    double by = 1.0 / room;
    for (int i = 0; i < last; i++) {
        if (slope[i] == 0.0)
            continue;
        double own = slope[i] * by;
        sys->gradient[i] += own;
        for (int k = 0; k <= i; k++)
            sys->matrix[i][k] += own * slope[k] * by;
        sys->matrix[last][i] -= own * by;
    }
    sys->gradient[last] -= by;
    sys->matrix[last][last] += by * by;
}

static void limit_slope(const aug_convex *p, const state *s, int limit, double *slope) {
    memset(slope, 0, (size_t)p->variables * sizeof *slope);
    for (int k = p->limit_first[limit]; k < p->limit_first[limit + 1]; k++)
        for (int i = 0; i < p->terms[k].count; i++)
            slope[p->terms[k].at[i]] += p->terms[k].power[i] * s->terms[k];
}

static void add_limit(const aug_convex *p, const state *s, int limit, system *sys) {
    double slope[AUG_CONVEX_VARIABLES], room = s->slack - s->limits[limit];
    double kept[AUG_CONVEX_VARIABLES];
    limit_slope(p, s, limit, slope);
    memcpy(kept, sys->gradient, (size_t)p->variables * sizeof *kept);
    for (int k = p->limit_first[limit]; k < p->limit_first[limit + 1]; k++)
        add_term(&p->terms[k], 0.0, s->terms[k] / room, sys);
    for (int i = 0; i < p->variables; i++)
        for (int k = 0; slope[i] != 0.0 && k <= i; k++)
            sys->matrix[i][k] -= slope[i] * slope[k] / room;
    add_outer(slope, room, sys);
}

static void add_line(const aug_convex_line *line, double room, system *sys) {
    int last = sys->side - 1;
    double by = 1.0 / room;
    for (int i = 0; i < line->count; i++) {
        sys->gradient[line->at[i]] += line->sign[i] * by;
        for (int k = 0; k < line->count; k++)
            if (line->at[k] <= line->at[i])
                sys->matrix[line->at[i]][line->at[k]] += line->sign[i] * line->sign[k] * by * by;
        sys->matrix[last][line->at[i]] -= line->sign[i] * by * by;
    }
    sys->gradient[last] -= by;
    sys->matrix[last][last] += by * by;
}

static void build(const aug_convex *p, const state *s, double weight, system *sys) {
    int last = p->variables;
    sys->side = last + 1;
    for (int i = 0; i <= last; i++) {
        sys->gradient[i] = 0.0;
        memset(sys->matrix[i], 0, (size_t)(i + 1) * sizeof **sys->matrix);
    }
    for (int k = 0; k < p->objective; k++)
        add_term(&p->terms[k], weight * s->terms[k], weight * s->terms[k], sys);
    for (int l = 0; l < p->limit_count; l++)
        add_limit(p, s, l, sys);
    for (int l = 0; l < p->line_count; l++)
        add_line(&p->lines[l], s->slack - s->lines[l], sys);
    for (int i = 0; i < last; i++) {
        double down = 1.0 / (s->x[i] - p->low[i]), up = 1.0 / (p->high[i] - s->x[i]);
        sys->gradient[i] += up - down;
        sys->matrix[i][i] += up * up + down * down;
    }
    sys->gradient[last] += weight * SLACK_PRICE - 1.0 / s->slack;
    sys->matrix[last][last] += 1.0 / (s->slack * s->slack);
}

// The step to where the gradient would vanish, in place of the gradient (Cholesky). Its length in the norm of
// the matrix, squared.
static double solve(system *sys, double *step) {
    int side = sys->side;
    double length = 0.0;
    for (int i = 0; i < side; i++) {
        for (int k = 0; k <= i; k++) {
            double sum = sys->matrix[i][k];
            for (int j = 0; j < k; j++)
                sum -= sys->matrix[i][j] * sys->matrix[k][j];
            if (i == k)
                sys->matrix[i][i] = sum > 1e-12 ? sqrt(sum) : 1e6;
            else
                sys->matrix[i][k] = sum / sys->matrix[k][k];
        }
        double value = -sys->gradient[i];
        for (int j = 0; j < i; j++)
            value -= sys->matrix[i][j] * step[j];
        step[i] = value / sys->matrix[i][i];
        length += step[i] * step[i];
    }
    for (int i = side - 1; i >= 0; i--) {
        for (int j = i + 1; j < side; j++)
            step[i] -= sys->matrix[j][i] * step[j];
        step[i] /= sys->matrix[i][i];
    }
    return length;
}

// Goes along a step as far as the barrier falls. False where it does not.
static bool advance(const aug_convex *p, double weight, const double *step, double length, state *s) {
    double far = 1.0;
    for (int k = 0; k < p->variables; k++) {
        double room = step[k] > 0.0 ? p->high[k] - s->x[k] : s->x[k] - p->low[k];
        if (fabs(step[k]) * far > 0.95 * room)
            far = 0.95 * room / fabs(step[k]);
    }
    for (int tries = 0; tries < 12; tries++, far *= 0.4) {
        state next;
        next.slack = s->slack + far * step[p->variables];
        if (next.slack <= 0.0)
            continue;
        for (int k = 0; k < p->variables; k++)
            next.x[k] = s->x[k] + far * step[k];
        evaluate(p, weight, &next);
        if (next.barrier < s->barrier - 0.05 * far * length) {
            *s = next;
            return true;
        }
    }
    return false;
}

// The bound of the head of this file at a point, with the multipliers of its barrier.
static double dual(const aug_convex *p, const state *s, double weight) {
    double slope[AUG_CONVEX_VARIABLES] = {0.0}, own[AUG_CONVEX_VARIABLES], bound = s->objective;
    for (int k = 0; k < p->objective; k++)
        for (int i = 0; i < p->terms[k].count; i++)
            slope[p->terms[k].at[i]] += p->terms[k].power[i] * s->terms[k];
    double size = bound;
    for (int l = 0; l < p->limit_count; l++) {
        double multiplier = 1.0 / (weight * (s->slack - s->limits[l]));
        limit_slope(p, s, l, own);
        for (int i = 0; i < p->variables; i++)
            slope[i] += multiplier * own[i];
        bound += multiplier * s->limits[l];
        size += multiplier * fabs(s->limits[l]);
    }
    for (int l = 0; l < p->line_count; l++) {
        const aug_convex_line *line = &p->lines[l];
        double multiplier = 1.0 / (weight * (s->slack - s->lines[l]));
        for (int i = 0; i < line->count; i++)
            slope[line->at[i]] += multiplier * line->sign[i];
        bound += multiplier * s->lines[l];
        size += multiplier * (fabs(line->most) + 100.0);
    }
    for (int k = 0; k < p->variables; k++) {
        double loss = slope[k] > 0.0 ? slope[k] * (s->x[k] - p->low[k]) : -slope[k] * (p->high[k] - s->x[k]);
        bound -= loss;
        size += loss;
    }
    return bound - 1e-10 * size; // rounding
}

static void begin(const aug_convex *p, const double *at, state *s) {
    double most = 0.0;
    for (int k = 0; k < p->variables; k++) {
        double edge = 0.05 * (p->high[k] - p->low[k]);
        s->x[k] = fmin(fmax(at[k], p->low[k] + edge), p->high[k] - edge);
    }
    s->slack = 1.0;
    evaluate(p, 0.0, s);
    for (int l = 0; l < p->limit_count; l++)
        most = fmax(most, s->limits[l]);
    for (int l = 0; l < p->line_count; l++)
        most = fmax(most, s->lines[l]);
    s->slack = most + 0.05;
}

double aug_convex_bound(const aug_convex *p, double enough, double *at, uint64_t *steps) {
    state s;
    system sys;
    double step[SIDE], best = -(double)INFINITY, weight = 200.0;
    begin(p, at, &s);
    for (int round = 0; round < ROUNDS; round++, weight *= 40.0) {
        evaluate(p, weight, &s);
        for (int i = 0; i < STEPS; i++) {
            ++*steps;
            build(p, &s, weight, &sys);
            double length = solve(&sys, step);
            if (length < 1e-5 || !advance(p, weight, step, length, &s))
                break;
        }
        best = fmax(best, dual(p, &s, weight));
        double reached = s.objective + SLACK_PRICE * s.slack;
        if (best >= enough || reached - best < 0.25 * (enough - best) || reached - best < 1e-7 * reached)
            break;
    }
    for (int k = 0; k < p->variables; k++)
        at[k] = s.x[k];
    return best;
}
