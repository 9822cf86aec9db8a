// From a file of constraints to integers of each problem.
//
//     keep: {buffer: {must: [A], never: [Z]}}      buffer: must = {A}, never = {Z}
//     spatial: {pe.x: [m]}                         only m runs along pe.x; pe.y is free
//     order: {buffer: [k, m]}                      ... for k for m buffer[...]
//     tiles: {buffer: {m: 64, k: {at_most: 128}}}  m: 64 .. 64, k: 1 .. 128 inside the stores of buffer
//
// The einsums of a workload share one file and one machine: memories, axes and units have the same numbers in
// every problem, tensors and ranks do not. What contradicts itself whatever the sizes of the machine are is
// wrong input; what the machine has no room for is for the search to find.
#include "mapper/restriction_read.h"

#include "base/spelling.h"
#include "mapping/mapping_words.h"
#include "text/fields.h"
#include "text/library.h"

#include <inttypes.h>
#include <string.h>

typedef struct restriction_row {
    const char *kind, *name, *about;
    const aug_node *keep, *spatial, *order, *tiles, *sources;
    double min_utilization;
} restriction_row;

static const aug_field restriction_rows[] = {
    AUG_ROW_TEXT(restriction_row, kind, "auger", "constraints/1"),
    AUG_ROW_TEXT(restriction_row, name, "name", "what the constraints are called"),
    AUG_ROW_TEXT(restriction_row, about, "about", "what they are for, in one sentence"),
    AUG_ROW_NODE(
        restriction_row, keep, "keep", &aug_keep_fields, AUG_LAYOUT_MAP,
        "memory to what it keeps, on top of what the machine says: `{buffer: {must: [A], never: [output]}}`"),
    AUG_ROW_NODE(restriction_row, spatial, "spatial", NULL, AUG_LAYOUT_MAP,
                 "axis to the ranks that may be spread along it: `{pe.x: [m], pe.y: []}`; axes that are "
                 "missing are free"),
    AUG_ROW_NODE(restriction_row, order, "order", NULL, AUG_LAYOUT_MAP,
                 "memory or compute unit to ranks: the loops in time directly above its stores, outer to "
                 "inner: `{buffer: [k, m]}`. Other "
                 "ranks stand outside of them; a rank whose loop has one step is absent"),
    AUG_ROW_NODE(restriction_row, tiles, "tiles", NULL, AUG_LAYOUT_MAP,
                 "memory to rank to what remains of the rank inside the memory's stores: `{buffer: {m: 64, "
                 "k: {at_most: 128}}}`"),
    AUG_ROW_QUANTITY(restriction_row, min_utilization, "min_utilization", AUG_DIMENSION_NUMBER, AUG_SHARE,
                     NULL, "least share of all compute instances and cycles that is used"),
    AUG_ROW_NODE(restriction_row, sources, "sources", NULL, AUG_LAYOUT_MAP,
                 "where the constraints come from: key to source"),
};

const aug_fields aug_restriction_fields = {
    .name = "constraints",
    .about = "What is wanted of the mappings of a search.",
    .rows = restriction_rows,
    .count = AUG_COUNT(restriction_rows),
};

typedef struct tile_row {
    uint64_t at_least, at_most;
} tile_row;

static const aug_field tile_rows[] = {
    AUG_ROW_COUNT(tile_row, at_least, "at_least", "1", "the smallest tile"),
    AUG_ROW_COUNT(tile_row, at_most, "at_most", NULL, "the largest tile; the size of the rank where missing"),
};

const aug_fields aug_restriction_tile_fields = {
    .name = "constraints: tile",
    .about = "Bounds of the tile of a rank in a memory. A number alone is the tile.",
    .rows = tile_rows,
    .count = AUG_COUNT(tile_rows),
    .plain = true,
};

typedef struct restriction_reader {
    const aug_reader *reader;
    const aug_problem *const *problems;
    int count; // 0: names are not looked up
    aug_restriction *restrictions;
    bool good; // no error so far
} restriction_reader;

// Names of one kind that a problem has.
typedef struct name_kind {
    const char *noun, *plural;
    aug_mapping_namer *of;
} name_kind;

