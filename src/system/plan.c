#include "system/plan.h"

#include <math.h>
#include <stddef.h>

static const aug_field rows[] = {
    AUG_ROW_COUNT(aug_plan, chips, "chips", "1", "chips of the whole deployment"),
    AUG_ROW_COUNT(aug_plan, tp, "tp", NULL, "chips that share every layer; found where missing"),
    AUG_ROW_COUNT(aug_plan, pp, "pp", NULL, "pipeline stages; found where missing"),
    AUG_ROW_COUNT(aug_plan, ep, "ep", NULL, "groups that the experts are spread over; found where missing"),
    AUG_ROW_COUNT(aug_plan, dp, "dp", NULL, "replicas; found where missing"),
    AUG_ROW_COUNT(aug_plan, cp, "cp", NULL, "groups that share each sequence, tokens of a prompt and cache of a context; found where missing"),
    AUG_ROW_COUNT(aug_plan, moe_tp, "moe_tp", NULL, "chips that share each expert; tp / ep where missing, 1 at least"),
    AUG_ROW_WORD(aug_plan, weights, "weights", aug_format_names, NULL, "number format of linear layers; the model's own where missing"),
    AUG_ROW_WORD(aug_plan, activations, "activations", aug_format_names, NULL, "number format of their inputs; what goes with the weights where missing"),
    AUG_ROW_WORD(aug_plan, cache, "kv", aug_format_names, NULL, "number format of cached keys and values"),
    AUG_ROW_COUNT(aug_plan, chunk, "chunk", NULL, "chunked prefill: tokens of a pass, those of decoding requests and of pieces of prompts; prompts run apart where missing"),
    AUG_ROW_COUNT(aug_plan, speculate, "speculate", NULL, "tokens that a draft proposes per decode step, which the model verifies in one pass; none where missing"),
    AUG_ROW_QUANTITY(aug_plan, acceptance, "acceptance", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, NULL, "of speculation: chance that a proposed token is taken, those before it being taken; 0 to 1"),
    AUG_ROW_QUANTITY(aug_plan, power_cap_watts, "power_cap", AUG_DIMENSION_WATTS, AUG_POSITIVE, NULL, "most power that each chip may draw: its clock falls until that holds; none where missing"),
    AUG_ROW_WORD(aug_plan, experts, "experts", aug_format_names, NULL, "number format of routed experts, where it differs from weights"),
};

const aug_fields aug_plan_fields = {
    .name = "plan",
    .about = "How a model is spread over chips: chips = tp x pp x dp.",
    .rows = rows,
    .count = AUG_COUNT(rows),
};

aug_plan aug_plan_default(void) {
    aug_plan plan = {.draft = NULL};
    aug_fields_default(&aug_plan_fields, &plan);
    return plan;
}

static aug_error *report(const aug_reader *reader, const aug_node *map, const char *key, const char *message) {
    const aug_node *node = map ? aug_node_peek(map, key) : NULL;
    aug_place place = node ? aug_node_place(node) : (aug_place){0};
    return aug_error_add(reader->errors, node ? &place : NULL, "%s: %s", key, message);
}

// `meeting`: chips that meet at the experts, those of one expert counted once unless all are said.
static bool expert_groups_fit(uint64_t ep, uint64_t tp, uint64_t dp, bool all) {
    if (all && ep < tp)
        return false;
    return ep <= tp ? tp % ep == 0 : ep % tp == 0 && (tp * dp) % ep == 0;
}

enum { MOST_SPECULATED = 64 };

static bool check_speculation(const aug_reader *reader, const aug_node *map, const aug_plan *plan) {
    bool said = !isnan(plan->acceptance);
    if (plan->speculate > MOST_SPECULATED) {
        report(reader, map, "speculate", "expected 0 to 64 tokens");
        return false;
    }
    if (plan->speculate && !said) {
        aug_error_hint(report(reader, map, "speculate", "needs an acceptance"), "the chance that a proposed token is taken, 0.8");
        return false;
    }
    if (said && !plan->speculate && !(map && aug_node_peek(map, "speculate"))) { // none may be one choice of a study
        aug_error_hint(report(reader, map, "acceptance", "nothing is speculated"), "say how many tokens: speculate 4");
        return false;
    }
    if (said && !(plan->acceptance >= 0.0 && plan->acceptance <= 1.0)) {
        report(reader, map, "acceptance", "expected 0 to 1");
        return false;
    }
    return true;
}

