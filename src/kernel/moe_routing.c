// Rows, touched experts and tiles of one chip of an expert-parallel group, in closed form.
//
// Balanced. Token t takes the experts t, t + d, t + 2d ... (d = experts / topk, rounded up), so every block
// of d neighbouring experts gets each token once: with tokens = q d + r, the first r experts of a block get q
// + 1 rows and the others q. Fewer tokens than d are spread over the block. The chip with the first experts
// is the busiest.
//
// Power law. The public tables [AIC] draw the load x of every expert from a density ~ x^-a on [low, high],
// scale the loads to tokens x topk rows and time the group with the largest sum. Here no dice are thrown:
//
//   m_j     = integral of x^(j-a) over [low, high]; mean = m_1/m_0, shape = mean^2 / variance
//   loads   : a gamma variable of that shape stands for x, so the shares of groups are Dirichlet distributed
//   busiest : sum S of n = experts/groups loads at the quantile 0.62^(1/groups) by Wilson and Hilferty's cube
//   [Wilson31], against
//             the mean of the others: rows = tokens topk S / (S + (experts - n) mean)
//   inside  : the heaviest expert has what n - 1 typical ones leave; the typical ones keep the power law,
//   rescaled
//
// An expert rounds to whole rows, takes at most one row per token, and what is lost or cut off refills empty
// experts. Tiles of t rows: an expert with c rows fills max(1, c/t + (t-1)/2t) of them, the mean of the
// rounding up.
//
// Against the mean of 200 random draws of each of 539 cases with groups: rows 3 % off (median; 11 % at the
// 95th percentile), tiles 4 %; without groups the touched experts 1 %, tiles 2 %.
//
// Drawn. What a server's router does with tokens of different texts, at its most even: each token draws topk of
// the experts, so the rows c of an expert are binomial, B(tokens, p) with p = topk / experts:
//
//   touched : 1 - (1 - p)^tokens of the experts
//   tiles   : E[ceil(c / t)] = sum over j >= 0 of P(c > j t); above 300 rows c/t + (t-1)/2t
//   busiest : rows of a group = mean + z sqrt(mean (1 - 1/groups)), z the normal quantile of 0.62^(1/groups)
//
// Balanced rows touch every expert from experts/topk tokens on, drawn ones 1 - 1/e of them.
//
// Worked: 8 tokens, 2 of 4 experts each, one chip, balanced: d = 2, q = 4, r = 0: 4 experts of 4 rows, 4
// tiles of 8. Drawn, 2 tokens: 4 (1 - 1/4) = 3 experts touched, 3 tiles of 8.
#include "kernel/moe_routing.h"

#include <math.h>
#include <stdbool.h>

const double aug_moe_tile_rows[AUG_MOE_TILES] = {8.0, 16.0, 32.0, 64.0, 128.0};

static double smaller(double a, double b) {
    return a < b ? a : b;
}
static double larger(double a, double b) {
    return a > b ? a : b;
}

// Experts of one chip; chips beyond one per expert hold copies.
static double local_experts(const aug_moe_routing *routing) {
    return larger(1.0, routing->experts / routing->groups);
}

// `many` experts with `rows` each.
static void add_experts(aug_moe_load *load, double many, double rows) {
    if (rows < 1.0 || many <= 0.0)
        return;
    load->rows += many * rows;
    load->touched += many;
    for (int i = 0; i < AUG_MOE_TILES; i++)
        load->tiles[i] += many * ceil(rows / aug_moe_tile_rows[i]);
}

static aug_moe_load balanced(const aug_moe_routing *routing) {
    double local = local_experts(routing), block = ceil(routing->experts / routing->topk);
    double blocks = floor(local / block), rest = local - blocks * block,
           each = floor(routing->tokens / block);
    double longer = routing->tokens - each * block;
    double first =
        blocks * longer + (each > 0.0 ? smaller(rest, longer) : ceil(rest * longer / block - 1e-9));
    aug_moe_load load = {0};
    add_experts(&load, first, each + 1.0);
    add_experts(&load, local - first, each);
    load.tokens = blocks >= 1.0 ? routing->tokens : smaller(routing->tokens, load.rows);
    return load;
}

