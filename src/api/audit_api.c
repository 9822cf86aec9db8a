#include "api/estimate_api.h"

#include "kernel/kernels.h"
#include "machine/silicon.h"
#include "report/audit_report.h"

#include <math.h>
#include <string.h>

aug_audit_options aug_audit_options_default(void) {
    aug_audit_options options = {.deployment = aug_estimate_options_default()};
    options.deployment.batch = 0;
    options.deployment.in_tokens = 1;
    return options;
}

static bool read_claim(aug_errors *errors, const aug_audit_options *options, aug_claim *claim) {
    *claim = (aug_claim){.tokens_per_second = options->tokens_per_s,
                         .per = AUG_PER_USER,
                         .batch_said = options->deployment.batch > 0};
    bool good = options->tokens_per_s > 0.0 && isfinite(options->tokens_per_s);
    if (!good)
        aug_error_add(errors, NULL, "tokens-per-s: expected a rate above 0");
    if (!options->per)
        return good;
    for (claim->per = 0; claim->per < AUG_PER_COUNT; claim->per++)
        if (strcmp(options->per, aug_audit_per_names[claim->per]) == 0)
            return good;
    aug_error_hint(aug_error_add(errors, NULL, "per: unknown '%.40s'", options->per),
                   "known are user, chip, system");
    return false;
}

static bool find_metric(const void *found, const char *key, double *value) {
    const aug_audit *audit = found;
    const struct {
        const char *key;
        double value;
    } figures[] = {{"bound", audit->bound},
                   {"margin", audit->margin},
                   {"claimed", audit->claim.tokens_per_second},
                   {"estimate", audit->estimate}};
    for (size_t i = 0; i < AUG_COUNT(figures); i++) {
        *value = figures[i].value;
        if (strcmp(key, figures[i].key) == 0)
            return isfinite(*value);
    }
    return false;
}

static aug_status run(aug_context *context, aug_answer *answer, const char *model_name,
                      const char *machine_name, const aug_audit_options *options) {
    aug_arena *arena = &answer->arena;
    aug_plan *plan = AUG_NEW(arena, aug_plan);
    aug_scenario scenario;
    aug_estimate_wishes unused = {.mapped = NULL};
    aug_claim claim;
    aug_estimate_options wish = options->deployment;
    wish.batch = wish.batch ? wish.batch : 1;
    const aug_model *model = aug_model_load(&context->library, arena, &answer->errors, model_name);
    bool good = aug_estimate_read_wish(context, answer, &wish, model, plan, &scenario, &unused);
    good &= read_claim(&answer->errors, options, &claim);
    aug_machine *machine = aug_machine_load(&context->library, arena, &answer->errors, machine_name);
    if (!good || !model || !machine)
        return AUG_BAD_INPUT;
    if (!aug_silicon_load(&context->library, arena, &answer->errors, machine) ||
        !aug_kernels_attach(&context->library, arena, &answer->errors, machine))
        return AUG_BAD_INPUT;
    aug_audit *audit = AUG_NEW(arena, aug_audit);
    aug_audit_make(arena, model, machine, &scenario, plan, &claim, audit);
    answer->report = (aug_report){.found = audit,
                                  .text = aug_audit_text,
                                  .json = aug_audit_json,
                                  .csv = aug_audit_csv,
                                  .metric = find_metric};
    return audit->verdict == AUG_VERDICT_IMPOSSIBLE ? AUG_NO : AUG_OK;
}

aug_status aug_audit_run(aug_context *context, const char *model, const char *machine,
                         const aug_audit_options *options, aug_answer **answer) {
    AUG_CALL(answer, run(context, *answer, model, machine, options));
}
