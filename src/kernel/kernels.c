#include "kernel/kernels.h"

#include "base/spelling.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

static const aug_software no_software = {.name = "none"};

const char *aug_kernel_bound_name(aug_kernel_bound bound) {
    static const char *const names[] = {[AUG_KERNEL_COMPUTE] = "matrix units", [AUG_KERNEL_VECTOR] = "vector units",
                                        [AUG_KERNEL_POWER] = "power", [AUG_KERNEL_MEMORY] = "memory",
                                        [AUG_KERNEL_CACHE] = "cache",          [AUG_KERNEL_LINK] = "links",
                                        [AUG_KERNEL_LATENCY] = "latency"};
    return names[bound];
}

void aug_kernels_start(aug_kernels *kernels) {
    *kernels = (aug_kernels){.software = &no_software};
    for (int kind = 0; kind < AUG_KERNEL_KIND_COUNT; kind++) {
        aug_kernel_fit *fit = &kernels->fits[kind];
        const aug_kernel_model *model = aug_kernel_models[kind];
        fit->basis = AUG_BASIS_DATASHEET;
        fit->error = (double)NAN;
        for (int i = 0; i < model->constant_count; i++)
            fit->constants[i] = model->constants[i].start;
        for (int r = 0; r < AUG_REGIMES; r++) {
            fit->low[r] = 0.5;
            fit->high[r] = 2.0;
        }
    }
}

// "expected 0.2 to 1".
static bool within_limits(const aug_reader *reader, const aug_node *node, const aug_constant *constant, double value) {
    if (value >= constant->low && value <= constant->high)
        return true;
    aug_shown low = aug_show(constant->low, (aug_dimension)constant->dimension), high = aug_show(constant->high, (aug_dimension)constant->dimension);
    aug_error *error = aug_node_error(reader->errors, node, "constant '%s' is %.40s, beyond its physical limits", constant->name, node->text);
    aug_error_hint(error, "expected %s to %s", low.text, high.text);
    return false;
}

// {regime: [low, high]}.
static bool read_spread(const aug_reader *reader, const aug_node *map, const aug_kernel_model *model, aug_kernel_fit *fit) {
    if (map->kind != AUG_NODE_MAP) {
        aug_node_error(reader->errors, map, "expected a map of regimes, found %s", aug_node_noun(reader->arena, map));
        return false;
    }
    bool good = true;
    for (const aug_node *row = map->first; row; row = row->next) {
        int regime = 0;
        while (regime < model->regime_count && strcmp(model->regimes[regime], row->key) != 0)
            regime++;
        double low, high;
        if (regime == model->regime_count) {
            aug_spelling spelling = {.wanted = row->key};
            for (int i = 0; i < model->regime_count; i++)
                aug_spelling_offer(&spelling, model->regimes[i]);
            aug_error *error = aug_node_key_error(reader->errors, row, "unknown regime '%.60s' of %s", row->key, model->name);
            aug_spelling_hint(&spelling, error);
            good = false;
        } else if (row->kind != AUG_NODE_LIST || row->count != 2) {
            aug_node_error(reader->errors, row, "expected [low, high]: multiples of the prediction");
            good = false;
        } else if (aug_scalar_quantity(reader, row->first, AUG_DIMENSION_NUMBER, AUG_POSITIVE, &low) &&
                   aug_scalar_quantity(reader, row->first->next, AUG_DIMENSION_NUMBER, AUG_POSITIVE, &high)) {
            fit->low[regime] = fmin(low, high);
            fit->high[regime] = fmax(low, high);
        } else {
            good = false;
        }
    }
    return good;
}

static bool read_constant(const aug_reader *reader, const aug_node *node, const aug_kernel_model *model, aug_kernel_fit *fit) {
    for (int i = 0; i < model->constant_count; i++) {
        const aug_constant *constant = &model->constants[i];
        if (strcmp(constant->name, node->key) != 0)
            continue;
        double value;
        if (!aug_scalar_quantity(reader, node, (aug_dimension)constant->dimension, AUG_NOT_NEGATIVE, &value) ||
            !within_limits(reader, node, constant, value))
            return false;
        fit->constants[i] = value;
        return true;
    }
    if (strcmp(node->key, "spread") == 0)
        return read_spread(reader, node, model, fit);
    if (strcmp(node->key, "rows") == 0)
        return aug_scalar_quantity(reader, node, AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, &fit->rows);
    if (strcmp(node->key, "error") == 0)
        return aug_scalar_quantity(reader, node, AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, &fit->error);
    aug_spelling spelling = {.wanted = node->key};
    for (int i = 0; i < model->constant_count; i++)
        aug_spelling_offer(&spelling, model->constants[i].name);
    aug_error *error = aug_node_key_error(reader->errors, node, "unknown constant '%.60s' of %s", node->key, model->name);
    aug_spelling_hint(&spelling, error);
    return false;
}