static aug_moe_load activated(const aug_moe_routing *routing) {
    aug_moe_load load = {.tokens = routing->tokens};
    double share = routing->activated / routing->groups;
    add_experts(&load, share, larger(1.0, routing->tokens * routing->topk / routing->activated));
    return load;
}

// A density ~ x^-exponent on [low, high], with b = 1 - exponent.
typedef struct power_law {
    double b, low, high, low_b, high_b; // low^b, high^b
    double weight, mean, shape;
} power_law;

static power_law power_law_of(const aug_moe_routing *routing) {
    bool many = routing->tokens * routing->topk > routing->experts;
    // Whole exponents make an integral a logarithm: a millionth beside them it is as good as one.
    double exponent = routing->exponent;
    if (fabs(exponent - round(exponent)) < 1e-6)
        exponent = round(exponent) + 1e-6;
    power_law law = {.b = 1.0 - exponent, .low = many ? 1.0 : 0.01};
    law.high = many ? larger(0.8 * routing->tokens, 1.001) : 2.0;
    law.low_b = pow(law.low, law.b);
    law.high_b = pow(law.high, law.b);
    law.weight = (law.high_b - law.low_b) / law.b;
    law.mean = (law.high_b * law.high - law.low_b * law.low) / (1.0 + law.b) / law.weight;
    double square =
        (law.high_b * law.high * law.high - law.low_b * law.low * law.low) / (2.0 + law.b) / law.weight;
    law.shape = law.mean * law.mean / larger(square - law.mean * law.mean, 1e-9 * square);
    return law;
}