static const char *unit_name(const aug_problem *problem, int compute) {
    return problem->computes[compute].name;
}

static const name_kind memory_names = {"memory", "memories", aug_mapping_memory_name};
static const name_kind axis_names = {"axis", "axes", aug_mapping_axis_name};
static const name_kind rank_names = {"rank", "ranks", aug_mapping_rank_name};
static const name_kind tensor_names = {"tensor or role", "tensors", aug_mapping_tensor_name};
static const name_kind place_names = {"memory or compute unit", "memories", aug_mapping_memory_name};
static const name_kind unit_names = {"compute unit", "compute units", unit_name};

static int count_names(const aug_problem *p, const name_kind *kind) {
    return kind == &memory_names || kind == &place_names ? p->memory_count
           : kind == &axis_names                         ? p->axis_count
           : kind == &rank_names                         ? p->rank_count
           : kind == &unit_names                         ? p->compute_count
                                                         : p->tensor_count;
}

// The index of a name in a problem; -1: it has none of this name.
static int find(const aug_problem *p, const name_kind *kind, const char *name) {
    for (int i = 0; i < count_names(p, kind); i++)
        if (strcmp(kind->of(p, i), name) == 0)
            return i;
    return -1;
}

static bool is_known(const restriction_reader *r, const name_kind *kind, const char *name) {
    for (int e = 0; e < r->count; e++)
        if (find(r->problems[e], kind, name) >= 0)
            return true;
    return r->count == 0;
}

static aug_error *complain(restriction_reader *r, const aug_node *node, bool at_key, const char *text) {
    r->good = false;
    return at_key ? aug_node_key_error(r->reader->errors, node, "%s", text)
                  : aug_node_error(r->reader->errors, node, "%s", text);
}

static aug_spelling nearest_name(const restriction_reader *r, const char *name, const name_kind *kind) {
    aug_spelling spelling = {.wanted = name};
    for (int e = 0; e < r->count; e++)
        for (int i = 0; i < count_names(r->problems[e], kind); i++)
            aug_spelling_offer(&spelling, kind->of(r->problems[e], i));
    for (int i = 0; kind == &tensor_names && aug_role_names[i]; i++)
        aug_spelling_offer(&spelling, aug_role_names[i]);
    return spelling;
}

// A name that no problem has, with the nearest one or all of them as the hint.
static void refuse_name(restriction_reader *r, const aug_node *node, bool at_key, const char *name,
                        const name_kind *kind) {
    const aug_spelling spelling = nearest_name(r, name, kind);
    const aug_problem *first = r->problems[0];
    int count = count_names(first, kind);
    aug_arena *arena = r->reader->arena;
    aug_error *error =
        complain(r, node, at_key, aug_arena_print(arena, "no %s is called '%.60s'", kind->noun, name));
    bool memory = kind == &axis_names && find(first, &memory_names, name) >= 0;
    if (spelling.nearest && name[0] && name[1]) // one letter is as near to any other
        aug_error_hint(error, "did you mean '%s'?", spelling.nearest);
    else if (count > 0)
        aug_error_hint(error, "%s%s%sthe %s are %s", memory ? "'" : "", memory ? name : "",
                       memory ? "' is a memory; " : "", kind->plural,
                       aug_mapping_names(arena, first, count, kind->of));
    else
        aug_error_hint(error, "there are no %s", kind->plural);
}

// Whether a node is a map; each key of it names something.
static bool is_map(restriction_reader *r, const aug_node *node, const char *example) {
    if (node->kind == AUG_NODE_MAP)
        return true;
    aug_arena *arena = r->reader->arena;
    aug_error *error = complain(
        r, node, false, aug_arena_print(arena, "expected a map, found %s", aug_node_noun(arena, node)));
    aug_error_hint(error, "write %s", example);
    return false;
}

// The number of a memory or an axis, the same in all problems; -1 with an error added. 0 where names are not
// looked up.
static int find_key(restriction_reader *r, const aug_node *member, const name_kind *kind) {
    if (r->count == 0)
        return 0;
    int index = find(r->problems[0], kind, member->key);
    if (index < 0)
        refuse_name(r, member, true, member->key, kind);
    return index;
}

