// Any bytes as a model of any kind: a model file, a workload file with its einsums, or a config. What is read is
// estimated on a shipped machine.
#include "fuzz_estimate.h"

static void read_model(fuzz_ground *ground, const char *text, size_t length) {
    static char name[] = AUG_TEST_DATA "/models/input.yaml"; // parts are looked for beside it
    const aug_library library = fuzz_library();
    const aug_document *document = aug_document_parse(&ground->arena, &ground->errors, name, text, length);
    if (!document || !document->root)
        return;
    const aug_model *model = aug_model_read(&library, &ground->reader, document, "input");
    fuzz_require_errors(ground, model != NULL);
    if (model)
        fuzz_estimate_model(ground, model);
}

FUZZ_TARGET(read_model)
