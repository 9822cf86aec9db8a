#include "api/context.h"

#include "report/calibrate_report.h"
#include "report/calibration_file.h"
#include "report/server_fit_report.h"
#include "validation/calibration.h"
#include "validation/server_fit.h"

// Serving runs tell constants of servers, other tables those of kernels.
static aug_status fit_server(aug_context *context, aug_answer *answer, const char *name, const char *const *tables, int count) {
    aug_server_fit *found = aug_server_fit_run(&context->library, &answer->arena, &answer->errors, name, tables, count);
    if (!found)
        return AUG_BAD_INPUT;
    answer->report = (aug_report){.found = found,
                                  .text = aug_server_fit_text,
                                  .json = aug_server_fit_json,
                                  .csv = aug_server_fit_csv,
                                  .predictions = aug_server_fit_predictions,
                                  .calibrated = aug_server_fit_file};
    return found->rows ? AUG_OK : AUG_NO;
}

static aug_status run(aug_context *context, aug_answer *answer, const char *name, const char *const *tables, int count) {
    if (count > 0 && aug_server_fit_takes(&answer->arena, tables[0]))
        return fit_server(context, answer, name, tables, count);
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
