// Each way is sized by bisection on the bound: the rate of a ceiling never falls when a way is taken further.
#include "system/audit.h"

#include <math.h>

// How far practice goes, from the easiest on; the last row holds for all that is beyond.
typedef struct practice {
    double most; // of the way's amount: tokens per pass, 1 / bits, 1 / density
    bool possible;
    const char *remark;
} practice;

// Mean accepted lengths of 2 to 4 are usual at small batches [SD-ILL]; the best speed published is 6.5 times,
// which takes more than 6.5 tokens per pass [Li et al. 2025]; a draft of 9 tokens on a dataflow machine is
// said to reach 6 times [SN-DF].
static const practice speculation[] = {
    {4.0, true, "2 to 4 are usual at small batches (SD-ILL)"},
    {6.5, true, "the best published is 6.5 times (Li et al. 2025)"},
    {(double)INFINITY, false, "the best published is 6.5 times (Li et al. 2025)"},
};

// By bits: 8 and 4 pass the accuracy gates of a benchmark [MLPERF-INF]; perplexity of a 70B model rises
// from 3.32 to 3.41 at 4 bits and to 3.74 at 3 [AWQ, Table 4].
static const practice weights[] = {
    {1.0 / 7.9, true, "8 bits hardly change quality (MLPERF-INF)"},
    {1.0 / 4.0, true, "down to 4 bits little quality is lost (AWQ, MLPERF-INF)"},
    {1.0 / 3.0, true, "below 4 bits quality suffers (AWQ)"},
    {1.0 / 2.0, false, "below 3 bits quality is lost (AWQ)"},
    {(double)INFINITY, false, "below 2 bits: not in practice"},
};

// By density: half of the weights pruned at once costs 0.2 nats of perplexity [WANDA], half to three quarters
// are often best where training goes on sparse [Frantar et al. 2023].
static const practice sparsity[] = {
    {2.0, true, "pruned to half at a loss of 0.2 nats (WANDA)"},
    {4.0, true, "only if trained sparse (Frantar et al. 2023)"},
    {(double)INFINITY, false, "sparser than was shown to work (Frantar et al. 2023)"},
};

static const practice *look_up(const practice *rows, double amount) {
    while (amount > rows->most)
        rows++;
    return rows;
}

// The ceiling with one way taken to `amount`, in the claim's terms.
static double rate_with(const aug_audit *audit, int way, double amount) {
    aug_ceiling_ask ask = aug_ceiling_ask_of(audit->model, audit->machine, &audit->scenario, audit->plan);
    ask.per_user = audit->claim.per == AUG_PER_USER;
    double scale = audit->scale;
    switch ((aug_way)way) {
    case AUG_WAY_SPECULATION:
        ask.tokens_per_pass = amount;
        break;
    case AUG_WAY_WEIGHTS:
        ask.weight_share = 1.0 / amount;
        break;
    case AUG_WAY_SPARSITY:
        ask.weight_density = 1.0 / amount;
        break;
    case AUG_WAY_BATCH:
        ask.batch = amount;
        break;
    case AUG_WAY_CHIPS:
        ask.chips = amount;
        ask.join_all = audit->machine->link_count > 0;
        if (audit->claim.per == AUG_PER_CHIP)
            scale = 1.0 / amount;
        else if (!audit->claim.batch_said && !ask.per_user)
            ask.batch = fmax(1.0, fmin(aug_ceiling_find(&ask).largest_batch, 0x1p40));
        break;
    case AUG_WAY_LINKS:
        ask.latency_share = 1.0 / amount;
        break;
    case AUG_WAY_COUNT:
        break;
    }
    return aug_ceiling_find(&ask).least * scale;
}

// The least amount between `least` and `most` at which the rate reaches `target`; NaN: none does.
static double bisect(const aug_audit *audit, int way, double least, double most, double target) {
    if (!(rate_with(audit, way, most) >= target))
        return (double)NAN;
    if (rate_with(audit, way, least) >= target)
        return least;
    for (int i = 0; i < 60 && most / least > 1.0 + 1e-9; i++) {
        double middle = sqrt(least * most);
        if (rate_with(audit, way, middle) >= target)
            most = middle;
        else
            least = middle;
    }
    return most;
}

// The same for whole amounts.
static double bisect_whole(const aug_audit *audit, int way, double least, double most, double target) {
    double amount = bisect(audit, way, least, most, target);
    if (isnan(amount))
        return amount;
    double below = fmax(least, floor(amount));
    while (below < amount && rate_with(audit, way, below) < target) // the bisection ends within 10^-9 above
        below += 1.0;
    return below;
}

enum { MOST_TOKENS_PER_PASS = 1024, MOST_CHIPS = 1 << 24 };
static const double most_compression = 1e6; // of weights, and of latencies

// The amount of a way at which a rate is reached, as rate_with takes it.
static double amount_for(const aug_audit *audit, int way, double target) {
    switch ((aug_way)way) {
    case AUG_WAY_SPECULATION:
        return bisect(audit, way, aug_plan_tokens_per_step(audit->plan), MOST_TOKENS_PER_PASS, target);
    case AUG_WAY_WEIGHTS:
    case AUG_WAY_SPARSITY:
    case AUG_WAY_LINKS:
        return bisect(audit, way, 1.0, most_compression, target);
    case AUG_WAY_BATCH:
        if (audit->claim.per == AUG_PER_USER)
            return (double)NAN;
        return bisect_whole(audit, way, 1.0, fmax(1.0, audit->ceiling.largest_batch), target);
    case AUG_WAY_CHIPS:
        return bisect_whole(audit, way, (double)audit->plan->chips,
                            fmax(MOST_CHIPS, (double)audit->plan->chips), target);
    case AUG_WAY_COUNT:
        break;
    }
    return (double)NAN;
}

