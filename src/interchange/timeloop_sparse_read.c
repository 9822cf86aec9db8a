// The section `sparse_optimizations`: formats of stored tiles, accesses and operations that zeros save.
//
//     UOP offsets, CP coordinates, RLE run_length, B bitmask, U and UB uncompressed; ranks from the outermost
//     one
#include "interchange/timeloop_keys.h"
#include "interchange/timeloop_parts.h"

#include "base/buffer.h"

#include <math.h>
#include <string.h>

static const char *const sparse_known[] = {"version", "targets", NULL};
static const aug_timeloop_keys sparse_keys = {"'sparse_optimizations'", sparse_known, NULL};
static const char *const target_known[] = {
    "name", "target", "action_optimization", "representation_format", "compression", "compute_optimization",
    NULL};
static const aug_timeloop_keys target_keys = {"a target of sparse optimisations", target_known, NULL};
static const char *const format_known[] = {"data_spaces", NULL};
static const aug_timeloop_keys format_keys = {"a representation format", format_known, NULL};
static const char *const space_known[] = {"name", "ranks", NULL};
static const aug_timeloop_refusal space_refused[] = {
    {"compression_rate", "what is compressed is compressed as far as its zeros allow"},
    {NULL, NULL},
};
static const aug_timeloop_keys space_keys = {"a data space of a representation format", space_known,
                                             space_refused};
static const char *const rank_known[] = {"format", "metadata_word_bits", "payload_word_bits",
                                         "metadata_datawidth", NULL};
static const aug_timeloop_refusal rank_refused[] = {
    {"flattened_rankIDs", "state one format for each rank"},
    {NULL, NULL},
};
static const aug_timeloop_keys rank_keys = {"a rank of a representation format", rank_known, rank_refused};
static const char *const group_known[] = {"type",         "options",        "target",
                                          "condition_on", "conditioned_on", NULL};
static const aug_timeloop_keys group_keys = {"an action optimisation", group_known, NULL};
static const char *const option_known[] = {"target", "condition_on", "conditioned_on", NULL};
static const aug_timeloop_keys option_keys = {"an option", option_known, NULL};
static const char *const compute_known[] = {"type", NULL};
static const aug_timeloop_keys compute_keys = {"a compute optimisation", compute_known, NULL};

static const char *const format_words[] = {"UOP", "CP", "RLE", "B", "UB", "U", NULL};
static const char *const format_names[] = {"offsets", "coordinates",  "run_length",
                                           "bitmask", "uncompressed", "uncompressed"};

// ---- Formats

// Words of metadata have one width in a memory: what ranks state has to agree.
static bool set_metadata_bits(const aug_timeloop_design *d, const aug_node *node, aug_timeloop_level *level,
                              bool *stated) {
    double bits;
    if (!node)
        return true;
    if (!aug_timeloop_whole(d->reader, node, 1.0, &bits))
        return false;
    if (*stated && bits != level->metadata_bits) {
        aug_error *error =
            aug_node_error(d->reader->errors, node,
                           "words of metadata of %.0f bits beside others of %.0f bits cannot be expressed",
                           bits, level->metadata_bits);
        aug_error_hint(error, "all metadata of one memory has words of one width");
        return false;
    }
    *stated = true;
    level->metadata_bits = bits;
    return true;
}

static bool read_rank(const aug_timeloop_design *d, const aug_node *node, aug_timeloop_level *level,
                      bool *stated, aug_buffer *out) {
    const aug_reader *reader = d->reader;
    if (!aug_timeloop_check(reader, node, &rank_keys))
        return false;
    const aug_node *format = aug_timeloop_need(reader, node, "format", "a rank of a representation format");
    const char *text;
    if (!format || !aug_scalar_text(reader, format, &text))
        return false;
    int at = 0;
    while (format_words[at] && strcasecmp(format_words[at], text) != 0)
        at++;
    if (!format_words[at]) {
        aug_timeloop_unknown(reader, format, "format", text, format_words);
        return false;
    }
    aug_buffer_print(out, "%s%s", out->length > 1 ? ", " : "", format_names[at]);
    return set_metadata_bits(d, aug_timeloop_get(node, "metadata_word_bits"), level, stated) &&
           set_metadata_bits(d, aug_timeloop_get(node, "metadata_datawidth"), level, stated) &&
           set_metadata_bits(d, aug_timeloop_get(node, "payload_word_bits"), level, stated);
}

