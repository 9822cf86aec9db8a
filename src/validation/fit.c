#include "validation/fit.h"

#include "base/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 30, SWEEPS = 120, SAMPLE_ROWS = 500 };

static const double least_residual = 0.01, scale = 0.15, prior_width = 0.7, prior_loss = 0.1;

typedef struct solver {
    const aug_fit_problem *problem;
    const size_t *rows; // that take part
    size_t count;
    double *residuals, *moved; // ln(predicted / measured)
    double *jacobian;          // count x constants
} solver;

static bool is_logarithmic(const aug_fit_bounds *b) {
    return b->low > 0.0;
}

// The scale that a constant is moved on.
static double to_scale(const aug_fit_bounds *b, double c) {
    return is_logarithmic(b) ? log(c) : (c - b->low) / (b->high - b->low);
}

static double from_scale(const aug_fit_bounds *b, double u) {
    double c = is_logarithmic(b) ? exp(u) : b->low + u * (b->high - b->low);
    return fmin(fmax(c, b->low), b->high);
}

static void constants_of(const solver *s, const double *u, double *constants) {
    for (int j = 0; j < s->problem->constant_count; j++)
        constants[j] = from_scale(&s->problem->bounds[j], u[j]);
}

static void clamp(const solver *s, double *u) {
    for (int j = 0; j < s->problem->constant_count; j++) {
        const aug_fit_bounds *b = &s->problem->bounds[j];
        u[j] = fmin(fmax(u[j], to_scale(b, b->low)), to_scale(b, b->high));
    }
}

static double rho(double r) {
    double size = fabs(r);
    return size / (size + scale);
}

// ρ'(r) / r: what a row weighs in a least-squares step that descends along ρ.
static double weight(double r) {
    double size = fmax(fabs(r), least_residual);
    return scale / ((size + scale) * (size + scale) * size);
}

static double loss_of(const solver *s, const double *u, double *residuals) {
    double constants[AUG_FIT_CONSTANTS], sum = 0.0;
    const aug_fit_problem *p = s->problem;
    constants_of(s, u, constants);
    for (size_t i = 0; i < s->count; i++) {
        size_t row = s->rows[i];
        residuals[i] = log(p->predict(p->user, row, constants) / p->measured[row]);
        sum += rho(residuals[i]);
    }
    for (int j = 0; j < p->constant_count; j++) {
        double off = (u[j] - to_scale(&p->bounds[j], p->bounds[j].prior)) / prior_width;
        sum += p->prior_rows * prior_loss * (fabs(off) <= 1.0 ? off * off : 2.0 * fabs(off) - 1.0);
    }
    return sum / (double)s->count;
}

static void differentiate(solver *s, const double *u, const double *residuals) {
    const int n = s->problem->constant_count;
    for (int j = 0; j < n; j++) {
        double v[AUG_FIT_CONSTANTS], constants[AUG_FIT_CONSTANTS], step = 2e-3;
        memcpy(v, u, sizeof v);
        const aug_fit_bounds *b = &s->problem->bounds[j];
        if (u[j] + step > to_scale(b, b->high))
            step = -step;
        v[j] += step;
        constants_of(s, v, constants);
        for (size_t i = 0; i < s->count; i++) {
            size_t row = s->rows[i];
            double r = log(s->problem->predict(s->problem->user, row, constants) / s->problem->measured[row]);
            s->jacobian[i * (size_t)n + (size_t)j] = (r - residuals[i]) / step;
        }
    }
}

// Normal equations Σ w J J' and Σ w J r.
static void normal(const solver *s, const double *residuals, bool weighted, double *matrix, double *vector) {
    const size_t n = (size_t)s->problem->constant_count;
    memset(matrix, 0, n * n * sizeof *matrix);
    memset(vector, 0, n * sizeof *vector);
    for (size_t i = 0; i < s->count; i++) {
        const double *row = &s->jacobian[i * n];
        double w = weighted ? weight(residuals[i]) : 1.0;
        for (size_t a = 0; a < n; a++) {
            vector[a] += w * row[a] * residuals[i];
            for (size_t b = 0; b <= a; b++)
                matrix[a * n + b] += w * row[a] * row[b];
        }
    }
    for (size_t a = 0; a < n; a++)
        for (size_t b = a + 1; b < n; b++)
            matrix[a * n + b] = matrix[b * n + a];
}

