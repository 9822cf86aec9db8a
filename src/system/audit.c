#include "system/audit.h"

#include "system/plan_search.h"

#include <math.h>

const char *const aug_audit_per_names[AUG_PER_COUNT + 1] = {"user", "chip", "system", NULL};
const char *const aug_verdict_names[] = {"impossible", "above estimates", "plausible"};

static const struct {
    const char *key, *unit;
} ways[] = {
#define ROW(suffix, key, unit) {key, unit},
    AUG_WAYS(ROW)
#undef ROW
};

const char *aug_way_key(int way) {
    return ways[way].key;
}

const char *aug_way_unit(int way) {
    return ways[way].unit;
}

// Doublings of the batch that are tried where the claim does not say one.
enum { DOUBLINGS = 24 };

// The batch that a bound is for: the largest that fits, where it is free. A larger one never lowers the rate
// of all requests.
static void settle_batch(aug_audit *audit) {
    if (audit->claim.batch_said)
        return;
    audit->scenario.batch = 1;
    if (audit->claim.per == AUG_PER_USER)
        return;
    aug_ceiling_ask ask = aug_ceiling_ask_of(audit->model, audit->machine, &audit->scenario, audit->plan);
    double largest = aug_ceiling_find(&ask).largest_batch;
    audit->scenario.batch = (uint64_t)fmax(1.0, fmin(largest, 0x1p40));
}

// ---- The estimate

typedef struct interval {
    double seconds, low, high;
} interval;

static void add_interval(void *user, const aug_operator_cost *cost) {
    interval *sum = user;
    sum->seconds += cost->seconds;
    sum->low += cost->seconds * cost->low;
    sum->high += cost->seconds * cost->high;
}

// The multiples of the estimated time between which 80 % of measurements are expected, over all phases.
static interval find_interval(const aug_outcome *outcome) {
    interval sum = {0};
    for (int i = 0; i < outcome->phase_count; i++)
        aug_phase_evaluate(&outcome->phases[i].input, add_interval, &sum);
    return sum.seconds > 0.0 ? (interval){sum.seconds, sum.low / sum.seconds, sum.high / sum.seconds}
                             : (interval){0.0, 1.0, 1.0};
}

// The rate of the best plan at one batch, in the claim's terms; NaN where none fits.
static double try_batch(aug_arena *arena, const aug_audit *audit, const aug_scenario *scenario,
                        aug_outcome *outcome) {
    aug_deployment *deployment = AUG_NEW(arena, aug_deployment);
    aug_deployment_init(deployment, audit->model, audit->machine, scenario, NULL);
    aug_plan_list *list = aug_plan_list_make(arena, deployment, audit->plan);
    aug_plan_list_bound(list, deployment);
    if (aug_plan_list_best(list, deployment, outcome) != AUG_FIT_OK)
        return (double)NAN;
    double one = audit->model->language >= 0 ? 1.0 / outcome->tpot_seconds : 1.0 / outcome->latency_seconds;
    return audit->claim.per == AUG_PER_USER ? one : outcome->tokens_per_second * audit->scale;
}

// Users are served by the plan of the shortest answer, their prompts being there already; a deployment by
// that of the most tokens per second, at the batch that is said or at the best of powers of two.
static void find_estimate(aug_arena *arena, aug_audit *audit) {
    aug_scenario *scenario = AUG_NEW(arena, aug_scenario);
    *scenario = audit->scenario;
    bool user = audit->claim.per == AUG_PER_USER;
    if (user) {
        scenario->period_seconds = 1.0; // plans compete by latency
        scenario->cache_hit = 1.0;
    }
    bool given = audit->claim.batch_said || user;
    audit->estimate = (double)NAN;
    for (int i = 0; i < (given ? 1 : DOUBLINGS); i++) {
        if (!given)
            scenario->batch = UINT64_C(1) << i;
        if ((double)scenario->batch > audit->ceiling.largest_batch)
            break;
        aug_outcome *outcome = AUG_NEW(arena, aug_outcome); // phases point into it
        double rate = try_batch(arena, audit, scenario, outcome);
        if (isnan(rate) || rate <= audit->estimate)
            continue;
        audit->estimate = rate;
        audit->estimate_batch = (double)scenario->batch;
        audit->outcome = outcome;
    }
    if (!audit->outcome)
        return;
    interval multiples = find_interval(audit->outcome);
    audit->estimate_low = audit->estimate / multiples.high;
    audit->estimate_high = fmin(audit->estimate / multiples.low, fmax(audit->bound, audit->estimate));
}

static int judge(const aug_audit *audit) {
    double claimed = audit->claim.tokens_per_second;
    if (claimed > audit->bound)
        return AUG_VERDICT_IMPOSSIBLE;
    return !isnan(audit->estimate) && claimed <= audit->estimate_high ? AUG_VERDICT_PLAUSIBLE
                                                                      : AUG_VERDICT_ABOVE_ESTIMATES;
}

void aug_audit_make(aug_arena *arena, const aug_model *model, const aug_machine *machine,
                    const aug_scenario *scenario, const aug_plan *plan, const aug_claim *claim,
                    aug_audit *audit) {
    *audit =
        (aug_audit){.model = model, .machine = machine, .plan = plan, .scenario = *scenario, .claim = *claim};
    audit->scale = claim->per == AUG_PER_CHIP ? 1.0 / (double)plan->chips : 1.0;
    audit->precision =
        aug_plan_precision(plan, &model->stages[model->language >= 0 ? model->language : 0].precision);
    settle_batch(audit);
    aug_ceiling_ask ask = aug_ceiling_ask_of(model, machine, &audit->scenario, plan);
    ask.per_user = claim->per == AUG_PER_USER;
    audit->ceiling = aug_ceiling_find(&ask);
    audit->bound = audit->ceiling.least * audit->scale;
    audit->margin = audit->bound / claim->tokens_per_second;
    find_estimate(arena, audit);
    audit->verdict = judge(audit);
    aug_audit_find_needs(arena, audit);
}