static bool read_space(const aug_timeloop_design *d, const aug_node *node, aug_timeloop_level *level,
                       bool *stated) {
    const aug_reader *reader = d->reader;
    if (!aug_timeloop_check(reader, node, &space_keys))
        return false;
    const aug_node *name = aug_timeloop_need(reader, node, "name", space_keys.noun),
                   *ranks = aug_timeloop_need(reader, node, "ranks", space_keys.noun);
    const char *text;
    if (!name || !ranks || !aug_scalar_text(reader, name, &text) ||
        !aug_timeloop_is_list(reader, ranks, "ranks"))
        return false;
    int at = aug_timeloop_space_index(&d->problem, text);
    if (at < 0 || level->formats[at] || ranks->count < 1 || ranks->count > 16) {
        aug_node_error(reader->errors, at >= 0 && !level->formats[at] ? ranks : name,
                       at < 0               ? "unknown data space '%.60s'"
                       : level->formats[at] ? "a second format for data space '%.60s'"
                                            : "expected 1 to 16 ranks of data space '%.60s'",
                       text);
        return false;
    }
    aug_buffer out;
    aug_buffer_init(&out, reader->arena);
    aug_buffer_put(&out, "[");
    for (const aug_node *rank = ranks->first; rank; rank = rank->next)
        if (!read_rank(d, rank, level, stated, &out))
            return false;
    aug_buffer_put(&out, "]");
    level->formats[at] = aug_buffer_text(&out);
    return true;
}

static bool read_formats(const aug_timeloop_design *d, const aug_node *node, aug_timeloop_level *level) {
    if (!node)
        return true;
    if (!aug_timeloop_check(d->reader, node, &format_keys))
        return false;
    const aug_node *spaces = aug_timeloop_get(node, "data_spaces");
    if (!aug_timeloop_is_list(d->reader, spaces, "data spaces"))
        return false;
    bool stated = false;
    for (const aug_node *space = spaces ? spaces->first : NULL; space; space = space->next)
        if (!read_space(d, space, level, &stated))
            return false;
    return true;
}

// ---- Accesses

static bool read_option(const aug_timeloop_design *d, const aug_node *node, aug_timeloop_group *group) {
    const aug_reader *reader = d->reader;
    const aug_node *target = aug_timeloop_need(reader, node, "target", "an option"),
                   *on = aug_timeloop_get(node, "condition_on");
    if (!on)
        on = aug_timeloop_get(node, "conditioned_on");
    const char *text;
    if (!on)
        aug_node_key_error(reader->errors, node, "key 'condition_on' is missing in an option");
    if (!target || !on || !aug_scalar_text(reader, target, &text))
        return false;
    aug_timeloop_option option = {.target = aug_timeloop_space_index(&d->problem, text)};
    if (option.target < 0) {
        aug_node_error(reader->errors, target, "unknown data space '%.60s'", text);
        return false;
    }
    if (!aug_timeloop_spaces(d, on, &option.on))
        return false;
    if (option.on == 0 || option.on & 1u << option.target || group->count == AUG_TIMELOOP_SPACES) {
        aug_node_error(reader->errors, on,
                       group->count == AUG_TIMELOOP_SPACES ? "more than 6 options"
                                                           : "expected other data spaces than the target");
        return false;
    }
    group->options[group->count++] = option;
    return true;
}

static bool read_group_type(const aug_timeloop_design *d, const aug_node *node, aug_timeloop_group *group) {
    static const char *const words[] = {"gating", "skipping", NULL};
    const aug_node *type = aug_timeloop_need(d->reader, node, "type", "an action optimisation");
    const char *text;
    if (!type || !aug_scalar_text(d->reader, type, &text))
        return false;
    group->skips = strcmp(text, "skipping") == 0;
    if (group->skips || strcmp(text, "gating") == 0)
        return true;
    if (aug_timeloop_same(text, "spatial_skipping")) {
        aug_error *error = aug_node_error(d->reader->errors, type,
                                          "an action optimisation of type '%s' cannot be expressed", text);
        aug_error_hint(error, "skipping saves accesses and time in each instance");
        return false;
    }
    aug_timeloop_unknown(d->reader, type, "type of action optimisation", text, words);
    return false;
}

