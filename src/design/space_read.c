// Reading the parts of a study: loading what `from` names, setting what `set` says, collecting choices.
#include "base/buffer.h"
#include "base/quantity.h"
#include "base/spelling.h"
#include "design/space.h"
#include "workload/config.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct choose_row {
    const aug_node *values;
    const char *with;
} choose_row;

static const aug_field choose_rows[] = {
    AUG_ROW_NODE(choose_row, values, "choose", NULL, AUG_LAYOUT_LIST, "the values, one of which each point has"),
    AUG_ROW_TEXT(choose_row, with, "with", "path of another choice of the same part, as levels.hbm.bandwidth: both go through their values together"),
};

const aug_fields aug_choose_fields = {
    .name = "choice: choose", .about = "Stands in place of a scalar.", .rows = choose_rows, .count = AUG_COUNT(choose_rows)};

static const aug_field mix_rows[] = {
    AUG_ROW_NODE(choose_row, values, "mix", NULL, AUG_LAYOUT_LIST, "values that each point has to serve, all of them: its metrics are geometric means over them"),
};

const aug_fields aug_mix_fields = {
    .name = "choice: mix", .about = "Stands in place of a scalar.", .rows = mix_rows, .count = AUG_COUNT(mix_rows)};

typedef struct range_row {
    const aug_node *range, *step;
} range_row;

static const aug_field range_rows[] = {
    AUG_ROW_NODE(range_row, range, "range", NULL, AUG_LAYOUT_LIST, "first and last value, as [32 MiB, 128 MiB]"),
    AUG_ROW_NODE(range_row, step, "step", NULL, AUG_LAYOUT_ONE, "what is added, as 16 MiB, or x2 to multiply"),
};

const aug_fields aug_range_fields = {
    .name = "choice: range", .about = "Stands in place of a scalar.", .rows = range_rows, .count = AUG_COUNT(range_rows)};

typedef struct part_row {
    const char *name;
    const aug_node *from, *set;
} part_row;

static const aug_field part_rows[] = {
    AUG_ROW_TEXT(part_row, name, "name", "what it is called in a list of templates; as its file where missing"),
    AUG_ROW_NODE(part_row, from, "from", NULL, AUG_LAYOUT_ONE, "a file or shipped name, or a choice of them"),
    AUG_ROW_NODE(part_row, set, "set", NULL, AUG_LAYOUT_MAP, "path of a key to its value or choice: levels.buffer.size: {choose: [1 MiB, 2 MiB]}"),
};

const aug_fields aug_part_fields = {
    .name = "study: part", .about = "A model, machine or scenario that starts from a file.", .rows = part_rows, .count = AUG_COUNT(part_rows)};

typedef struct part_reader {
    const aug_library *library;
    const aug_reader *reader;
    aug_part part;
    aug_space *space;
    int variant; // whose choices are collected
} part_reader;

static const char *const folders[] = {"machines", "models", "plans", "scenarios"};

// ---- Choices

static aug_node *new_scalar(const part_reader *r, const aug_node *place, const char *text) {
    aug_node *node = AUG_NEW(r->reader->arena, aug_node);
    *node = (aug_node){.document = place->document, .kind = AUG_NODE_SCALAR, .text = text, .line = place->line, .column = place->column, .weight = 1};
    return node;
}

static bool collect_list(const part_reader *r, const aug_node *list, bool unique, aug_choice *choice) {
    if (list->kind != AUG_NODE_LIST || list->count == 0 || list->count > AUG_CHOICE_VALUES) {
        aug_node_error(r->reader->errors, list, "expected a list of 1 to %d values to choose from", AUG_CHOICE_VALUES);
        return false;
    }
    choice->values = AUG_NEW_ARRAY(r->reader->arena, const aug_node *, list->count);
    for (const aug_node *item = list->first; item; item = item->next) {
        if (item->kind != AUG_NODE_SCALAR) {
            aug_node_error(r->reader->errors, item, "expected a scalar to choose, found %s", aug_node_noun(r->reader->arena, item));
            return false;
        }
        for (int i = 0; i < choice->count && unique; i++) {
            if (strcmp(choice->values[i]->text, item->text) == 0) {
                aug_node_error(r->reader->errors, item, "'%.60s' stands twice in this choice", item->text);
                return false;
            }
        }
        choice->values[choice->count++] = item;
    }
    return true;
}

