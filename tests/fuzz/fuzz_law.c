// Any bytes as a scaling law.
#include "fuzz.h"

#include "design/quality.h"

static void read_law(fuzz_ground *ground, const char *text, size_t length) {
    const aug_node *root = fuzz_root(ground, text, length);
    if (!root)
        return;
    aug_law law;
    bool good = aug_law_read(&ground->reader, root, "input", &law);
    fuzz_require_errors(ground, good);
    if (!good)
        return;
    aug_precision precision = aug_precision_of(AUG_FORMAT_BF16);
    aug_law_loss(&law, 8e9, 15e12, &precision);
    aug_law_covers(&law, 8e9, 15e12);
}

FUZZ_TARGET(read_law)
