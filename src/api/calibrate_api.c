#include "api/context.h"

#include "report/calibrate_report.h"
#include "report/calibration_file.h"
#include "validation/calibration.h"

static aug_status run(aug_context *context, aug_answer *answer, const char *name, const char *const *tables, int count) {
    aug_calibration *found = aug_calibration_run(&context->library, &answer->arena, &answer->errors, name, tables, count);
    if (!found)
        return AUG_BAD_INPUT;
    answer->report = (aug_report){.found = found,
                                  .text = aug_calibrate_text,
                                  .json = aug_calibrate_json,
                                  .csv = aug_calibrate_csv,
                                  .predictions = aug_calibrate_predictions,
                                  .calibrated = aug_calibration_file};
    return found->count ? AUG_OK : AUG_NO;
}

aug_status aug_calibrate_run(aug_context *context, const char *name, const char *const *tables, int count, aug_answer **answer) {
    AUG_CALL(answer, run(context, *answer, name, tables, count));
}