// A bound of a range: its number, and the unit behind it as text.
static bool read_bound(const part_reader *r, const aug_node *node, double *number, aug_quantity *quantity, const char **unit) {
    char unknown[32];
    if (node->kind != AUG_NODE_SCALAR || aug_quantity_parse(node->text, quantity, unknown, sizeof unknown) != AUG_QUANTITY_OK ||
        !isfinite(quantity->value)) {
        aug_node_error(r->reader->errors, node, "expected a number with its unit, found %s", aug_node_noun(r->reader->arena, node));
        return false;
    }
    char *end = NULL;
    *number = strtod(node->text, &end);
    *unit = end;
    return true;
}

static bool same_unit(const aug_quantity *left, const aug_quantity *right) {
    return memcmp(left->exponents, right->exponents, sizeof left->exponents) == 0;
}

// What one of a unit is, in base units; 1 where there is none.
static double unit_value(const char *unit) {
    char text[80], unknown[8];
    aug_quantity one;
    snprintf(text, sizeof text, "1%s", unit);
    return *unit && aug_quantity_parse(text, &one, unknown, sizeof unknown) == AUG_QUANTITY_OK ? one.value : 1.0;
}

static bool collect_range(const part_reader *r, const aug_node *node, aug_choice *choice) {
    const aug_node *range = aug_node_peek(node, "range"), *step = aug_node_peek(node, "step");
    if (range->kind != AUG_NODE_LIST || range->count != 2 || !step || step->kind != AUG_NODE_SCALAR) {
        aug_error *error = aug_node_error(r->reader->errors, node, "expected {range: [first, last], step: ...}");
        aug_error_hint(error, "{range: [32, 256], step: x2} or {range: [1 MiB, 8 MiB], step: 1 MiB}");
        return false;
    }
    double first, last, by;
    aug_quantity first_quantity, last_quantity, by_quantity;
    const char *unit, *last_unit, *by_unit;
    bool times = step->text[0] == 'x';
    aug_node *by_node = new_scalar(r, step, step->text + (times || step->text[0] == '+'));
    if (!read_bound(r, range->first, &first, &first_quantity, &unit) || !read_bound(r, range->last, &last, &last_quantity, &last_unit) ||
        !read_bound(r, by_node, &by, &by_quantity, &by_unit))
        return false;
    if (!same_unit(&first_quantity, &last_quantity) || (times ? by_quantity.has_unit : !same_unit(&first_quantity, &by_quantity))) {
        aug_error *error = aug_node_error(r->reader->errors, node, "first, last and step of a range have one unit; a factor has none");
        aug_error_hint(error, "{range: [32, 256], step: x2} or {range: [1 MiB, 8 MiB], step: 1 MiB}");
        return false;
    }
    double scale = unit_value(unit); // all in units of the first
    double end = last_quantity.value / scale;
    by = times ? by : by_quantity.value / scale;
    if (end < first || (times ? by <= 1.0 || first <= 0.0 : by <= 0.0)) {
        aug_node_error(r->reader->errors, node, "the range does not rise by its step");
        return false;
    }
    choice->values = AUG_NEW_ARRAY(r->reader->arena, const aug_node *, AUG_CHOICE_VALUES);
    double value = first;
    for (int i = 1; value <= end * (1.0 + 1e-9); i++) {
        if (choice->count == AUG_CHOICE_VALUES) {
            aug_node_error(r->reader->errors, node, "the range has more than %d values", AUG_CHOICE_VALUES);
            return false;
        }
        char number[32]; // twelve digits: steps of a tenth give 0.3, not 0.30000000000000004
        snprintf(number, sizeof number, "%.12g", value);
        choice->values[choice->count++] = new_scalar(r, range->first, aug_arena_print(r->reader->arena, "%s%s", number, unit));
        value = times ? value * by : first + by * i;
    }
    return true;
}

