// Any bytes as an inventory of dies; a shipped machine is modelled with what is read.
#include "fuzz.h"

#include "machine/silicon.h"

static void read_dies(fuzz_ground *ground, const char *text, size_t length) {
    const aug_node *root = fuzz_root(ground, text, length);
    if (!root)
        return;
    aug_dies *dies = AUG_NEW(&ground->arena, aug_dies);
    bool good = aug_dies_read(&ground->reader, root, "input", dies);
    fuzz_require_errors(ground, good);
    const aug_library library = fuzz_library();
    if (!good || !aug_dies_equip(&library, &ground->arena, &ground->errors, dies))
        return;
    aug_machine *machine = aug_machine_load(&library, &ground->arena, &ground->errors, "h100-sxm");
    fuzz_require(machine != NULL, "a shipped machine can be read");
    aug_silicon silicon = aug_silicon_of(dies, machine);
    fuzz_require(!(silicon.area_mm2 < 0.0) && !(silicon.cost_usd < 0.0), "no area and no cost is negative");
}

FUZZ_TARGET(read_dies)