// The pull of the prior on the normal equations.
static void add_prior(const solver *s, const double *u, double *matrix, double *vector) {
    const size_t n = (size_t)s->problem->constant_count;
    for (size_t j = 0; j < n; j++) {
        const aug_fit_bounds *b = &s->problem->bounds[j];
        double off = fabs(u[j] - to_scale(b, b->prior)) / prior_width;
        double pull = 2.0 * s->problem->prior_rows * prior_loss / (prior_width * prior_width) / fmax(off, 1.0);
        matrix[j * n + j] += pull;
        vector[j] += pull * (u[j] - to_scale(b, b->prior));
    }
}

// The inverse of a symmetric positive matrix by Gauss-Jordan; false where it has none.
static bool invert(double *matrix, size_t n, double *inverse) {
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b < n; b++)
            inverse[a * n + b] = a == b ? 1.0 : 0.0;
    for (size_t a = 0; a < n; a++) {
        double pivot = matrix[a * n + a];
        if (!(pivot > 1e-12))
            return false;
        for (size_t b = 0; b < n; b++) {
            matrix[a * n + b] /= pivot;
            inverse[a * n + b] /= pivot;
        }
        for (size_t c = 0; c < n; c++) {
            double factor = c == a ? 0.0 : matrix[c * n + a];
            for (size_t b = 0; b < n; b++) {
                matrix[c * n + b] -= factor * matrix[a * n + b];
                inverse[c * n + b] -= factor * inverse[a * n + b];
            }
        }
    }
    return true;
}

// One damped step from `u`; whether it was better. `u`, `loss` and the residuals follow it.
static bool step(solver *s, double *u, double *loss, double *damping) {
    const size_t n = (size_t)s->problem->constant_count;
    double matrix[AUG_FIT_CONSTANTS * AUG_FIT_CONSTANTS], vector[AUG_FIT_CONSTANTS];
    differentiate(s, u, s->residuals);
    normal(s, s->residuals, true, matrix, vector);
    add_prior(s, u, matrix, vector);
    for (int attempt = 0; attempt < 5; attempt++, *damping *= 5.0) {
        double damped[AUG_FIT_CONSTANTS * AUG_FIT_CONSTANTS], inverse[AUG_FIT_CONSTANTS * AUG_FIT_CONSTANTS], v[AUG_FIT_CONSTANTS];
        memcpy(damped, matrix, sizeof damped);
        for (size_t a = 0; a < n; a++)
            damped[a * n + a] += *damping * (matrix[a * n + a] + 1e-3 * (double)s->count);
        if (!invert(damped, n, inverse))
            continue;
        for (size_t a = 0; a < n; a++) {
            double move = 0.0;
            for (size_t b = 0; b < n; b++)
                move += inverse[a * n + b] * vector[b];
            v[a] = u[a] - fmin(fmax(move, -0.7), 0.7);
        }
        clamp(s, v);
        double moved = loss_of(s, v, s->moved);
        if (moved < *loss - 1e-7) {
            double *swap = s->residuals;
            s->residuals = s->moved;
            s->moved = swap;
            memcpy(u, v, n * sizeof *u);
            *loss = moved;
            *damping = fmax(*damping / 10.0, 1e-4);
            return true;
        }
    }
    return false;
}

static double descend(solver *s, double *u) {
    double damping = 1e-2, loss = loss_of(s, u, s->residuals);
    for (int i = 0; i < STEPS && step(s, u, &loss, &damping); i++)
        ;
    return loss;
}