static aug_choice *add_choice(const part_reader *r, const char *path, const aug_node *node) {
    if (r->space->choice_count == AUG_CHOICES) {
        aug_node_error(r->reader->errors, node, "more than %d choices", AUG_CHOICES);
        return NULL;
    }
    aug_choice *choice = &r->space->choices[r->space->choice_count];
    *choice = (aug_choice){.path = path, .part = r->part, .node = node, .leader = -1};
    const char *key = aug_node_peek(node, "mix") ? "mix" : "choose";
    choice->is_mix = strcmp(key, "mix") == 0;
    bool listed = aug_node_peek(node, key) != NULL;
    for (const aug_node *member = node->first; member; member = member->next) {
        bool of_range = strcmp(member->key, "range") == 0 || strcmp(member->key, "step") == 0;
        bool of_list = strcmp(member->key, key) == 0 || strcmp(member->key, "with") == 0;
        if (listed ? !of_list : !of_range) {
            aug_node_key_error(r->reader->errors, member, listed && of_range ? "'%.60s' does not go with '%s'" : "unknown key '%.60s' in a choice", member->key, key);
            return NULL;
        }
    }
    const aug_node *list = aug_node_peek(node, key);
    if (list ? !collect_list(r, list, !aug_node_peek(node, "with"), choice) : !collect_range(r, node, choice))
        return NULL;
    const aug_node *with = list ? aug_node_peek(node, "with") : NULL;
    if (with && !aug_scalar_text(r->reader, with, &choice->with))
        return NULL;
    r->space->choice_count++;
    return choice;
}

static bool same_text(const char *left, const char *right) {
    return left == right || (left && right && strcmp(left, right) == 0);
}

static bool same_choice(const aug_choice *left, const aug_choice *right) {
    bool same = left->count == right->count && strcmp(left->path, right->path) == 0 && same_text(left->with, right->with);
    for (int i = 0; i < left->count && same; i++)
        same = strcmp(left->values[i]->text, right->values[i]->text) == 0;
    return same;
}

// A choice of a variant: one that another variant has with the same values is the same one.
static void collect(void *user, const char *path, aug_node *node) {
    const part_reader *r = user;
    aug_space *space = r->space;
    space->parts[r->part].is_set = true;
    aug_choice *choice = add_choice(r, path, node);
    for (aug_choice *other = space->choices; choice && other < choice; other++) {
        if (!same_choice(other, choice))
            continue;
        space->choice_count--;
        choice = other;
    }
    if (choice)
        choice->variants[r->variant / 64] |= UINT64_C(1) << (r->variant % 64);
}

// ---- Settings

static aug_node *new_map(const part_reader *r, const aug_node *place) {
    aug_node *node = new_scalar(r, place, NULL);
    node->kind = AUG_NODE_MAP;
    return node;
}

static aug_node *child_of(aug_node *node, const char *name) {
    if (node->kind == AUG_NODE_MAP)
        return aug_node_peek(node, name);
    static const char *const keys[] = {"memory", "array", "compute", "name"};
    unsigned index = 0;
    for (aug_node *item = node->first; item; item = item->next, index++) {
        char *end = NULL;
        if (strtoul(name, &end, 10) == index && *end == '\0')
            return item;
        for (size_t i = 0; i < AUG_COUNT(keys); i++) {
            const aug_node *own = aug_node_peek(item, keys[i]);
            if (own && own->kind == AUG_NODE_SCALAR && strcmp(own->text, name) == 0)
                return item;
        }
    }
    return NULL;
}

