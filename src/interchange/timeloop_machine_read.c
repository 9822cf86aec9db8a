// The section `architecture`: a tree of which each node has local components and one subtree.
//
// The tree is flattened from its root inwards, the components of a node from first to last. Each memory has
// meshX x meshY instances; where the next level inside has more of them, an array stands between the two:
//
//     Glb 1 x 1, Reg 4 x 2, Mac 4 x 2:   Glb, array {x: 4, y: 2}, Reg, Mac
//
// An array of one stands also where a network has an energy or a latency, to carry it. Units are Timeloop's:
// words (of `datawidth` bits) per cycle, pJ, um2.
#include "interchange/timeloop_attributes.h"
#include "interchange/timeloop_keys.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double default_word_bits = 16.0; // Timeloop's

// ---- Names and instances

// "Reg[0..15]": Reg, 16. False with an error added where the range is none.
static bool read_name(const aug_timeloop_design *d, const aug_node *node, const char **name, double *count,
                      bool *ranged) {
    const char *text;
    if (!aug_scalar_text(d->reader, node, &text))
        return false;
    size_t length = strcspn(text, "[");
    *name = aug_arena_copy(d->reader->arena, text, length);
    *count = 1.0;
    *ranged = text[length] == '[';
    if (!*ranged && length > 0)
        return true;
    char *end = NULL;
    const char *first = text + length + (*ranged ? 1 : 0);
    if (isdigit((unsigned char)*first)) {
        double low = (double)strtoul(first, &end, 10);
        if (end[0] == '.' && end[1] == '.' && isdigit((unsigned char)end[2])) {
            double high = (double)strtoul(end + 2, &end, 10);
            *count = high - low + 1.0;
            if (strcmp(end, "]") == 0 && high >= low && high < 4294967296.0)
                return true;
        }
    }
    aug_error *error =
        aug_node_error(d->reader->errors, node, "expected a name such as 'Reg[0..15]', found '%.60s'", text);
    aug_error_hint(error, "the range counts the instances: [1..16]");
    return false;
}

// Auger's name of a component: other characters than letters and digits become '_'.
static const char *own_name(const aug_timeloop_design *d, const char *said) {
    char *name = aug_arena_print(d->reader->arena, "%s%s", isdigit((unsigned char)*said) ? "_" : "", said);
    for (char *at = name; *at; at++)
        if (!isalnum((unsigned char)*at))
            *at = '_';
    return name;
}

static bool check_unique(const aug_timeloop_design *d, const aug_node *node, const char *name) {
    for (int i = 0; i < d->machine.level_count; i++) {
        if (strcmp(d->machine.levels[i].name, name) != 0)
            continue;
        aug_node_error(d->reader->errors, node, "a component called '%.60s' stands twice",
                       d->machine.levels[i].said);
        return false;
    }
    return true;
}

// Two of instances, meshX and meshY give the third.
static bool set_mesh(const aug_timeloop_design *d, const aug_node *node, const aug_timeloop_attributes *found,
                     double elements, bool ranged, aug_timeloop_level *level) {
    double x = found->values[AUG_SLOT_MESH_X], y = found->values[AUG_SLOT_MESH_Y],
           stated = found->values[AUG_SLOT_INSTANCES];
    bool counted = ranged || elements > 1.0 || !isnan(stated);
    double all = !isnan(stated) ? stated : elements;
    if (!counted && (!isnan(x) || !isnan(y)))
        all = (isnan(x) ? 1.0 : x) * (isnan(y) ? 1.0 : y);
    if (isnan(x))
        x = isnan(y) ? all : all / y;
    if (isnan(y))
        y = all / x;
    level->instances = all;
    level->mesh_x = x;
    level->mesh_y = y;
    if (x * y == all && x == floor(x) && y == floor(y))
        return true;
    aug_error *error = aug_node_key_error(
        d->reader->errors, node, "'%.40s' has %.0f instances on a mesh of %g x %g", level->said, all, x, y);
    aug_error_hint(error, "meshX x meshY has to be the number of instances");
    return false;
}