// ---- keep

static bool is_role(const char *name) {
    for (int i = 0; aug_role_names[i]; i++)
        if (strcmp(aug_role_names[i], name) == 0)
            return true;
    return false;
}

static void check_tensors(restriction_reader *r, const aug_node *list) {
    if (!list || list->kind == AUG_NODE_MAP)
        return;
    const aug_node *single = list->kind == AUG_NODE_SCALAR ? list : NULL;
    for (const aug_node *item = single ? single : list->first; item; item = single ? NULL : item->next)
        if (item->kind == AUG_NODE_SCALAR && !is_role(item->text) && !is_known(r, &tensor_names, item->text))
            refuse_name(r, item, false, item->text, &tensor_names);
}

static void read_keep(restriction_reader *r, const aug_node *node) {
    if (!is_map(r, node, "keep: {buffer: {must: [A], never: [Z]}}"))
        return;
    for (const aug_node *member = node->first; member; member = member->next) {
        int memory = find_key(r, member, &memory_names);
        aug_keep keep;
        if (!aug_keep_read(r->reader, member, &keep)) {
            r->good = false;
            continue;
        }
        check_tensors(r, aug_node_peek(member, "must"));
        check_tensors(r, aug_node_peek(member, "may"));
        check_tensors(r, aug_node_peek(member, "never"));
        for (int e = 0; memory >= 0 && e < r->count; e++)
            aug_problem_keep(r->problems[e], &keep, &r->restrictions[e].must[memory],
                             &r->restrictions[e].never[memory]);
    }
}

// ---- Lists of ranks

// Each rank once; one scalar is a list of one.
static bool check_ranks(restriction_reader *r, const aug_node *list) {
    aug_arena *arena = r->reader->arena;
    if (list->kind != AUG_NODE_LIST && (list->kind == AUG_NODE_MAP || aug_node_is_null(list))) {
        aug_error *error = complain(
            r, list, false,
            aug_arena_print(arena, "expected a list of ranks, found %s", aug_node_noun(arena, list)));
        aug_error_hint(error, "write [m, k], or [] for none");
        return false;
    }
    bool good = true;
    const aug_node *single = list->kind == AUG_NODE_SCALAR ? list : NULL;
    for (const aug_node *item = single ? single : list->first; item; item = single ? NULL : item->next) {
        const char *name;
        if (!aug_scalar_text(r->reader, item, &name)) {
            good = r->good = false;
            continue;
        }
        for (const aug_node *other = single ? single : list->first; other != item; other = other->next) {
            if (other->kind != AUG_NODE_SCALAR || strcmp(other->text, name) != 0)
                continue;
            complain(r, item, false, aug_arena_print(arena, "rank '%.60s' stands twice", name));
            good = false;
            break;
        }
        if (is_known(r, &rank_names, name))
            continue;
        refuse_name(r, item, false, name, &rank_names);
        good = false;
    }
    return good;
}

// The ranks of a list that a problem has, in its order.
static int take_ranks(const aug_problem *problem, const aug_node *list, int *ranks) {
    int count = 0;
    const aug_node *single = list->kind == AUG_NODE_SCALAR ? list : NULL;
    for (const aug_node *item = single ? single : list->first; item; item = single ? NULL : item->next) {
        int rank = find(problem, &rank_names, item->text);
        if (rank >= 0)
            ranks[count++] = rank;
    }
    return count;
}

// ---- spatial

static void read_spatial(restriction_reader *r, const aug_node *node) {
    if (!is_map(r, node, "spatial: {pe.x: [m]}"))
        return;
    for (const aug_node *member = node->first; member; member = member->next) {
        int axis = find_key(r, member, &axis_names);
        if (!check_ranks(r, member))
            continue;
        for (int e = 0; axis >= 0 && e < r->count; e++) {
            int ranks[AUG_PROBLEM_RANKS], count = take_ranks(r->problems[e], member, ranks);
            r->restrictions[e].axis_is_fixed[axis] = true;
            for (int i = 0; i < count; i++)
                r->restrictions[e].axis_ranks[axis] |= 1u << ranks[i];
        }
    }
}