static void report_missing(const part_reader *r, const aug_node *setting, const aug_node *node, const char *name) {
    aug_spelling spelling = {.wanted = name};
    static const char *const keys[] = {"memory", "array", "compute", "name"};
    for (const aug_node *item = node->first; item; item = item->next) {
        if (item->key)
            aug_spelling_offer(&spelling, item->key);
        for (size_t i = 0; i < AUG_COUNT(keys); i++) {
            const aug_node *own = aug_node_peek(item, keys[i]);
            if (own && own->kind == AUG_NODE_SCALAR)
                aug_spelling_offer(&spelling, own->text);
        }
    }
    aug_error *error = aug_node_key_error(r->reader->errors, setting, "nothing is called '%.60s' here", name);
    aug_spelling_hint(&spelling, error);
}

// Follows a path from `root`, making maps where they are missing; NULL with an error where it leads nowhere.
static aug_node *locate(const part_reader *r, aug_node *root, const aug_node *setting) {
    aug_node *node = root;
    const char *at = setting->key;
    for (;;) {
        size_t length = strcspn(at, ".");
        char *name = aug_arena_copy(r->reader->arena, at, length);
        bool last = at[length] == '\0';
        if (node->kind == AUG_NODE_SCALAR) {
            aug_node_key_error(r->reader->errors, setting, "'%.60s' is a scalar here and has no '%.60s'", node->text, name);
            return NULL;
        }
        aug_node *child = length ? child_of(node, name) : NULL;
        if (!child && (node->kind != AUG_NODE_MAP || !length)) {
            report_missing(r, setting, node, name);
            return NULL;
        }
        if (!child)
            child = aug_node_add(r->reader->arena, node, name, last ? new_scalar(r, setting, "") : new_map(r, setting));
        if (last)
            return child;
        node = child;
        at += length + 1;
    }
}

// A key of a config.json: where it stands, or where it belongs; keys that no family reads are errors.
static aug_node *locate_config(const part_reader *r, aug_node *root, const aug_node *setting) {
    const aug_node *language = aug_config_language(root);
    aug_node *own = language != root ? aug_node_peek(language, setting->key) : NULL;
    if (own)
        return own;
    if (!strchr(setting->key, '.') && !aug_node_peek(root, setting->key)) {
        if (!aug_fields_find(&aug_config_fields, setting->key)) {
            aug_fields_unknown(r->reader, setting, &aug_config_fields);
            return NULL;
        }
        if (language != root)
            return aug_node_add(r->reader->arena, child_of(root, language->key), setting->key, new_scalar(r, setting, ""));
    }
    return locate(r, root, setting);
}

static bool is_format_key(const char *key) {
    return strcmp(key, "weights") == 0 || strcmp(key, "activations") == 0 || strcmp(key, "kv") == 0 || strcmp(key, "experts") == 0;
}

// Whether a path leads into a compute level, whose energies say nothing of those of memories.
static bool leads_into_compute(const part_reader *r, aug_node *root, const char *path) {
    static const char levels[] = "levels.";
    if (strncmp(path, levels, sizeof levels - 1) != 0)
        return false;
    const char *name = path + sizeof levels - 1;
    aug_node *list = aug_node_peek(root, "levels");
    const aug_node *level = list ? child_of(list, aug_arena_copy(r->reader->arena, name, strcspn(name, "."))) : NULL;
    return level && aug_node_peek(level, "compute");
}

static void note_setting(const part_reader *r, aug_variant *part, const char *path) {
    r->space->parts[r->part].is_set = true;
    if (r->part != AUG_PART_MACHINE)
        return;
    const char *last = strrchr(path, '.');
    part->sets_price = part->sets_price || strcmp(path, "price") == 0 || strcmp(path, "rent") == 0;
    part->sets_area = part->sets_area || strcmp(path, "area") == 0;
    part->sets_power = part->sets_power || strcmp(path, "power.limit") == 0;
    bool of_energy = (last && strcmp(last, ".energy") == 0) || strstr(path, ".energy.");
    part->sets_energy = part->sets_energy || (of_energy && !leads_into_compute(r, part->root, path));
}

