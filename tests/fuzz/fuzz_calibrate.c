// Any bytes as a table of measurements that a machine, a family and a library are fitted to: constants stay within their limits, and the
// file that comes of it can be read. Long tables are cut: a fit takes as long as it has rows.
#include "fuzz_file.h"

#include "report/calibration_file.h"
#include "report/calibrate_report.h"
#include "validation/calibration.h"

#include <math.h>

enum { LONGEST = 4096 };

static void require_limits(const aug_calibration *found) {
    for (int i = 0; i < found->count; i++) {
        const aug_calibrated *item = &found->items[i];
        const aug_kernel_model *model = aug_kernel_models[item->kind];
        fuzz_require(item->rows >= AUG_CALIBRATION_LEAST, "what is fitted has enough rows");
        for (int k = 0; !item->formats && k < model->constant_count; k++)
            fuzz_require(item->after[k] >= model->constants[k].low && item->after[k] <= model->constants[k].high, "constants lie within their limits");
        fuzz_require(!item->formats || (item->after[0] >= 0.0 && isfinite(item->after[0])), "an overhead is a time");
    }
}

static void fit(fuzz_ground *ground, const char *name, const char *path) {
    const aug_library library = fuzz_library();
    const char *const tables[] = {path};
    ground->errors = (aug_errors){0};
    const aug_calibration *found = aug_calibration_run(&library, &ground->arena, &ground->errors, name, tables, 1);
    fuzz_require_errors(ground, found != NULL);
    if (!found)
        return;
    require_limits(found);
    aug_buffer out;
    aug_buffer_init(&out, &ground->arena);
    aug_calibrate_text(&out, found);
    aug_calibrate_csv(&out, found);
    aug_buffer_init(&out, &ground->arena);
    aug_calibration_file(&out, found);
    const char *text = aug_buffer_text(&out);
    fuzz_require(aug_document_parse(&ground->arena, &ground->errors, "fitted", text, strlen(text)) != NULL, "the file that is written can be read");
}

static void calibrate(fuzz_ground *ground, const char *text, size_t length) {
    const char *path = fuzz_write_file(text, length < LONGEST ? length : LONGEST);
    fit(ground, "h100-sxm", path);
    fit(ground, "hopper", path);
    fit(ground, "vllm", path);
}

FUZZ_TARGET(calibrate)