static bool read_kind(const aug_reader *reader, const aug_node *node, aug_basis basis, const char *origin, aug_kernels *kernels) {
    aug_kernel_kind kind;
    if (!aug_kernel_kind_read(reader, node, &kind))
        return false;
    if (node->kind != AUG_NODE_MAP) {
        aug_node_error(reader->errors, node, "expected a map of constants, found %s", aug_node_noun(reader->arena, node));
        return false;
    }
    aug_kernel_fit *fit = &kernels->fits[kind];
    fit->basis = (int)basis;
    fit->origin = origin;
    bool good = true;
    for (const aug_node *member = node->first; member; member = member->next)
        good &= read_constant(reader, member, aug_kernel_models[kind], fit);
    return good;
}

bool aug_kernels_overlay(const aug_reader *reader, const aug_node *map, aug_basis basis, const char *origin, aug_kernels *kernels) {
    if (map->kind != AUG_NODE_MAP) {
        aug_error *error = aug_node_error(reader->errors, map, "expected a map of kinds of kernels, found %s", aug_node_noun(reader->arena, map));
        aug_error_hint(error, "write {%s: {...}}", aug_kernel_models[0]->name);
        return false;
    }
    bool good = true;
    for (const aug_node *kind = map->first; kind; kind = kind->next)
        good &= read_kind(reader, kind, basis, origin, kernels);
    return good;
}

// ---- Families

typedef struct family_row {
    const char *kind;
    aug_machine_family family;
} family_row;

static const aug_field family_rows[] = {
    AUG_ROW_TEXT(family_row, kind, "auger", "family/1"),
    AUG_ROW_TEXT(family_row, family.name, "name", "what the family is called"),
    AUG_ROW_TEXT(family_row, family.about, "about", "which machines belong to it"),
    AUG_ROW_TEXT(family_row, family.parent, "parent", "family whose constants hold for kinds that this one does not state"),
    AUG_ROW_TEXT(family_row, family.library, "library", "library of kernels that runs on it where nobody says which, a file of data/libraries"),
    AUG_ROW_NODE(family_row, family.kernels, "kernels", NULL, AUG_LAYOUT_MAP, "constants by kind of kernel, as in a machine's file"),
    AUG_ROW_NODE(family_row, family.sources, "sources", NULL, AUG_LAYOUT_MAP, "where the numbers come from: path of a key to source"),
};

const aug_fields aug_machine_family_fields = {
    .name = "family",
    .about = "Machines of one architecture: constants for those that were never measured.",
    .rows = family_rows,
    .count = AUG_COUNT(family_rows),
};

bool aug_machine_family_read(const aug_reader *reader, const aug_node *root, const char *name, aug_machine_family *family) {
    family_row row;
    aug_kernels kernels;
    if (!aug_fields_read(reader, root, &aug_machine_family_fields, &row))
        return false;
    *family = row.family;
    if (!family->name)
        family->name = name;
    aug_kernels_start(&kernels);
    return !family->kernels || aug_kernels_overlay(reader, family->kernels, AUG_BASIS_FAMILY, family->name, &kernels);
}

aug_machine_family *aug_machine_family_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name) {
    const aug_reader reader = {arena, errors};
    aug_library_file file;
    const aug_node *root = aug_library_read(library, arena, errors, "families", "family", name, &file);
    aug_machine_family *family = root ? AUG_NEW(arena, aug_machine_family) : NULL;
    return root && aug_machine_family_read(&reader, root, file.name, family) ? family : NULL;
}

aug_kernels *aug_kernels_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const aug_machine *machine) {
    const aug_reader reader = {arena, errors};
    const aug_machine_family *chain[AUG_FAMILY_DEPTH];
    int depth = 0;
    for (const char *name = machine->family; name; name = chain[depth - 1]->parent) {
        if (depth == AUG_FAMILY_DEPTH) {
            aug_error *error = aug_error_add(errors, NULL, "family '%.60s' has more than %d families above it", machine->family, AUG_FAMILY_DEPTH);
            aug_error_hint(error, "a family must not be its own parent");
            return NULL;
        }
        if ((chain[depth++] = aug_machine_family_load(library, arena, errors, name)) == NULL)
            return NULL;
    }
    aug_kernels *kernels = AUG_NEW(arena, aug_kernels);
    aug_kernels_start(kernels);
    const char *software = NULL;
    kernels->family_count = depth;
    for (int i = depth - 1; i >= 0; i--) {
        kernels->families[i] = chain[i]->name;
        if (chain[i]->library)
            software = chain[i]->library;
        if (chain[i]->kernels &&
            !aug_kernels_overlay(&reader, chain[i]->kernels, i == 0 && depth > 1 ? AUG_BASIS_FAMILY : AUG_BASIS_DATASHEET, chain[i]->name, kernels))
            return NULL;
    }
    if (machine->kernels && !aug_kernels_overlay(&reader, machine->kernels, AUG_BASIS_FITTED, machine->name, kernels))
        return NULL;
    if (software && (kernels->software = aug_software_load(library, arena, errors, software)) == NULL)
        return NULL;
    aug_usual_find(kernels->software, kernels->families, kernels->family_count, &kernels->usual);
    return kernels;
}

bool aug_kernels_attach(const aug_library *library, aug_arena *arena, aug_errors *errors, aug_machine *machine) {
    if (machine->model != AUG_MACHINE_KERNEL || (!machine->family && !machine->kernels))
        return true;
    machine->models = aug_kernels_load(library, arena, errors, machine);
    return machine->models != NULL;
}