bool aug_plan_check(const aug_reader *reader, const aug_node *map, const aug_plan *plan) {
    if (!check_speculation(reader, map, plan))
        return false;
    if (plan->chips < 1 || plan->chips > 1000000) {
        report(reader, map, "chips", "expected 1 to 1000000");
        return false;
    }
    const struct {
        const char *key;
        uint64_t value;
    } degrees[] = {{"tp", plan->tp}, {"pp", plan->pp}, {"dp", plan->dp}, {"cp", plan->cp}};
    uint64_t product = 1;
    for (size_t i = 0; i < AUG_COUNT(degrees); i++) {
        if (degrees[i].value > plan->chips || (degrees[i].value && plan->chips % (product * degrees[i].value) != 0)) {
            aug_error *error = report(reader, map, degrees[i].key, "does not divide the chips");
            aug_error_hint(error, plan->cp ? "chips = tp x cp x pp x dp" : "chips = tp x pp x dp");
            return false;
        }
        if (degrees[i].value)
            product *= degrees[i].value;
    }
    if (plan->tp && plan->pp && plan->dp && product != plan->chips) {
        aug_error_hint(report(reader, map, "chips", plan->cp ? "is not tp x cp x pp x dp" : "is not tp x pp x dp"), "leave one of them out");
        return false;
    }
    uint64_t meeting = plan->ep * (plan->moe_tp ? plan->moe_tp : 1);
    if (plan->moe_tp > plan->chips || plan->ep > plan->chips ||
        (plan->ep && plan->tp && plan->dp && !expert_groups_fit(meeting, plan->tp, plan->dp, plan->moe_tp > 0))) {
        if (plan->moe_tp)
            aug_error_hint(report(reader, map, "moe_tp", "does not fit ep, tp and dp"),
                           "ep x moe_tp is tp, or a multiple of tp that divides tp x dp");
        else
            aug_error_hint(report(reader, map, "ep", "does not fit tp and dp"),
                           "ep divides tp, or is a multiple of tp that divides tp x dp");
        return false;
    }
    return true;
}

bool aug_plan_read(const aug_reader *reader, const aug_node *map, aug_plan *plan) {
    plan->draft = NULL;
    return aug_fields_read(reader, map, &aug_plan_fields, plan) && aug_plan_check(reader, map, plan);
}

bool aug_plan_is_complete(const aug_plan *plan) {
    return plan->tp && plan->pp && plan->ep && plan->dp && plan->tp * aug_plan_context(plan) * plan->pp * plan->dp == plan->chips;
}

static bool agrees(uint64_t wanted, uint64_t value) {
    return wanted == 0 || wanted == value;
}

enum { MOST_DIVISORS = 256 }; // no number up to 1000000 has more than 240

static int find_divisors(uint64_t number, uint64_t divisors[MOST_DIVISORS]) {
    int count = 0;
    for (uint64_t i = 1; i <= number && count < MOST_DIVISORS; i++)
        if (number % i == 0)
            divisors[count++] = i;
    return count;
}

typedef struct plan_walk {
    const aug_plan *wanted;
    const aug_plan_space *space;
    uint64_t divisors[MOST_DIVISORS]; // of the chips
    int count;
    bool (*visit)(void *user, const aug_plan *plan);
    void *user;
} plan_walk;

// Expert groups of one tp and dp. Without experts there is one plan, with one group.
static bool each_expert_group(const plan_walk *walk, aug_plan *plan) {
    bool experts = walk->space->experts;
    for (int i = 0; i < (experts ? walk->count : 1); i++) {
        uint64_t ep = walk->divisors[i], meeting = ep * (plan->moe_tp && experts ? plan->moe_tp : 1);
        if ((experts && !agrees(walk->wanted->ep, ep)) || !expert_groups_fit(meeting, plan->tp, plan->dp, plan->moe_tp && experts) ||
            (meeting > plan->tp && (double)(meeting * plan->pp) > walk->space->joined))
            continue;
        plan->ep = ep;
        if (!walk->visit(walk->user, plan))
            return false;
    }
    return true;
}