// ---- order

// The place of a memory's loops, or of those of a compute unit; -1 with an error added.
static int find_place(restriction_reader *r, const aug_node *member) {
    if (r->count == 0)
        return 0;
    int memory = find(r->problems[0], &memory_names, member->key);
    if (memory == 0) {
        aug_error *error = complain(
            r, member, true,
            aug_arena_print(r->reader->arena,
                            "no loops stand above the stores of '%.60s', the outermost memory", member->key));
        aug_error_hint(error, "loops between two memories are named by the inner one");
        return -1;
    }
    if (memory > 0)
        return memory;
    if (find(r->problems[0], &unit_names, member->key) >= 0)
        return AUG_PROBLEM_MEMORIES;
    refuse_name(r, member, true, member->key, &place_names);
    return -1;
}

static void read_order(restriction_reader *r, const aug_node *node) {
    if (!is_map(r, node, "order: {buffer: [k, m]}"))
        return;
    for (const aug_node *member = node->first; member; member = member->next) {
        int place = find_place(r, member);
        if (!check_ranks(r, member))
            continue;
        for (int e = 0; place >= 0 && e < r->count; e++) {
            const aug_problem *problem = r->problems[e];
            int unit = aug_problem_unit(problem);
            if (place == AUG_PROBLEM_MEMORIES &&
                (unit < 0 || strcmp(problem->computes[unit].name, member->key) != 0))
                continue; // a unit that this einsum does not run on
            aug_restriction *restriction = &r->restrictions[e];
            restriction->order_count[place] = take_ranks(problem, member, restriction->order[place]);
        }
    }
}

// ---- tiles

// Reads 64, or {at_least: 16, at_most: 64}. False with an error added.
static bool read_range(restriction_reader *r, const aug_node *node, aug_tile_range *range) {
    tile_row row = {0};
    if (node->kind == AUG_NODE_MAP) {
        if (!aug_fields_read(r->reader, node, &aug_restriction_tile_fields, &row))
            return r->good = false;
        bool bounded = aug_node_peek(node, "at_most") != NULL;
        *range = (aug_tile_range){row.at_least, bounded ? row.at_most : UINT64_MAX};
    } else {
        uint64_t tile;
        if (!aug_scalar_count_between(r->reader, node, 1, INT64_MAX, &tile))
            return r->good = false;
        *range = (aug_tile_range){tile, tile};
    }
    if (range->least >= 1 && range->most >= range->least)
        return true;
    bool nothing = range->least < 1 || range->most < 1;
    complain(r, node, false,
             nothing
                 ? "a tile holds 1 at least"
                 : aug_arena_print(r->reader->arena, "no tile is at least %" PRIu64 " and at most %" PRIu64,
                                   range->least, range->most));
    return false;
}

// Tiles that no einsum has: larger than its rank, or, in the outermost memory, smaller.
static bool check_range(restriction_reader *r, const aug_node *node, int memory,
                        const aug_tile_range *range) {
    aug_count largest = 0, size = 0;
    bool whole = memory > 0 || r->count == 0;
    for (int e = 0; e < r->count; e++) {
        int rank = find(r->problems[e], &rank_names, node->key);
        if (rank < 0)
            continue;
        size = r->problems[e]->sizes[rank];
        largest = size > largest ? size : largest;
        whole = whole || (range->least <= size && size <= range->most);
    }
    aug_arena *arena = r->reader->arena;
    if (r->count > 0 && range->least > largest) {
        aug_error *error =
            complain(r, node, false,
                     aug_arena_print(arena, "rank '%.60s' has %" PRIu64 ", a tile of %" PRIu64 " is larger",
                                     node->key, largest, range->least));
        aug_error_hint(error, "a tile is what remains of the rank inside the stores of the memory");
        return false;
    }
    if (whole)
        return true;
    aug_error *error = complain(
        r, node, false,
        aug_arena_print(arena, "the outermost memory holds whole tensors: its tile of '%.60s' is %" PRIu64,
                        node->key, size));
    aug_error_hint(error, "tiles belong to memories further in");
    return false;
}