// Quantile of the normal distribution above one half [Abramowitz64 §26.2.23].
static double normal_quantile(double above) {
    double t = sqrt(-2.0 * log(above));
    return t - (2.515517 + t * (0.802853 + t * 0.010328)) /
                   (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
}

// Sum of the loads of the busiest of `groups` groups with `local` experts each.
static double busiest_sum(const power_law *law, double local, double groups) {
    double below = exp(log(0.62) / groups);
    double shape = local * law->shape;
    double cube = larger(0.0, 1.0 - 1.0 / (9.0 * shape) + normal_quantile(1.0 - below) / (3.0 * sqrt(shape)));
    double many = local * law->mean * cube * cube * cube;
    if (local >= 3.0)
        return smaller(many, local * law->high);
    double place = pow(below, 1.0 / local);
    double one = exp(log(law->low_b + (law->high_b - law->low_b) * place) / law->b);
    double few = one + (local - 1.0) * law->mean;
    return smaller(local < 2.0 ? few : 0.5 * (few + many), local * law->high);
}

// Adds `count` experts whose loads follow the law times `scale`, each with at most `most` rows. What falls
// below half a row or above `most` refills the emptiest.
static void add_law(aug_moe_load *load, const power_law *law, double count, double scale, double most) {
    double high = smaller(law->high, most / scale),
           high_b = high < law->high ? pow(high, law->b) : law->high_b;
    double low = smaller(larger(law->low, 0.5 / scale), high);
    double low_b = low > law->low ? pow(low, law->b) : law->low_b;
    double per_weight = count / (law->weight * law->b),
           per_mean = count * scale / (law->weight * (1.0 + law->b));
    double filled = per_weight * (law->high_b - low_b), cut = per_weight * (law->high_b - high_b);
    double lost = per_mean * (low_b * low - law->low_b * law->low) +
                  per_mean * (law->high_b * law->high - high_b * high) - cut * most;
    double refilled = smaller(count - filled, larger(lost, 0.0));
    load->touched += filled + refilled;
    for (int i = 0; i < AUG_MOE_TILES; i++) {
        double t = aug_moe_tile_rows[i], rounding = 0.5 * (t - 1.0) / t, one = (1.0 - rounding) * t / scale;
        one = smaller(larger(one, low), high);
        double one_b = pow(one, law->b);
        double beyond = per_weight * (high_b - one_b);
        load->tiles[i] += per_weight * (one_b - low_b) + rounding * beyond +
                          per_mean * (high_b * high - one_b * one) / t +
                          cut * larger(1.0, most / t + rounding) + refilled;
    }
}

static void add_heaviest(aug_moe_load *load, double rows) {
    load->touched += smaller(1.0, rows);
    for (int i = 0; i < AUG_MOE_TILES; i++) {
        double t = aug_moe_tile_rows[i];
        load->tiles[i] += larger(smaller(1.0, rows), rows / t + 0.5 * (t - 1.0) / t);
    }
}

static aug_moe_load skewed(const aug_moe_routing *routing) {
    double pairs = routing->tokens * routing->topk, local = local_experts(routing);
    power_law law = power_law_of(routing);
    double typical = pairs / routing->experts, scale = typical / law.mean;
    aug_moe_load load = {.rows = pairs, .tokens = routing->tokens};
    if (routing->groups <= 1.0) {
        add_law(&load, &law, local, scale, routing->tokens);
    } else {
        double sum = busiest_sum(&law, local, routing->groups);
        double rows = pairs * sum / (sum + (routing->experts - local) * law.mean);
        load.rows = larger(smaller(rows, local * routing->tokens), larger(1.0, typical * local));
        double heaviest = smaller(larger(load.rows - (local - 1.0) * typical, typical),
                                  smaller(routing->tokens, scale * law.high));
        if (local <= 1.0)
            heaviest = load.rows;
        add_heaviest(&load, heaviest);
        if (local > 1.0)
            add_law(&load, &law, local - 1.0, (load.rows - heaviest) / (local - 1.0) / law.mean,
                    routing->tokens);
        double apart = smaller(load.rows, routing->tokens); // no token meets the chip twice
        double mixed =
            1.0 - (1.0 - heaviest / routing->tokens) * exp(-(load.rows - heaviest) / routing->tokens);
        load.tokens = 0.5 * (apart + mixed * routing->tokens);
    }
    load.touched = smaller(load.touched, smaller(load.rows, local));
    for (int i = 0; i < AUG_MOE_TILES; i++)
        load.tiles[i] = larger(smaller(load.tiles[i], load.rows), load.rows / aug_moe_tile_rows[i]);
    return load;
}

// Adds `count` experts whose rows are binomial: `tokens` draws, each with probability `p`.
static void add_drawn(aug_moe_load *load, double count, double tokens, double p) {
    double mean = tokens * p;
    load->rows += count * mean;
    if (p >= 1.0 || mean > 300.0) {
        load->touched += count;
        for (int i = 0; i < AUG_MOE_TILES; i++) {
            double t = aug_moe_tile_rows[i];
            load->tiles[i] += count * (p >= 1.0 ? ceil(tokens / t) : mean / t + 0.5 * (t - 1.0) / t);
        }
        return;
    }
    double probability = exp(tokens * log1p(-p)), above = 1.0 - probability, odds = p / (1.0 - p);
    load->touched += count * above;
    for (double rows = 0.0; above > 1e-9 && rows < tokens; rows += 1.0) { // `above`: P(c > rows)
        for (int i = 0; i < AUG_MOE_TILES; i++)
            if (fmod(rows, aug_moe_tile_rows[i]) < 0.5)
                load->tiles[i] += count * above;
        probability *= odds * (tokens - rows) / (rows + 1.0);
        above -= probability;
    }
}

static aug_moe_load drawn(const aug_moe_routing *routing) {
    aug_moe_load load = {0};
    double local = local_experts(routing), p = smaller(1.0, routing->topk / routing->experts);
    double rows = routing->tokens * p * local, groups = routing->experts / local;
    if (groups > 1.0) {
        double z = normal_quantile(1.0 - exp(log(0.62) / groups));
        rows += z * sqrt(rows * (1.0 - 1.0 / groups));
        p = smaller(1.0, rows / (routing->tokens * local));
    }
    add_drawn(&load, local, routing->tokens, p);
    double several = smaller(local, routing->topk); // of one token on this chip, at most
    load.tokens = groups > 1.0 ? routing->tokens * (1.0 - exp(several * log1p(-smaller(0.999999, p * local / several)))) : routing->tokens;
    return load;
}

aug_moe_load aug_moe_load_of(const aug_moe_routing *routing) {
    if (routing->tokens <= 0.0)
        return (aug_moe_load){0};
    switch (routing->kind) {
    case AUG_MOE_POWER_LAW:
        return skewed(routing);
    case AUG_MOE_ACTIVATED:
        return activated(routing);
    case AUG_MOE_DRAWN:
        return drawn(routing);
    case AUG_MOE_BALANCED:
        break;
    }
    return balanced(routing);
}
