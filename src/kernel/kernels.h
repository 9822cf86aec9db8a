// The kernel models of one machine with the constants that hold for it, and the call of any of them.
//
// Constants are looked up from the general to the special: the start values of a model's table (data sheet), the families
// above a machine's own (data sheet still: what holds for GPUs at large), its family, its own file. The last that states a kind says
// where its constants come from and how far measured times lie from its predictions.
#ifndef AUG_KERNEL_KERNELS_H
#define AUG_KERNEL_KERNELS_H

#include "kernel/chip.h"
#include "kernel/kernel_kinds.h"
#include "kernel/usual.h"
#include "text/fields.h"

enum { AUG_FAMILY_DEPTH = 8 };

// What a file states for one kind.
typedef struct aug_kernel_fit {
    double constants[AUG_CONSTANTS];
    int basis;                                  // aug_basis
    double low[AUG_REGIMES], high[AUG_REGIMES]; // 80 % of measured times lie between these multiples of the prediction
    double rows;                                // measurements that the constants were fitted to; 0: none
    double error;                               // median absolute error on rows held back, a ratio; NaN: not known
    const char *origin;                         // name of the machine or family; NULL: start values
} aug_kernel_fit;

typedef struct aug_kernels {
    aug_kernel_fit fits[AUG_KERNEL_KIND_COUNT];
    const aug_software *software; // that runs where nobody says which; never NULL
    aug_usual usual;              // how it works
    const char *families[AUG_FAMILY_DEPTH]; // its own first, then those above
    int family_count;
} aug_kernels;

// A family of machines: "auger: family/1".
typedef struct aug_machine_family {
    const char *name, *about, *parent, *library;
    const aug_node *kernels, *sources;
} aug_machine_family;

extern const aug_fields aug_machine_family_fields;

bool aug_machine_family_read(const aug_reader *reader, const aug_node *root, const char *name, aug_machine_family *family);
aug_machine_family *aug_machine_family_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name);

// The constants that hold for a machine. NULL with errors added where its file, its families or its library are wrong.
aug_kernels *aug_kernels_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const aug_machine *machine);
// Loads them into machine->models where the machine has a family or constants of its own; without either it keeps its
// roofline. False with errors added.
bool aug_kernels_attach(const aug_library *library, aug_arena *arena, aug_errors *errors, aug_machine *machine);
// Reads one map of kinds over what `kernels` holds; constants that are stated have this basis and origin.
bool aug_kernels_overlay(const aug_reader *reader, const aug_node *map, aug_basis basis, const char *origin, aug_kernels *kernels);
// Start values alone, with no software.
void aug_kernels_start(aug_kernels *kernels);

// The time of one call under a kind's constants.
static inline aug_kernel_time aug_kernel_call(aug_kernel_kind kind, const aug_chip *chip, const double *constants,
                                              const aug_kernel_shape *shape) {
    switch (kind) {
#define ROW(suffix, name)                                                                                    \
    case AUG_KERNEL_KIND_##suffix:                                                                           \
        return aug_##name##_time(chip, constants, &shape->name);
        AUG_KERNEL_KINDS(ROW)
#undef ROW
    case AUG_KERNEL_KIND_COUNT:
        break;
    }
    return (aug_kernel_time){0};
}

// Sets what the software adds to a call.
static inline void aug_kernel_set_software(aug_kernel_kind kind, double seconds, aug_kernel_shape *shape) {
    switch (kind) {
#define ROW(suffix, name)                                                                                    \
    case AUG_KERNEL_KIND_##suffix:                                                                           \
        shape->name.software_seconds = seconds;                                                              \
        break;
        AUG_KERNEL_KINDS(ROW)
#undef ROW
    case AUG_KERNEL_KIND_COUNT:
        break;
    }
}

// "compute", "memory", "cache", "links", "latency": what limits a kernel, for people.
const char *aug_kernel_bound_name(aug_kernel_bound bound);

#endif