static bool apply(const part_reader *r, aug_variant *variant, const aug_node *setting) {
    aug_node *root = variant->root, *target;
    if (r->part == AUG_PART_MODEL && is_format_key(setting->key)) {
        if (!variant->formats)
            variant->formats = new_map(r, setting);
        target = aug_node_add(r->reader->arena, variant->formats, setting->key, new_scalar(r, setting, ""));
    } else if (r->part == AUG_PART_MODEL && aug_config_is(root)) {
        target = locate_config(r, root, setting);
    } else {
        target = locate(r, root, setting);
    }
    if (!target)
        return false;
    aug_node_assign(target, setting);
    note_setting(r, variant, setting->key);
    return true;
}

// ---- Variants

static aug_variant *add_variant(const part_reader *r, const aug_node *place, const aug_node *root, const char *name, const char *file) {
    aug_space_part *part = &r->space->parts[r->part];
    if (part->variant_count == AUG_VARIANTS) {
        aug_node_error(r->reader->errors, place, "more than %d files to choose from", AUG_VARIANTS);
        return NULL;
    }
    aug_variant *variant = &part->variants[part->variant_count++];
    *variant = (aug_variant){.name = name, .file = file, .root = aug_node_copy(r->reader->arena, root), .base = root};
    return variant;
}

// The path of a file that a study names: beside the study, or as the library has it.
static bool load_variant(const part_reader *r, const aug_node *name) {
    aug_library_file file;
    aug_errors *local = AUG_NEW(r->reader->arena, aug_errors);
    if (!aug_library_find(r->library, r->reader->arena, local, folders[r->part], aug_part_name(r->part), name->text, &file)) {
        aug_error *error = aug_node_error(r->reader->errors, name, "%s", local->items[0].message);
        if (local->items[0].hint[0])
            aug_error_hint(error, "%s", local->items[0].hint);
        return false;
    }
    const aug_document *document = aug_document_load(r->reader->arena, r->reader->errors, file.path);
    aug_variant *variant = document ? add_variant(r, name, document->root, file.name, file.path) : NULL;
    if (!variant)
        return false;
    variant->suffix = file.suffix;
    return true;
}

static bool load_from(const part_reader *r, const aug_node *from, const char *path) {
    if (from->kind == AUG_NODE_SCALAR)
        return load_variant(r, from);
    if (!aug_space_is_choice(from)) {
        aug_node_error(r->reader->errors, from, "expected a name, or {choose: [names]}");
        return false;
    }
    aug_choice *choice = add_choice(r, path, from);
    if (!choice)
        return false;
    choice->is_variant = true;
    bool good = true;
    for (int i = 0; i < choice->count; i++)
        good &= load_variant(r, choice->values[i]);
    return good;
}

static bool read_from(const part_reader *r, const aug_node *node) {
    const char *name = aug_part_name(r->part);
    int before = r->space->parts[r->part].variant_count;
    part_row row;
    if (!aug_fields_read(r->reader, node, &aug_part_fields, &row))
        return false;
    if (!load_from(r, row.from, aug_arena_print(r->reader->arena, "%s.from", name)))
        return false;
    if (row.set && row.set->kind != AUG_NODE_MAP) {
        aug_node_error(r->reader->errors, row.set, "expected a map of settings, found %s", aug_node_noun(r->reader->arena, row.set));
        return false;
    }
    bool good = true;
    aug_space_part *part = &r->space->parts[r->part];
    for (const aug_node *setting = row.set ? row.set->first : NULL; setting; setting = setting->next)
        for (int v = before; v < part->variant_count && good; v++)
            good &= apply(r, &part->variants[v], setting);
    if (row.name && part->variant_count == before + 1)
        part->variants[before].name = row.name;
    return good;
}

// A part written out in the study.
static bool add_own(const part_reader *r, const aug_node *node) {
    const aug_node *name = aug_node_peek(node, "name");
    return add_variant(r, node, node, name && name->kind == AUG_NODE_SCALAR ? name->text : aug_part_name(r->part), "") != NULL;
}

