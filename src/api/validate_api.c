#include "api/context.h"

#include "report/validate_report.h"

aug_validate_options aug_validate_options_default(void) {
    return (aug_validate_options){0};
}

static aug_status run(aug_context *context, aug_answer *answer, const char *table, const char *machine) {
    aug_validation *found = aug_validation_run(&context->library, &answer->arena, &answer->errors, table, machine);
    if (!found)
        return AUG_BAD_INPUT;
    answer->report = (aug_report){.found = found,
                                  .text = aug_validate_text,
                                  .json = aug_validate_json,
                                  .csv = aug_validate_csv,
                                  .predictions = aug_validate_predictions};
    return found->answered ? AUG_OK : AUG_NO;
}

aug_status aug_validate_run(aug_context *context, const char *table, const aug_validate_options *options, aug_answer **answer) {
    AUG_CALL(answer, run(context, *answer, table, options->machine));
}