// ---- The tree

typedef enum component_class { CLASS_MEMORY, CLASS_COMPUTE, CLASS_NONE } component_class;

static bool holds_word(const char *text, const char *const *words) {
    for (; *words; words++)
        for (const char *at = text; *at; at++)
            if (strncasecmp(at, *words, strlen(*words)) == 0)
                return true;
    return false;
}

static component_class class_of(const char *text) {
    static const char *const memories[] = {"dram", "sram", "regfile", "smartbuffer", "storage", NULL};
    static const char *const units[] = {"mac", "compute", NULL};
    return holds_word(text, memories) ? CLASS_MEMORY : holds_word(text, units) ? CLASS_COMPUTE : CLASS_NONE;
}

static const char *const component_known[] = {"name", "class", "subclass", "attributes", "required_actions",
                                              NULL};
static const aug_timeloop_keys component_keys = {"a component", component_known, NULL};

static aug_timeloop_level *add_level(aug_timeloop_design *d, const aug_node *node, const char *said,
                                     bool computes) {
    aug_timeloop_machine *machine = &d->machine;
    const char *name = own_name(d, said);
    if (!check_unique(d, node, name))
        return NULL;
    bool second = computes && machine->level_count > 0 && machine->levels[machine->level_count - 1].computes;
    if (second || machine->level_count == AUG_TIMELOOP_LEVELS) {
        aug_node_error(d->reader->errors, node,
                       second ? "a second compute component, '%.60s'"
                              : "more than 12 memories, reached with '%.60s'",
                       said);
        return NULL;
    }
    // The compute units stay at the end, wherever they stand in the tree.
    bool before_last =
        !computes && machine->level_count > 0 && machine->levels[machine->level_count - 1].computes;
    int at = machine->level_count - (before_last ? 1 : 0);
    if (before_last)
        machine->levels[at + 1] = machine->levels[at];
    machine->level_count++;
    aug_timeloop_level *level = &machine->levels[at];
    *level = (aug_timeloop_level){.node = node,
                                  .said = said,
                                  .name = name,
                                  .computes = computes,
                                  .gated_at = -1,
                                  .fanout_x = 1.0,
                                  .fanout_y = 1.0,
                                  .area_um2 = (double)NAN,
                                  .metadata_bits = (double)NAN,
                                  .metadata_block = 1.0};
    for (int action = 0; action < AUG_TIMELOOP_ACTIONS; action++)
        level->energy_pj[action] = (double)NAN;
    return level;
}

// *placed: the component has its level, so that others may name it even where its attributes are wrong.
static bool read_component(aug_timeloop_design *d, const aug_node *node, double multiplicity, bool *placed) {
    const aug_reader *reader = d->reader;
    *placed = false;
    if (!aug_timeloop_check(reader, node, &component_keys))
        return false;
    const aug_node *name_node = aug_timeloop_need(reader, node, "name", "a component"),
                   *class_node = aug_timeloop_need(reader, node, "class", "a component");
    const char *said, *class_text;
    double elements;
    bool ranged;
    if (!name_node || !class_node || !read_name(d, name_node, &said, &elements, &ranged) ||
        !aug_scalar_text(reader, class_node, &class_text))
        return false;
    component_class kind = class_of(class_text);
    if (kind == CLASS_NONE) {
        aug_error *error = aug_node_error(reader->errors, class_node,
                                          "class '%.60s' is neither a memory nor a compute unit", class_text);
        aug_error_hint(
            error,
            "memories: DRAM, SRAM, regfile, smartbuffer, storage; compute: mac, intmac, fpmac, compute");
        return false;
    }
    aug_timeloop_attributes found;
    bool computes = kind == CLASS_COMPUTE;
    bool good =
        aug_timeloop_attributes_read(reader, aug_timeloop_get(node, "attributes"),
                                     computes ? AUG_TIMELOOP_OF_COMPUTE : AUG_TIMELOOP_OF_MEMORY, &found);
    aug_timeloop_level *level = add_level(d, name_node, said, computes);
    if (!level)
        return false;
    *placed = true;
    double word_bits = found.values[AUG_SLOT_WORD_BITS];
    level->word_bits = isnan(word_bits) ? default_word_bits : word_bits;
    level->gated_node = found.nodes[AUG_SLOT_GATED_AT];
    if (!good)
        return false;
    good = set_mesh(d, name_node, &found, elements * multiplicity, ranged, level);
    return (computes || aug_timeloop_memory_set(reader, &found, level)) && good;
}