// One of several templates: a name, {from, set} of one file, or the part written out.
static bool read_template(const part_reader *r, const aug_node *item) {
    if (item->kind == AUG_NODE_SCALAR)
        return load_variant(r, item);
    const aug_node *from = item->kind == AUG_NODE_MAP ? aug_node_peek(item, "from") : NULL;
    if (item->kind != AUG_NODE_MAP || aug_space_is_choice(item) || (from && from->kind != AUG_NODE_SCALAR)) {
        aug_error *error = aug_node_error(r->reader->errors, item, "expected one %s of the list, found %s", aug_part_name(r->part), aug_node_noun(r->reader->arena, item));
        aug_error_hint(error, "a name, {from: NAME, set: {...}}, or one written out");
        return false;
    }
    return from ? read_from(r, item) : add_own(r, item);
}

// A list of templates: a choice among them, each with choices of its own.
static bool read_templates(const part_reader *r, const aug_node *list) {
    aug_space_part *part = &r->space->parts[r->part];
    if (r->space->choice_count == AUG_CHOICES || list->count == 0 || list->count > AUG_VARIANTS) {
        aug_node_error(r->reader->errors, list, "expected a list of 1 to %d templates, and room for a choice", AUG_VARIANTS);
        return false;
    }
    aug_choice *choice = &r->space->choices[r->space->choice_count++];
    *choice = (aug_choice){.path = aug_part_name(r->part), .part = r->part, .node = list, .leader = -1, .is_variant = true};
    choice->values = AUG_NEW_ARRAY(r->reader->arena, const aug_node *, list->count);
    for (const aug_node *item = list->first; item; item = item->next) {
        if (!read_template(r, item))
            return false;
        const char *name = part->variants[part->variant_count - 1].name;
        for (int i = 0; i < choice->count; i++) {
            if (strcmp(choice->values[i]->text, name) == 0) {
                aug_error *error = aug_node_error(r->reader->errors, item, "'%.60s' stands twice in this list", name);
                aug_error_hint(error, "give each a 'name' of its own");
                return false;
            }
        }
        choice->values[choice->count++] = new_scalar(r, item, name);
    }
    return true;
}

static bool read_part_node(const part_reader *r, const aug_node *map, const aug_node *node) {
    const char *name = aug_part_name(r->part);
    if (!node) {
        if (r->part == AUG_PART_PLAN || r->part == AUG_PART_SCENARIO)
            return add_variant(r, map, new_map(r, map), name, "") != NULL;
        aug_error *error = aug_node_key_error(r->reader->errors, map, "key '%s' is missing in study", name);
        aug_error_hint(error, "%s: NAME, or {from: NAME, set: {path: {choose: [...]}}}", name);
        return false;
    }
    if (node->kind == AUG_NODE_SCALAR || aug_space_is_choice(node))
        return load_from(r, node, name);
    if (node->kind == AUG_NODE_MAP && aug_node_peek(node, "from"))
        return read_from(r, node);
    if (node->kind == AUG_NODE_MAP)
        return add_own(r, node);
    if (node->kind == AUG_NODE_LIST)
        return read_templates(r, node);
    aug_node_error(r->reader->errors, node, "expected a name or a map, found %s", aug_node_noun(r->reader->arena, node));
    return false;
}

bool aug_space_read_part(const aug_library *library, const aug_reader *reader, const aug_node *map, aug_part part,
                         aug_space *space) {
    part_reader r = {.library = library, .reader = reader, .part = part, .space = space};
    int before = aug_errors_total(reader->errors);
    if (!read_part_node(&r, map, aug_node_get(map, aug_part_name(part))))
        return false;
    aug_space_part *p = &space->parts[part];
    for (int v = 0; v < p->variant_count; v++) {
        r.variant = v;
        aug_space_walk(reader->arena, p->variants[v].root, aug_part_name(part), collect, &r);
        if (p->variants[v].formats)
            aug_space_walk(reader->arena, p->variants[v].formats, aug_part_name(part), collect, &r);
    }
    return aug_errors_total(reader->errors) == before;
}