// Bits of a weight as it is stored now, scales included.
static double weight_bits(const aug_audit *audit) {
    double bits = 0.0, elements = 0.0;
    for (int i = 0; i < audit->model->stage_count; i++) {
        const aug_stage *stage = &audit->model->stages[i];
        aug_plan whole = *audit->plan;
        whole.chips = whole.tp = whole.pp = whole.ep = whole.dp = 1;
        bits += 8.0 * aug_stage_weights_bytes(stage, &whole);
        elements += aug_graph_weights(&stage->graph, false);
    }
    return elements > 0.0 ? bits / elements : 0.0;
}

// The longest latency of the links that count.
static double hop_seconds(const aug_audit *audit) {
    const aug_link *link = aug_machine_link(audit->machine, audit->ceiling.sharing);
    return link ? link->latency_seconds : 0.0;
}

// An amount as people take it: bits, share, seconds.
static double shown(const aug_audit *audit, int way, double amount) {
    return way == AUG_WAY_WEIGHTS    ? weight_bits(audit) / amount
           : way == AUG_WAY_SPARSITY ? 1.0 / amount
           : way == AUG_WAY_LINKS    ? hop_seconds(audit) / amount
                                     : amount;
}

static void remark(aug_audit_need *need, bool possible, const char *text) {
    need->possible = possible;
    need->remark = text;
}

static void remark_practice(aug_audit_need *need, const practice *row) {
    remark(need, row->possible, row->remark);
}

static void judge_batch(aug_arena *arena, const aug_audit *audit, aug_audit_need *need) {
    if (audit->claim.per == AUG_PER_USER)
        remark(need, false, "others beside a user never make it faster");
    else if (isnan(need->needed))
        remark(need, false,
               aug_arena_print(arena, "not even the %.0f that fit", audit->ceiling.largest_batch));
    else
        remark(need, true, aug_arena_print(arena, "%.0f fit", audit->ceiling.largest_batch));
}

static void judge_chips(aug_arena *arena, const aug_audit *audit, aug_audit_need *need) {
    double joined = aug_collective_joined(audit->machine);
    if (isnan(need->needed))
        remark(need, false,
               audit->claim.per == AUG_PER_CHIP ? "a rate per chip does not grow with them"
                                                : "no number of them");
    else if (need->needed > joined && audit->claim.per == AUG_PER_USER)
        remark(need, false, aug_arena_print(arena, "the machine's links join %.0f", joined));
    else
        remark(need, true, "on their peak bandwidth and latency");
}

static void judge_need(aug_arena *arena, const aug_audit *audit, double amount, aug_audit_need *need) {
    if (isnan(amount) && need->way != AUG_WAY_BATCH && need->way != AUG_WAY_CHIPS) {
        remark(need, false, "no amount of it is enough alone");
        return;
    }
    switch ((aug_way)need->way) {
    case AUG_WAY_SPECULATION:
        remark_practice(need, look_up(speculation, amount));
        break;
    case AUG_WAY_WEIGHTS:
        remark_practice(need, look_up(weights, 1.0 / need->needed));
        break;
    case AUG_WAY_SPARSITY:
        remark_practice(need, look_up(sparsity, amount));
        break;
    case AUG_WAY_BATCH:
        judge_batch(arena, audit, need);
        break;
    case AUG_WAY_CHIPS:
        judge_chips(arena, audit, need);
        break;
    case AUG_WAY_LINKS:
        remark(need, false, "the machine's are slower");
        break;
    case AUG_WAY_COUNT:
        break;
    }
}

// Ways that have a meaning here: batches where the claim leaves them open or is about all requests, links
// where they limit.
static bool applies(const aug_audit *audit, int way) {
    if (way == AUG_WAY_SPECULATION)
        return audit->model->language >= 0;
    if (way == AUG_WAY_LINKS)
        return audit->ceiling.sharing > 1.0 && hop_seconds(audit) > 0.0 &&
               audit->ceiling.tokens_per_second[AUG_CEILING_LINKS] * audit->scale <
                   audit->claim.tokens_per_second;
    return true;
}

void aug_audit_find_needs(aug_arena *arena, aug_audit *audit) {
    if (audit->verdict == AUG_VERDICT_PLAUSIBLE)
        return;
    double claimed = audit->claim.tokens_per_second, shortfall = audit->bound / audit->estimate;
    for (int way = 0; way < AUG_WAY_COUNT; way++) {
        if (!applies(audit, way))
            continue;
        aug_audit_need *need = &audit->needs[audit->need_count++];
        double amount = amount_for(audit, way, claimed);
        double estimated =
            isnan(shortfall) ? (double)NAN : amount_for(audit, way, claimed * fmax(1.0, shortfall));
        *need = (aug_audit_need){
            .way = way, .needed = shown(audit, way, amount), .estimated = shown(audit, way, estimated)};
        // Where physics allows the claim, practice is asked for what estimates lack.
        bool impossible = audit->verdict == AUG_VERDICT_IMPOSSIBLE;
        aug_audit_need asked = *need;
        if (!impossible)
            asked.needed = need->estimated;
        judge_need(arena, audit, impossible ? amount : estimated, &asked);
        need->possible = asked.possible;
        need->remark = asked.remark;
    }
}