static bool read_group(const aug_timeloop_design *d, const aug_node *node, aug_timeloop_level *level) {
    const aug_reader *reader = d->reader;
    aug_timeloop_group group = {.count = 0};
    if (!aug_timeloop_check(reader, node, &group_keys) || !read_group_type(d, node, &group))
        return false;
    const aug_node *options = aug_timeloop_get(node, "options");
    if (!aug_timeloop_is_list(reader, options, "options"))
        return false;
    if (!options && !read_option(d, node, &group))
        return false;
    for (const aug_node *option = options ? options->first : NULL; option; option = option->next)
        if (!aug_timeloop_check(reader, option, &option_keys) || !read_option(d, option, &group))
            return false;
    if (level->group_count == AUG_TIMELOOP_GROUPS) {
        aug_node_error(reader->errors, node, "more than 16 action optimisations of one memory");
        return false;
    }
    if (group.count > 0)
        level->groups[level->group_count++] = group;
    return true;
}

// ---- Operations

static bool read_compute(const aug_timeloop_design *d, const aug_node *list, aug_timeloop_level *level) {
    static const char *const words[] = {"gating", "gate_on_zero_operand", "skipping",
                                        "skip_on_not_aligned_operands", NULL};
    const aug_reader *reader = d->reader;
    if (!aug_timeloop_is_list(reader, list, "compute optimisations"))
        return false;
    for (const aug_node *node = list ? list->first : NULL; node; node = node->next) {
        const aug_node *type = aug_timeloop_check(reader, node, &compute_keys)
                                   ? aug_timeloop_need(reader, node, "type", "a compute optimisation")
                                   : NULL;
        const char *text;
        if (!type || !aug_scalar_text(reader, type, &text))
            return false;
        int at = 0;
        while (words[at] && !aug_timeloop_same(words[at], text))
            at++;
        if (!words[at]) {
            aug_timeloop_unknown(reader, type, "type of compute optimisation", text, words);
            return false;
        }
        aug_timeloop_zeros zeros = at < 2 ? AUG_TIMELOOP_ZEROS_GATED : AUG_TIMELOOP_ZEROS_SKIPPED;
        if (level->zeros != AUG_TIMELOOP_ZEROS_COMPUTED && level->zeros != zeros) {
            aug_error *error = aug_node_error(reader->errors, type,
                                              "gating beside skipping of operations cannot be expressed");
            aug_error_hint(error, "operations on a zero are either gated or skipped");
            return false;
        }
        level->zeros = zeros;
    }
    return true;
}

static bool read_target(aug_timeloop_design *d, const aug_node *node) {
    const aug_reader *reader = d->reader;
    if (!aug_timeloop_check(reader, node, &target_keys))
        return false;
    const aug_node *name = aug_timeloop_get(node, "name");
    if (!name)
        name = aug_timeloop_need(reader, node, "target", target_keys.noun);
    int at = name ? aug_timeloop_level_find(d, name, false) : -1;
    if (at < 0)
        return false;
    aug_timeloop_level *level = &d->machine.levels[at];
    const aug_node *actions = aug_timeloop_get(node, "action_optimization"),
                   *format = aug_timeloop_get(node, "representation_format");
    const aug_node *compute = aug_timeloop_get(node, "compute_optimization");
    if (!format)
        format = aug_timeloop_get(node, "compression");
    const aug_node *wrong = level->computes ? (actions ? actions : format) : compute;
    if (wrong) {
        aug_node_key_error(reader->errors, wrong, "'%.60s' does not belong to %s", wrong->key,
                           level->computes ? "a compute unit" : "a memory");
        return false;
    }
    if (!aug_timeloop_is_list(reader, actions, "action optimisations") || !read_formats(d, format, level) ||
        !read_compute(d, compute, level))
        return false;
    bool good = true;
    for (const aug_node *group = actions ? actions->first : NULL; group; group = group->next)
        good &= read_group(d, group, level);
    return good;
}

bool aug_timeloop_sparse_read(aug_timeloop_design *d, const aug_node *sparse) {
    if (!aug_timeloop_check(d->reader, sparse, &sparse_keys))
        return false;
    const aug_node *targets = aug_timeloop_get(sparse, "targets");
    if (!aug_timeloop_is_list(d->reader, targets, "targets"))
        return false;
    d->machine.saves_zeros = true;
    bool good = true;
    for (const aug_node *target = targets ? targets->first : NULL; target; target = target->next)
        good &= read_target(d, target);
    return good;
}