// The choice with this path that a follower goes with: of the same variants, where templates have several.
static const aug_choice *find_leader(const aug_space *space, const aug_choice *choice, const char *path) {
    for (int c = 0; c < space->choice_count; c++) {
        const aug_choice *leader = &space->choices[c];
        bool has_all = strcmp(leader->path, path) == 0;
        for (int w = 0; w < AUG_VARIANTS / 64 && !leader->is_variant; w++)
            has_all = has_all && (choice->variants[w] & ~leader->variants[w]) == 0;
        if (has_all)
            return leader;
    }
    return NULL;
}

// Ties a choice to the one that it follows.
static bool tie(const aug_reader *reader, aug_space *space, aug_choice *choice) {
    if (!choice->with)
        return true;
    const aug_choice *leader = find_leader(space, choice, choice->with);
    if (!leader)
        leader = find_leader(space, choice, aug_arena_print(reader->arena, "%s.%s", aug_part_name(choice->part), choice->with));
    if (!leader || leader == choice || leader->part != choice->part || leader->with || choice->is_variant) {
        aug_error *error = aug_node_error(reader->errors, choice->node, "'%.60s' is no choice of this part that others can go with", choice->with);
        aug_spelling spelling = {.wanted = choice->with};
        for (int c = 0; c < space->choice_count; c++)
            if (space->choices[c].part == choice->part && !space->choices[c].with)
                aug_spelling_offer(&spelling, space->choices[c].path + strlen(aug_part_name(choice->part)) + 1);
        aug_spelling_hint(&spelling, error);
        return false;
    }
    if (leader->count != choice->count) {
        aug_node_error(reader->errors, choice->node, "%d values go with %d of '%.60s'", choice->count, leader->count, choice->with);
        return false;
    }
    choice->leader = (int)(leader - space->choices);
    choice->is_mix = false; // of the leader it is
    return true;
}

static const uint64_t most_points = UINT64_C(1) << 40;

// The points of one variant, and of those before it; false where there are too many, with the choice that led there.
static bool count_variant(aug_space *space, aug_part part, int variant, const char **path) {
    aug_space_part *p = &space->parts[part];
    uint64_t count = 1;
    for (int c = 0; c < space->choice_count && count <= most_points; c++) {
        const aug_choice *choice = &space->choices[c];
        if (choice->part != part || choice->leader >= 0)
            continue;
        *path = choice->path;
        if (!choice->is_variant && aug_space_has(choice, variant))
            count *= (uint64_t)choice->count;
    }
    p->variants[variant].count = count;
    p->count += count;
    return p->count <= most_points;
}

// A mix goes through places that lie evenly: all variants have the same choices.
static bool check_mix(const aug_reader *reader, const aug_space *space, const aug_choice *choice) {
    const aug_space_part *part = &space->parts[choice->part];
    for (int v = 1; v < part->variant_count && choice->is_mix; v++) {
        if (part->variants[v].count != part->variants[0].count) {
            aug_node_error(reader->errors, choice->node, "a mix does not go with templates that have different choices");
            return false;
        }
    }
    return true;
}

bool aug_space_finish(const aug_reader *reader, const aug_node *root, aug_space *space) {
    const char *path = "";
    for (int c = 0; c < space->choice_count; c++)
        if (!tie(reader, space, &space->choices[c]))
            return false;
    space->count = 1;
    for (int p = 0; p < AUG_PART_COUNT; p++) {
        bool few = true;
        space->parts[p].count = 0;
        for (int v = 0; v < space->parts[p].variant_count && few; v++)
            few = count_variant(space, (aug_part)p, v, &path);
        if (!few || (space->count && space->parts[p].count > most_points / space->count)) { // 0: a part was not read
            aug_node_error(reader->errors, root, "more than 2^40 points, reached with choice '%s'", path);
            return false;
        }
        space->count *= space->parts[p].count;
    }
    for (int c = 0; c < space->choice_count; c++)
        if (!check_mix(reader, space, &space->choices[c]))
            return false;
    return true;
}
