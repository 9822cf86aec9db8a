#include "kernel/software.h"

#include "base/spelling.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct ratios_row {
    double low, high;
} ratios_row;

static const aug_field ratios_rows[] = {
    AUG_ROW_QUANTITY(ratios_row, low, "low", AUG_DIMENSION_NUMBER, AUG_POSITIVE, NULL, "10th percentile of measured over predicted"),
    AUG_ROW_QUANTITY(ratios_row, high, "high", AUG_DIMENSION_NUMBER, AUG_POSITIVE, NULL, "90th percentile"),
};

static const aug_fields ratios_fields = {.name = "library: ratios",
                                         .about = "80 % of measured times lie between these multiples of the prediction.",
                                         .rows = ratios_rows,
                                         .count = AUG_COUNT(ratios_rows)};

static const aug_field prefill_design_rows[] = {
    AUG_ROW_QUANTITY(aug_prefill_design, tile_rows, "tile_rows", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "128", "query rows of a tile"),
    AUG_ROW_QUANTITY(aug_prefill_design, tile_keys, "tile_keys", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "128", "keys of one step"),
    AUG_ROW_QUANTITY(aug_prefill_design, resident, "resident", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "1", "blocks that share a unit"),
    AUG_ROW_BOOL(aug_prefill_design, packs_heads, "packs_heads", "false", "rows of a tile hold all heads of a group"),
    AUG_ROW_BOOL(aug_prefill_design, pads_head, "pads_head", "false", "head sizes are rounded up to a power of two"),
    AUG_ROW_BOOL(aug_prefill_design, ignores_window, "ignores_window", "false", "what lies before the window is computed and masked"),
    AUG_ROW_BOOL(aug_prefill_design, older_instructions, "older_instructions", "false", "runs on matrix instructions of an earlier generation"),
};

const aug_fields aug_prefill_design_fields = {
    .name = "prefill design",
    .about = "How a library's attention kernel for prompts cuts its work.",
    .rows = prefill_design_rows,
    .count = AUG_COUNT(prefill_design_rows),
};

static const char *const split_names[] = {"free", "fixed", "packed", "none", NULL};

typedef struct decode_design_row {
    aug_decode_design design;
    int splits;
} decode_design_row;