static void read_tile(restriction_reader *r, int memory, const aug_node *node) {
    aug_tile_range range;
    if (!is_known(r, &rank_names, node->key)) {
        refuse_name(r, node, true, node->key, &rank_names);
        return;
    }
    if (!read_range(r, node, &range) || memory < 0 || !check_range(r, node, memory, &range))
        return;
    for (int e = 0; e < r->count; e++) {
        int rank = find(r->problems[e], &rank_names, node->key);
        if (rank < 0)
            continue;
        r->restrictions[e].has_tiles[memory] = true;
        r->restrictions[e].tiles[memory][rank] = range;
    }
}

static void read_tiles(restriction_reader *r, const aug_node *node) {
    static const char example[] = "tiles: {buffer: {m: 64, k: {at_most: 128}}}";
    if (!is_map(r, node, example))
        return;
    for (const aug_node *member = node->first; member; member = member->next) {
        int memory = find_key(r, member, &memory_names);
        if (!is_map(r, member, example))
            continue;
        for (const aug_node *tile = member->first; tile; tile = tile->next)
            read_tile(r, memory, tile);
    }
}

// ---- The file

void aug_restriction_init(aug_restriction *restriction) {
    memset(restriction, 0, sizeof *restriction);
    for (int m = 0; m < AUG_PROBLEM_MEMORIES; m++)
        for (int k = 0; k < AUG_PROBLEM_RANKS; k++)
            restriction->tiles[m][k] = (aug_tile_range){1, UINT64_MAX};
}

static bool read_row(const aug_reader *reader, const aug_node *root, restriction_row *row) {
    return aug_fields_read(reader, root, &aug_restriction_fields, row);
}

static void read_parts(restriction_reader *r, const restriction_row *row) {
    if (row->keep)
        read_keep(r, row->keep);
    if (row->spatial)
        read_spatial(r, row->spatial);
    if (row->order)
        read_order(r, row->order);
    if (row->tiles)
        read_tiles(r, row->tiles);
}

bool aug_restriction_read(const aug_reader *reader, const aug_document *document,
                          const aug_problem *const *problems, int count, aug_restriction *restrictions) {
    const char *kind = aug_document_kind(document);
    if (!kind || strcmp(kind, "constraints/1") != 0) {
        aug_error *error = aug_node_error(reader->errors, document->root, "expected constraints, found %s%s",
                                          kind ? "auger: " : "a file of another kind", kind ? kind : "");
        aug_error_hint(error, "the file of constraints begins with 'auger: constraints/1'");
        return false;
    }
    restriction_row row;
    for (int e = 0; e < count; e++)
        aug_restriction_init(&restrictions[e]);
    restriction_reader r = {reader, problems, count, restrictions, true};
    r.good = read_row(reader, document->root, &row);
    read_parts(&r, &row);
    for (int e = 0; e < count; e++)
        restrictions[e].min_utilization = row.min_utilization > 0.0 ? row.min_utilization : 0.0;
    return r.good;
}

bool aug_restriction_load(const aug_reader *reader, const char *path, const aug_problem *const *problems,
                          int count, aug_restriction *restrictions) {
    const aug_document *document = aug_document_load(reader->arena, reader->errors, path);
    return document && aug_restriction_read(reader, document, problems, count, restrictions);
}

static int members(const aug_node *node) {
    return node && node->kind == AUG_NODE_MAP ? (int)node->count : 0;
}

bool aug_restriction_scan(const aug_reader *reader, const aug_node *root, aug_restriction_counts *counts) {
    restriction_row row;
    restriction_reader r = {.reader = reader, .good = true};
    r.good = read_row(reader, root, &row);
    read_parts(&r, &row);
    *counts = (aug_restriction_counts){members(row.keep), members(row.spatial), members(row.order), 0};
    for (const aug_node *memory = members(row.tiles) ? row.tiles->first : NULL; memory; memory = memory->next)
        counts->tiles += members(memory);
    return r.good;
}