// The ways to cut one replica of `share` chips whose groups that share sequences are chosen.
static bool each_cut_of(const plan_walk *walk, aug_plan *plan, uint64_t share) {
    for (int p = 0; p < walk->count && walk->divisors[p] <= share; p++) {
        plan->pp = walk->divisors[p];
        plan->tp = share / plan->pp / plan->cp;
        if (share % (plan->pp * plan->cp) != 0 || (double)plan->pp > walk->space->layers ||
            !agrees(walk->wanted->pp, plan->pp) || !agrees(walk->wanted->tp, plan->tp))
            continue;
        if (!each_expert_group(walk, plan))
            return false;
    }
    return true;
}

static bool each_cut(const plan_walk *walk, aug_plan *plan, uint64_t share) {
    plan->cp = aug_plan_context(walk->wanted);
    if (!each_cut_of(walk, plan, share))
        return false;
    if (walk->wanted->cp || !walk->space->contexts)
        return true;
    for (int i = 0; i < walk->count && walk->divisors[i] <= share; i++) {
        plan->cp = walk->divisors[i];
        if (plan->cp > 1 && !each_cut_of(walk, plan, share))
            return false;
    }
    return true;
}

void aug_plan_each(const aug_plan *wanted, const aug_plan_space *space, bool (*visit)(void *user, const aug_plan *plan),
                   void *user) {
    plan_walk walk = {.wanted = wanted, .space = space, .visit = visit, .user = user};
    walk.count = find_divisors(wanted->chips, walk.divisors);
    aug_plan plan = *wanted;
    for (int r = 0; r < walk.count && (double)walk.divisors[r] <= fmax(1.0, space->joined); r++) {
        plan.dp = wanted->chips / walk.divisors[r];
        if (agrees(wanted->dp, plan.dp) && !each_cut(&walk, &plan, walk.divisors[r]))
            return;
    }
}

uint64_t aug_plan_context(const aug_plan *plan) {
    return plan->cp ? plan->cp : 1;
}

double aug_plan_layer_chips(const aug_plan *plan) {
    return (double)(plan->tp * aug_plan_context(plan));
}

double aug_plan_tokens_per_step(const aug_plan *plan) {
    double tokens = 1.0, chance = 1.0;
    for (uint64_t i = 0; i < plan->speculate; i++) {
        chance *= plan->acceptance;
        tokens += chance;
    }
    return tokens;
}

aug_plan aug_plan_of_draft(const aug_plan *plan) {
    aug_plan beside = *plan;
    beside.chips /= beside.pp;
    beside.pp = 1;
    beside.speculate = 0;
    beside.draft = NULL;
    if (plan->draft)
        beside.weights = beside.activations = beside.experts = -1;
    return beside;
}

aug_split aug_plan_split(const aug_plan *plan) {
    aug_split split = {.tensor = (double)plan->tp, .expert_groups = (double)plan->ep};
    if (plan->moe_tp) {
        split.expert_tensor = (double)plan->moe_tp;
        split.expert_tokens = fmax(1.0, (double)(plan->ep * plan->moe_tp) / (double)plan->tp);
        return split;
    }
    split.expert_tensor = plan->ep <= plan->tp ? (double)(plan->tp / plan->ep) : 1.0;
    split.expert_tokens = plan->ep <= plan->tp ? 1.0 : (double)(plan->ep / plan->tp);
    return split;
}

static aug_number_format format_of(int value) {
    return value < 0 ? AUG_FORMAT_NONE : (aug_number_format)value;
}

aug_precision aug_plan_precision(const aug_plan *plan, const aug_precision *own) {
    aug_precision precision =
        aug_precision_override(own, format_of(plan->weights), format_of(plan->activations), format_of(plan->cache));
    if (format_of(plan->experts) != AUG_FORMAT_NONE)
        precision.of[AUG_STORAGE_EXPERT] = format_of(plan->experts);
    return precision;
}