static const aug_field decode_design_rows[] = {
    AUG_ROW_QUANTITY(decode_design_row, design.tile_rows, "tile_rows", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "64", "rows of a tile: packed query heads"),
    AUG_ROW_QUANTITY(decode_design_row, design.tile_keys, "tile_keys", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "128", "cached tokens of one step"),
    AUG_ROW_QUANTITY(decode_design_row, design.overlap, "overlap", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "1", "blocks of a unit whose starts overlap"),
    AUG_ROW_QUANTITY(decode_design_row, design.lone_keys, "lone_keys", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "128", "cached tokens of one step where heads are not packed"),
    AUG_ROW_QUANTITY(decode_design_row, design.lone_overlap, "lone_overlap", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "1", "as overlap, where heads are not packed"),
    AUG_ROW_QUANTITY(decode_design_row, design.least_group, "least_group", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "1", "smallest group of query heads that is packed"),
    AUG_ROW_QUANTITY(decode_design_row, design.most_group, "most_group", AUG_DIMENSION_NUMBER, AUG_POSITIVE_OR_INFINITE, "inf", "largest group that is packed"),
    AUG_ROW_WORD(decode_design_row, splits, "splits", split_names, "free", "how the context is split over blocks: free as helps, fixed, free where heads are packed, none"),
    AUG_ROW_QUANTITY(decode_design_row, design.most_splits, "most_splits", AUG_DIMENSION_NUMBER, AUG_POSITIVE_OR_INFINITE, "inf", "most splits; where fixed, how many"),
    AUG_ROW_BOOL(decode_design_row, design.packs_windows, "packs_windows", "false", "packs heads of windowed layers too"),
    AUG_ROW_QUANTITY(decode_design_row, design.group_copies, "group_copies", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0", "kernels that rearrange queries or results of packed groups"),
    AUG_ROW_BOOL(decode_design_row, design.walks_window, "walks_window", "false", "steps over what lies before the window"),
    AUG_ROW_BOOL(decode_design_row, design.splits_by_context, "splits_by_context", "false", "splits by the whole context, not by the window"),
};

const aug_fields aug_decode_design_fields = {
    .name = "decode design",
    .about = "How a library's attention kernel for single tokens cuts its work.",
    .rows = decode_design_rows,
    .count = AUG_COUNT(decode_design_rows),
};

typedef struct software_row {
    const char *kind, *name, *about, *parent;
    const aug_node *overheads, *facts, *prefill_designs, *decode_designs, *sources;
    double step_seconds, step_request_seconds, prompt_seconds, prompt_token_seconds, request_seconds, looks, ranks_wait;
    bool mixes;
    ratios_row ttft, tpot;
} software_row;

static const aug_field software_rows[] = {
    AUG_ROW_TEXT(software_row, kind, "auger", "library/1"),
    AUG_ROW_TEXT(software_row, name, "name", "what the library is called"),
    AUG_ROW_TEXT(software_row, about, "about", "what it is"),
    AUG_ROW_TEXT(software_row, parent, "parent", "library that holds for all that this one does not say: another version, or the one it is built on"),
    AUG_ROW_NODE(software_row, overheads, "overheads", NULL, AUG_LAYOUT_MAP, "seconds added to every call, by kind of kernel and number formats: {gemm: {bf16: 1 us, int4/bf16: 2 us, all: 1 us}}"),
    AUG_ROW_NODE(software_row, prefill_designs, "prefill_designs", &aug_prefill_design_fields, AUG_LAYOUT_MAP, "how attention kernels for prompts cut their work, by the names that the fact 'design' uses"),
    AUG_ROW_NODE(software_row, decode_designs, "decode_designs", &aug_decode_design_fields, AUG_LAYOUT_MAP, "the same for single tokens"),
    AUG_ROW_NODE(software_row, facts, "facts", NULL, AUG_LAYOUT_MAP, "how its kernels work, by kind: {gemm: {scales_apart: [fp8_block]}}"),
    AUG_ROW_QUANTITY(software_row, step_seconds, "step", AUG_DIMENSION_SECONDS, AUG_NOT_NEGATIVE, "0", "host work per step of a server that no kernel hides"),
    AUG_ROW_QUANTITY(software_row, step_request_seconds, "step_per_request", AUG_DIMENSION_SECONDS, AUG_NOT_NEGATIVE, "0", "the same per step and request that decodes"),
    AUG_ROW_QUANTITY(software_row, prompt_seconds, "prompt", AUG_DIMENSION_SECONDS, AUG_NOT_NEGATIVE, "0", "host work per prompt of a server, which other prompts wait for"),
    AUG_ROW_QUANTITY(software_row, prompt_token_seconds, "prompt_per_token", AUG_DIMENSION_SECONDS, AUG_NOT_NEGATIVE, "0", "the same per token of the prompt"),
    AUG_ROW_QUANTITY(software_row, request_seconds, "request", AUG_DIMENSION_SECONDS, AUG_NOT_NEGATIVE, "0", "what else passes between a request's arrival and its first token"),
    AUG_ROW_BOOL(software_row, mixes, "mixes", "false", "a server puts prompts and tokens into one pass, so that tokens do not wait"),
    AUG_ROW_QUANTITY(software_row, looks, "looks", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0", "steps between two looks of a server for new requests"),
    AUG_ROW_QUANTITY(software_row, ranks_wait, "ranks_wait", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0", "steps that a prompt waits for prompts of the other ranks where attention is data-parallel"),
    AUG_ROW_GROUP(software_row, ttft, "ttft", &ratios_fields, "how far measured times to the first token lie from predicted ones"),
    AUG_ROW_GROUP(software_row, tpot, "tpot", &ratios_fields, "how far measured times per output token lie from predicted ones"),
    AUG_ROW_NODE(software_row, sources, "sources", NULL, AUG_LAYOUT_MAP, "where the numbers come from: path of a key to source"),
};

const aug_fields aug_software_fields = {
    .name = "library",
    .about = "A library of kernels: what its software adds to the time on the hardware.",
    .rows = software_rows,
    .count = AUG_COUNT(software_rows),
};

static bool is_map(const aug_reader *reader, const aug_node *node, const char *example) {
    if (node->kind == AUG_NODE_MAP)
        return true;
    aug_error *error = aug_node_error(reader->errors, node, "expected a map, found %s", aug_node_noun(reader->arena, node));
    aug_error_hint(error, "write %s", example);
    return false;
}

static const char *const fact_names[] = {
#define ROW(suffix, key, help) key,
    AUG_FACT_NAMES(ROW)
#undef ROW
};

static bool read_fact_name(const aug_reader *reader, const aug_node *node, aug_fact_name *name) {
    for (int i = 0; i < AUG_FACT_COUNT; i++)
        if (strcmp(fact_names[i], node->key) == 0) {
            *name = (aug_fact_name)i;
            return true;
        }
    aug_spelling spelling = {.wanted = node->key};
    for (int i = 0; i < AUG_FACT_COUNT; i++)
        aug_spelling_offer(&spelling, fact_names[i]);
    aug_error *error = aug_node_key_error(reader->errors, node, "unknown fact '%.60s'", node->key);
    aug_spelling_hint(&spelling, error);
    return false;
}

static aug_software_key take_apart(const char *text) {
    const char *colon = strchr(text, ':'), *at = strchr(text, '@'), *end = text + strlen(text);
    aug_software_key key = {.text = text, .family = at ? at + 1 : NULL};
    key.formats_length = (unsigned)((colon ? colon : at ? at : end) - text);
    key.all = key.formats_length == 3 && strncmp(text, "all", 3) == 0;
    if (colon) {
        key.kernel = colon + 1;
        key.kernel_length = (unsigned)((at ? at : end) - key.kernel);
    }
    return key;
}

static bool read_overheads(const aug_reader *reader, const aug_node *map, aug_software *software) {
    if (map && !is_map(reader, map, "{gemm: {bf16: 1 us}}"))
        return false;
    bool good = true;
    for (const aug_node *kind = map ? map->first : NULL; kind; kind = kind->next) {
        aug_kernel_kind index;
        if (!aug_kernel_kind_read(reader, kind, &index) || !is_map(reader, kind, "{bf16: 1 us}")) {
            good = false;
            continue;
        }
        for (const aug_node *row = kind->first; row; row = row->next) {
            double seconds;
            if (!aug_scalar_quantity(reader, row, AUG_DIMENSION_SECONDS, AUG_NOT_NEGATIVE, &seconds)) {
                good = false;
            } else if (software->overhead_count == AUG_OVERHEADS) {
                aug_node_error(reader->errors, row, "more than %d overheads", AUG_OVERHEADS);
                return false;
            } else {
                software->overheads[software->overhead_count++] = (aug_overhead){(int)index, take_apart(row->key), seconds};
            }
        }
    }
    return good;
}

static bool add_fact(const aug_reader *reader, const aug_node *node, const aug_fact *fact, aug_software *software) {
    if (software->fact_count == AUG_FACTS) {
        aug_node_error(reader->errors, node, "more than %d facts", AUG_FACTS);
        return false;
    }
    software->facts[software->fact_count++] = *fact;
    return true;
}

// [formats, ...]: it is so for them; {formats: value, ...}; or one value for all formats.
static bool read_fact(const aug_reader *reader, const aug_node *node, int kind, aug_software *software) {
    aug_fact fact = {.kind = kind, .key = take_apart("all"), .value = node->text};
    if (!read_fact_name(reader, node, &fact.name))
        return false;
    if (node->kind == AUG_NODE_SCALAR)
        return add_fact(reader, node, &fact, software);
    bool good = true, list = node->kind == AUG_NODE_LIST;
    for (const aug_node *item = node->first; item; item = item->next) {
        const char *text;
        if (!aug_scalar_text(reader, item, &text)) {
            good = false;
            continue;
        }
        fact.key = take_apart(list ? text : item->key);
        fact.value = list ? "true" : text;
        good &= add_fact(reader, item, &fact, software);
    }
    return good;
}

static bool read_facts(const aug_reader *reader, const aug_node *map, aug_software *software) {
    if (map && !is_map(reader, map, "{gemm: {scales_apart: [fp8_block]}}"))
        return false;
    bool good = true;
    for (const aug_node *kind = map ? map->first : NULL; kind; kind = kind->next) {
        aug_kernel_kind index;
        if (!aug_kernel_kind_read(reader, kind, &index) || !is_map(reader, kind, "{scales_apart: [fp8_block]}")) {
            good = false;
            continue;
        }
        for (const aug_node *fact = kind->first; fact; fact = fact->next)
            good &= read_fact(reader, fact, (int)index, software);
    }
    return good;
}

static bool read_designs(const aug_reader *reader, const aug_node *map, bool prefill, aug_named_design *designs, int *count) {
    if (map && !is_map(reader, map, "{name: {tile_rows: 64}}"))
        return false;
    bool good = true;
    for (const aug_node *row = map ? map->first : NULL; row; row = row->next) {
        if (*count == AUG_DESIGNS) {
            aug_node_error(reader->errors, row, "more than %d designs", AUG_DESIGNS);
            return false;
        }
        aug_named_design *design = &designs[(*count)++];
        design->name = row->key;
        if (prefill) {
            good &= aug_fields_read(reader, row, &aug_prefill_design_fields, &design->prefill);
            continue;
        }
        decode_design_row decode;
        good &= aug_fields_read(reader, row, &aug_decode_design_fields, &decode);
        design->decode = decode.design;
        design->decode.splits = (aug_splits)decode.splits;
    }
    return good;
}

static int fact_place(const aug_fact *fact) {
    return fact->kind * AUG_FACT_COUNT + (int)fact->name;
}

// Brings rows of one kind and name together, in the order in which they stand, and notes where each begins. Files are nearly in order.
static void make_index(aug_software *software) {
    for (int i = 1; i < software->fact_count; i++) {
        aug_fact fact = software->facts[i];
        int at = i;
        for (; at > 0 && fact_place(&software->facts[at - 1]) > fact_place(&fact); at--)
            software->facts[at] = software->facts[at - 1];
        software->facts[at] = fact;
    }
    for (int i = 1; i < software->overhead_count; i++) {
        aug_overhead row = software->overheads[i];
        int at = i;
        for (; at > 0 && software->overheads[at - 1].kind > row.kind; at--)
            software->overheads[at] = software->overheads[at - 1];
        software->overheads[at] = row;
    }
    for (int place = 0, at = 0; place <= AUG_KERNEL_KIND_COUNT * AUG_FACT_COUNT; place++) {
        while (at < software->fact_count && fact_place(&software->facts[at]) < place)
            at++;
        software->first_fact[place] = at;
    }
    for (int kind = 0, at = 0; kind <= AUG_KERNEL_KIND_COUNT; kind++) {
        while (at < software->overhead_count && software->overheads[at].kind < kind)
            at++;
        software->first_overhead[kind] = at;
    }
}

bool aug_software_read(const aug_reader *reader, const aug_node *root, const char *name, aug_software *software) {
    software_row row;
    *software = (aug_software){0};
    if (!aug_fields_read(reader, root, &aug_software_fields, &row))
        return false;
    software->name = row.name ? row.name : name;
    software->about = row.about;
    software->parent = row.parent;
    software->step_seconds = row.step_seconds;
    software->step_request_seconds = row.step_request_seconds;
    software->prompt_seconds = row.prompt_seconds;
    software->prompt_token_seconds = row.prompt_token_seconds;
    software->looks = row.looks;
    software->ranks_wait = row.ranks_wait;
    software->mixes = row.mixes;
    software->request_seconds = row.request_seconds;
    software->ttft_low = row.ttft.low;
    software->ttft_high = row.ttft.high;
    software->tpot_low = row.tpot.low;
    software->tpot_high = row.tpot.high;
    bool good = read_overheads(reader, row.overheads, software);
    good &= read_designs(reader, row.prefill_designs, true, software->prefill_designs, &software->prefill_design_count);
    good &= read_designs(reader, row.decode_designs, false, software->decode_designs, &software->decode_design_count);
    good &= read_facts(reader, row.facts, software);
    make_index(software);
    return good;
}

// Adds what the parent says behind what the library says: the first of equally near rows counts.
static void add_parent(const aug_software *parent, aug_software *software) {
    for (int i = 0; i < parent->overhead_count && software->overhead_count < AUG_OVERHEADS; i++)
        software->overheads[software->overhead_count++] = parent->overheads[i];
    for (int i = 0; i < parent->fact_count && software->fact_count < AUG_FACTS; i++)
        software->facts[software->fact_count++] = parent->facts[i];
    for (int i = 0; i < parent->prefill_design_count && software->prefill_design_count < AUG_DESIGNS; i++)
        software->prefill_designs[software->prefill_design_count++] = parent->prefill_designs[i];
    for (int i = 0; i < parent->decode_design_count && software->decode_design_count < AUG_DESIGNS; i++)
        software->decode_designs[software->decode_design_count++] = parent->decode_designs[i];
    make_index(software);
}

static aug_software *load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name, int depth) {
    const aug_reader reader = {arena, errors};
    aug_library_file file;
    const aug_node *root = aug_library_read(library, arena, errors, "libraries", "library", name, &file);
    aug_software *software = root ? AUG_NEW(arena, aug_software) : NULL;
    if (!software || !aug_software_read(&reader, root, file.name, software))
        return NULL;
    if (!software->parent)
        return software;
    if (depth == 0) {
        aug_error *error = aug_node_error(errors, aug_node_peek(root, "parent"), "too many libraries above one another");
        aug_error_hint(error, "a library must not be its own parent");
        return NULL;
    }
    const aug_software *parent = load(library, arena, errors, software->parent, depth - 1);
    if (!parent)
        return NULL;
    add_parent(parent, software);
    return software;
}

aug_software *aug_software_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name) {
    return load(library, arena, errors, name, 4);
}

static bool contains(const char *text, const char *part, size_t length) {
    for (; text && *text; text++)
        if (strncmp(text, part, length) == 0)
            return true;
    return false;
}

// How near a row comes to what is looked up: the kernel counts for most, and the longer the part of its name the nearer, then the
// formats, then the family, the machine's own before those above it; 0: it speaks of something else.
static int nearness(const aug_software_key *key, const aug_software_use *use, size_t formats_length) {
    int near = 1;
    if (key->kernel && !use->kernel)
        return 0;
    if (key->formats_length == formats_length && memcmp(key->text, use->formats, formats_length) == 0)
        near = 3;
    else if (!key->all)
        return 0;
    if (key->kernel && !contains(use->kernel, key->kernel, key->kernel_length))
        return 0;
    int family = 0;
    while (key->family && family < use->family_count && strcmp(key->family, use->families[family]) != 0)
        family++;
    if (key->family && family == use->family_count)
        return 0;
    return 16 * near + 128 * (key->kernel ? 1 + (int)key->kernel_length : 0) + (key->family ? 15 - family : 0);
}

static const aug_overhead *find_overhead(const aug_software_use *use) {
    const aug_software *s = use->software;
    const aug_overhead *found = NULL;
    int nearest = 0;
    size_t length = strlen(use->formats);
    for (int i = s->first_overhead[use->kind]; i < s->first_overhead[use->kind + 1]; i++) {
        int near = nearness(&s->overheads[i].key, use, length);
        if (near > nearest) {
            nearest = near;
            found = &s->overheads[i];
        }
    }
    return found;
}

double aug_software_overhead(const aug_software_use *use) {
    const aug_overhead *row = find_overhead(use);
    return row ? row->seconds : 0.0;
}

const char *aug_software_overhead_key(const aug_software_use *use, char text[2 * AUG_FORMATS_TEXT]) {
    const aug_overhead *row = find_overhead(use);
    snprintf(text, 2 * AUG_FORMATS_TEXT, "%s", row && !row->key.all ? row->key.text : use->formats);
    return text;
}

const char *aug_software_fact(const aug_software_use *use, aug_fact_name name) {
    const aug_software *s = use->software;
    const char *value = NULL;
    int nearest = 0, place = (int)use->kind * AUG_FACT_COUNT + (int)name;
    size_t length = strlen(use->formats);
    for (int i = s->first_fact[place]; i < s->first_fact[place + 1]; i++) {
        int near = nearness(&s->facts[i].key, use, length);
        if (near > nearest) {
            nearest = near;
            value = s->facts[i].value;
        }
    }
    return value;
}

double aug_software_number(const aug_software_use *use, aug_fact_name name, double fallback) {
    const char *text = aug_software_fact(use, name);
    char *end = NULL;
    double value = text ? strtod(text, &end) : fallback;
    return text && (end == text || *end) ? fallback : value;
}

int aug_software_word(const aug_software_use *use, aug_fact_name name, const char *const *words) {
    const char *text = aug_software_fact(use, name);
    for (int i = 0; text && words[i]; i++)
        if (strcmp(words[i], text) == 0)
            return i;
    return 0;
}

const char *aug_software_formats(aug_number_format weights, aug_number_format activations, char text[AUG_FORMATS_TEXT]) {
    if (weights == activations)
        snprintf(text, AUG_FORMATS_TEXT, "%s", aug_format_name(weights));
    else
        snprintf(text, AUG_FORMATS_TEXT, "%s/%s", aug_format_name(weights), aug_format_name(activations));
    return text;
}
