// Any bytes as a study: its choices are tried, its points are not evaluated.
#include "fuzz.h"

#include "design/study.h"

static void read_study(fuzz_ground *ground, const char *text, size_t length) {
    static char name[] = AUG_TEST_DATA "/studies/input.yaml";
    const aug_library library = fuzz_library();
    const aug_document *document = aug_document_parse(&ground->arena, &ground->errors, name, text, length);
    if (!document || !document->root)
        return;
    const aug_study *study = aug_study_read(&library, &ground->arena, &ground->errors, document, "input");
    fuzz_require_errors(ground, study != NULL);
    if (!study)
        return;
    fuzz_require(study->space.count > 0, "a study has a point");
    uint64_t count = 1;
    for (int c = 0; c < study->space.choice_count; c++)
        if (study->space.choices[c].leader < 0)
            count *= (uint64_t)study->space.choices[c].count;
    fuzz_require(count == study->space.count, "a study has as many points as its free choices multiply to");
}

FUZZ_TARGET(read_study)