static const char *const tree_known[] = {"name", "attributes", "local", "subtree", NULL};
static const aug_timeloop_keys tree_keys = {"a subtree", tree_known, NULL};

// One node of the tree; *next receives the node inside it, or NULL.
static bool read_tree_node(aug_timeloop_design *d, const aug_node *node, double *multiplicity,
                           const aug_node **next) {
    const aug_reader *reader = d->reader;
    *next = NULL;
    if (!aug_timeloop_check(reader, node, &tree_keys))
        return false;
    const aug_node *name_node = aug_timeloop_get(node, "name"), *local = aug_timeloop_get(node, "local"),
                   *inner = aug_timeloop_get(node, "subtree");
    const char *said = NULL;
    double elements = 1.0;
    bool ranged;
    if (name_node && !read_name(d, name_node, &said, &elements, &ranged))
        return false;
    if (said && !d->machine.name)
        d->machine.name = own_name(d, said);
    *multiplicity *= elements;
    aug_timeloop_attributes found;
    bool good = aug_timeloop_attributes_read(reader, aug_timeloop_get(node, "attributes"),
                                             AUG_TIMELOOP_OF_SUBTREE, &found);
    if (!aug_timeloop_is_list(reader, local, "components") ||
        !aug_timeloop_is_list(reader, inner, "one subtree"))
        return false;
    for (const aug_node *component = local ? local->first : NULL; component; component = component->next) {
        bool placed;
        good &= read_component(d, component, *multiplicity, &placed);
        d->machine.placed = d->machine.placed && placed;
    }
    if (inner && inner->count > 1) {
        aug_error *error = aug_node_error(reader->errors, inner->first->next,
                                          "a second subtree at one place cannot be expressed");
        aug_error_hint(error, "levels stand in one line from the outermost memory to the compute units");
        return false;
    }
    *next = inner ? inner->first : NULL;
    return good;
}

// ---- Arrays between levels

static bool set_fanout(aug_timeloop_design *d, int at) {
    aug_timeloop_level *outer = &d->machine.levels[at], *inner = &d->machine.levels[at + 1];
    double x = inner->mesh_x / outer->mesh_x, y = inner->mesh_y / outer->mesh_y;
    if (x < 1.0 || y < 1.0 || x != floor(x) || y != floor(y)) {
        aug_error *error = aug_node_error(
            d->reader->errors, inner->node,
            "the mesh of '%.40s', %.0f x %.0f, is no multiple of that of '%.40s', %.0f x %.0f", inner->said,
            inner->mesh_x, inner->mesh_y, outer->said, outer->mesh_x, outer->mesh_y);
        aug_error_hint(error, "meshX and meshY count all instances on the chip and grow inwards");
        return false;
    }
    outer->fanout_x = x;
    outer->fanout_y = y;
    bool carries = outer->hop_pj > 0.0 || outer->router_pj > 0.0 || outer->fill_cycles > 0.0 ||
                   outer->drain_cycles > 0.0;
    if (x * y > 1.0 || carries)
        outer->array = aug_arena_print(d->reader->arena, "%s_array", inner->name);
    return true;
}

static bool set_gate(aug_timeloop_design *d, int at) {
    aug_timeloop_level *level = &d->machine.levels[at];
    if (!level->gated_node || level->computes) // compute units do not leak
        return true;
    int outer = aug_timeloop_level_find(d, level->gated_node, true);
    if (outer < 0)
        return false;
    if (outer > at) {
        aug_node_error(d->reader->errors, level->gated_node,
                       "'%.60s' stands inside '%.60s' and cannot switch it off", level->gated_node->text,
                       level->said);
        return false;
    }
    level->gated_at = outer == at ? -1 : outer;
    return true;
}

