// Any bytes as a technology; a shipped machine is modelled in what is read.
#include "fuzz.h"

#include "machine/silicon.h"

static void read_technology(fuzz_ground *ground, const char *text, size_t length) {
    const aug_node *root = fuzz_root(ground, text, length);
    if (!root)
        return;
    aug_technology *technology = AUG_NEW(&ground->arena, aug_technology);
    bool good = aug_technology_read(&ground->reader, root, "input", technology);
    fuzz_require_errors(ground, good);
    if (!good)
        return;
    const aug_library library = fuzz_library();
    aug_machine *machine = aug_machine_load(&library, &ground->arena, &ground->errors, "eyeriss-like");
    fuzz_require(machine != NULL, "a shipped machine can be read");
    aug_silicon silicon = aug_silicon_model(machine, technology);
    fuzz_require(!(silicon.area_mm2 < 0.0), "no area is negative");
    aug_silicon_complete(machine, technology);
}

FUZZ_TARGET(read_technology)