// Tries each constant up and down; the stride halves where nothing helps.
static double search_axes(solver *s, double *u, double loss) {
    double stride = 0.1;
    for (int sweep = 0; sweep < SWEEPS && stride > 2e-3; sweep++) {
        bool better = false;
        for (int j = 0; j < s->problem->constant_count; j++) {
            for (int sign = -1; sign <= 1; sign += 2) {
                double before = u[j];
                u[j] += sign * stride;
                clamp(s, u);
                double moved = loss_of(s, u, s->moved);
                if (moved < loss - 1e-7) {
                    loss = moved;
                    better = true;
                    break;
                }
                u[j] = before;
            }
        }
        if (!better)
            stride /= 2.0;
    }
    return loss;
}

static int compare(const void *left, const void *right) {
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

// Standard errors from the curvature at the answer: σ² (Σ J J')⁻¹, σ from the median residual.
static void find_errors(solver *s, const double *u, aug_fit_result *result) {
    const size_t n = (size_t)s->problem->constant_count;
    double matrix[AUG_FIT_CONSTANTS * AUG_FIT_CONSTANTS], inverse[AUG_FIT_CONSTANTS * AUG_FIT_CONSTANTS], vector[AUG_FIT_CONSTANTS];
    loss_of(s, u, s->residuals);
    differentiate(s, u, s->residuals);
    normal(s, s->residuals, false, matrix, vector);
    for (size_t i = 0; i < s->count; i++)
        s->residuals[i] = fabs(s->residuals[i]);
    qsort(s->residuals, s->count, sizeof *s->residuals, compare);
    double sigma = 1.4826 * s->residuals[s->count / 2]; // of a normal with this median deviation
    for (size_t a = 0; a < n; a++) // a constant that no row depends on
        matrix[a * n + a] += 1e-9 * (double)s->count;
    bool told = invert(matrix, n, inverse);
    for (size_t a = 0; a < n; a++) {
        const aug_fit_bounds *b = &s->problem->bounds[a];
        double error = told ? sigma * sqrt(fmax(inverse[a * n + a], 0.0)) : (double)NAN;
        if (!is_logarithmic(b))
            error *= (b->high - b->low) / fmax(result->constants[a], 1e-30);
        result->errors[a] = error < 10.0 ? error : (double)NAN;
    }
}

static void take_rows(solver *s, size_t *rows, size_t most) {
    size_t total = s->problem->row_count, stride = total > most ? (total + most - 1) / most : 1;
    s->count = 0;
    for (size_t i = 0; i < total; i += stride)
        rows[s->count++] = i;
    s->rows = rows;
}

void aug_fit_solve(aug_arena *scratch, const aug_fit_problem *p, aug_fit_result *result) {
    const size_t n = (size_t)p->constant_count, rows = p->row_count;
    size_t *chosen = AUG_NEW_ARRAY(scratch, size_t, rows);
    solver s = {.problem = p,
                .residuals = AUG_NEW_ARRAY(scratch, double, rows),
                .moved = AUG_NEW_ARRAY(scratch, double, rows),
                .jacobian = AUG_NEW_ARRAY(scratch, double, rows * n)};
    aug_random random = {20261127};
    double best[AUG_FIT_CONSTANTS], best_loss = (double)INFINITY;
    take_rows(&s, chosen, SAMPLE_ROWS);
    for (int start = p->initial ? -1 : 0; start <= p->starts; start++) {
        double u[AUG_FIT_CONSTANTS];
        for (size_t j = 0; j < n; j++) {
            const aug_fit_bounds *b = &p->bounds[j];
            double low = to_scale(b, b->low), high = to_scale(b, b->high), prior = to_scale(b, b->prior);
            if (start < 0)
                u[j] = to_scale(b, p->initial[j]);
            else if (start == 0)
                u[j] = prior;
            else
                u[j] = prior + 0.5 * (low + (high - low) * aug_random_unit(&random) - prior);
        }
        double loss = descend(&s, u);
        if (loss < best_loss) {
            best_loss = loss;
            memcpy(best, u, sizeof best);
        }
    }
    take_rows(&s, chosen, rows);
    descend(&s, best);
    result->loss = search_axes(&s, best, loss_of(&s, best, s.residuals));
    constants_of(&s, best, result->constants);
    find_errors(&s, best, result);
}