static bool finish(aug_timeloop_design *d, const aug_node *node) {
    aug_timeloop_machine *machine = &d->machine;
    if (machine->level_count < 2 || !machine->levels[machine->level_count - 1].computes) {
        aug_node_key_error(d->reader->errors, node, "expected one memory or more, and a compute unit inside");
        return false;
    }
    bool good = true;
    int arrays = 0;
    for (int i = 0; i + 1 < machine->level_count; i++) {
        good &= set_fanout(d, i);
        arrays += machine->levels[i].array != NULL;
    }
    for (int i = 0; i < machine->level_count; i++)
        good &= set_gate(d, i);
    if (machine->level_count + arrays > 16) {
        aug_node_key_error(d->reader->errors, node, "more than 16 levels, arrays between memories included");
        return false;
    }
    if (!machine->name)
        machine->name = "timeloop";
    return good;
}

static const char *const architecture_known[] = {"version", "name", "attributes", "subtree", NULL};
static const aug_timeloop_refusal architecture_refused[] = {
    {"nodes", "the v4 form with !Component tags is not read; state version 0.4 with subtree and local"},
    {"local", "put it into the first subtree, where Timeloop reads it"},
    {NULL, NULL},
};
static const aug_timeloop_keys architecture_keys = {"'architecture'", architecture_known,
                                                    architecture_refused};

bool aug_timeloop_machine_read(aug_timeloop_design *d, const aug_node *architecture) {
    const aug_reader *reader = d->reader;
    if (!aug_timeloop_check(reader, architecture, &architecture_keys))
        return false;
    const aug_node *version = aug_timeloop_get(architecture, "version");
    if (version && !aug_timeloop_is_one_of("0.2 0.3 0.4", version)) {
        aug_error *error =
            aug_node_error(reader->errors, version, "an architecture of version '%.40s' is not read",
                           version->kind == AUG_NODE_SCALAR ? version->text : "...");
        aug_error_hint(error, "state it in the form of version 0.4: subtree, local, attributes");
        return false;
    }
    const aug_node *subtree = aug_timeloop_need(reader, architecture, "subtree", "'architecture'");
    if (!subtree || !aug_timeloop_is_list(reader, subtree, "one subtree"))
        return false;
    if (subtree->count != 1) {
        aug_node_error(reader->errors, subtree, "expected one subtree, found %u", subtree->count);
        return false;
    }
    bool good = true;
    double multiplicity = 1.0;
    d->machine.placed = true;
    for (const aug_node *node = subtree->first; node;) {
        const aug_node *next;
        good &= read_tree_node(d, node, &multiplicity, &next);
        node = next;
    }
    int count = d->machine.level_count;
    d->machine.placed = d->machine.placed && count > 1 && d->machine.levels[count - 1].computes;
    d->machine.good = good && finish(d, architecture);
    return d->machine.good;
}

int aug_timeloop_level_find(const aug_timeloop_design *d, const aug_node *node, bool memories_only) {
    const aug_timeloop_machine *machine = &d->machine;
    int memories = machine->level_count - 1;
    const char *text;
    if (!aug_scalar_text(d->reader, node, &text))
        return -1;
    size_t length = strcspn(text, "[");
    const char *names[AUG_TIMELOOP_LEVELS + 1];
    int count = memories_only ? memories : machine->level_count;
    for (int i = 0; i < count; i++) {
        names[i] = machine->levels[i].said;
        if (strlen(names[i]) == length && strncmp(names[i], text, length) == 0)
            return i;
    }
    names[count] = NULL;
    char *end = NULL;
    unsigned long index = strtoul(text, &end, 10);
    if (memories_only && isdigit((unsigned char)*text) && *end == '\0' && index < (unsigned long)memories)
        return memories - 1 - (int)index;
    aug_timeloop_unknown(d->reader, node, memories_only ? "memory" : "component", text, names);
    return -1;
}
