// From the text of a nest to a mapping.
//
//     nest    = { store | loop | space } [ compute ]
//     store   = memory "[" tensor [ "!" ] { tensor [ "!" ] } "]"
//     loop    = "for" rank ":" tile
//     space   = "par" axis rank ":" tile              axis = array "." name
//     compute = the name of a unit
//
// Blanks and newlines part words and mean nothing else. A word before a bracket is a memory, so a memory may
// be called "for". Names that do not exist are all reported; the first thing that does not fit the grammar
// ends the reading.
//
// Without a problem (aug_mapping_scan) only the grammar is checked: a file alone does not know what its names
// stand for.
#include "mapping/mapping_words.h"

#include "base/spelling.h"

#include <ctype.h>
#include <string.h>

typedef struct nest_reader {
    const aug_reader *reader;
    const aug_node *node;
    const aug_problem *problem; // NULL: names are not looked up
    aug_mapping *mapping;
    const char *at;
    bool good; // all names were found
} nest_reader;

static unsigned column_of(const nest_reader *r, const char *at) {
    return (unsigned)(at - r->node->text) + 1;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_blanks(nest_reader *r) {
    while (is_blank(*r->at))
        r->at++;
}

// A name is whatever stands between blanks and marks. "" where there is none.
static const char *take_word(nest_reader *r) {
    skip_blanks(r);
    size_t length = 0;
    while (r->at[length] && !is_blank(r->at[length]) && !strchr("[]:!,", r->at[length]))
        length++;
    const char *word = aug_arena_copy(r->reader->arena, r->at, length);
    r->at += length;
    return word;
}

static bool take(nest_reader *r, char mark) {
    skip_blanks(r);
    if (*r->at != mark)
        return false;
    r->at++;
    return true;
}

// What stands here, for messages.
static const char *found_here(nest_reader *r) {
    skip_blanks(r);
    if (!*r->at)
        return "the end";
    size_t length = 1;
    while (r->at[length] && !is_blank(r->at[length]) && length < 24)
        length++;
    return aug_arena_print(r->reader->arena, "'%.*s'", (int)length, r->at);
}

// Adds "expected ..., found ..." here.
static aug_error *refuse(nest_reader *r, const char *expected) {
    const char *found = found_here(r);
    return aug_mapping_error(r->reader, r->node, column_of(r, r->at), "expected %s, found %s", expected,
                             found);
}

// The names of one kind that a problem has.
typedef struct name_list {
    const char *noun, *plural;
    int count;
    aug_mapping_namer *of;
} name_list;

static const char *unit_name(const aug_problem *problem, int compute) {
    return problem->computes[compute].name;
}

// The index of a name; -1 with an error that hints at the nearest one. Without a problem any name is the
// first.
static int find(nest_reader *r, const char *start, const char *word, const name_list *names) {
    if (!r->problem)
        return 0;
    aug_spelling spelling = {.wanted = word};
    for (int i = 0; i < names->count; i++) {
        if (strcmp(names->of(r->problem, i), word) == 0)
            return i;
        aug_spelling_offer(&spelling, names->of(r->problem, i));
    }
    r->good = false;
    aug_error *error = aug_mapping_error(r->reader, r->node, column_of(r, start), "no %s is called '%.60s'",
                                         names->noun, word);
    if (spelling.nearest && word[1]) // one letter is as near to any other
        aug_error_hint(error, "did you mean '%s'?", spelling.nearest);
    else if (names->count > 0)
        aug_error_hint(error, "the %s are %s", names->plural,
                       aug_mapping_names(r->reader->arena, r->problem, names->count, names->of));
    else
        aug_error_hint(error, "there are no %s", names->plural);
    return -1;
}

// Appends a node; one place is left for the compute unit.
static bool add_node(nest_reader *r, const char *start, aug_mapping_node node) {
    if (r->mapping->count >= AUG_MAPPING_NODES - 1 && node.kind != AUG_MAPPING_COMPUTE) {
        aug_mapping_error(r->reader, r->node, column_of(r, start), "more than %d stores and loops",
                          AUG_MAPPING_NODES - 1);
        return false;
    }
    node.column = column_of(r, start);
    r->mapping->nodes[r->mapping->count++] = node;
    return true;
}

static const char *first_word(nest_reader *r, const char **start) {
    skip_blanks(r);
    *start = r->at;
    return take_word(r);
}

// One tensor of a store.
static void read_tensor(nest_reader *r, const char *start, const char *word, aug_mapping_node *store) {
    const aug_problem *p = r->problem;
    const name_list tensors = {"tensor of this einsum", "tensors", p ? p->tensor_count : 0,
                               aug_mapping_tensor_name};
    int tensor = find(r, start, word, &tensors);
    bool whole = take(r, '!');
    if (tensor < 0)
        return;
    if (p && (store->tensors >> tensor & 1u)) {
        aug_mapping_error(r->reader, r->node, column_of(r, start), "tensor '%s' stands twice in one store",
                          word);
        r->good = false;
    }
    store->tensors |= 1u << tensor;
    store->whole |= whole ? 1u << tensor : 0u;
}

// The tensors of a store, behind its bracket.
static bool read_tensors(nest_reader *r, aug_mapping_node *store) {
    for (int words = 0; words == 0 || !take(r, ']'); words++) {
        const char *start, *word = first_word(r, &start);
        if (!*word) {
            bool comma = *r->at == ',';
            aug_error *error = refuse(r, words > 0 ? "a tensor or ']'" : "a tensor");
            if (comma)
                aug_error_hint(error, "blanks part the tensors of a store: buffer[A B]");
            return false;
        }
        read_tensor(r, start, word, store);
        if (r->reader->errors->count == AUG_ERROR_LIMIT)
            return false;
    }
    return true;
}

static bool read_store(nest_reader *r, const char *start, const char *word) {
    const name_list memories = {"memory", "memories", r->problem ? r->problem->memory_count : 0,
                                aug_mapping_memory_name};
    aug_mapping_node store = {.kind = AUG_MAPPING_STORE, .memory = find(r, start, word, &memories)};
    r->at++; // the bracket
    return read_tensors(r, &store) && add_node(r, start, store);
}

// The tile behind a rank: a whole number up to 2^63 - 1, as sizes are.
static bool read_tile(nest_reader *r, const char *rank, aug_count *tile) {
    if (!take(r, ':')) {
        aug_error_hint(
            refuse(r, aug_arena_print(r->reader->arena, "':' and a tile behind rank '%.40s'", rank)),
            "for %.40s:64 leaves tiles of 64 inside", rank);
        return false;
    }
    skip_blanks(r);
    const char *start = r->at;
    const aug_count most = INT64_MAX;
    bool fits = true;
    for (*tile = 0; isdigit((unsigned char)*r->at); r->at++) {
        aug_count digit = (aug_count)(*r->at - '0');
        fits = fits && *tile <= (most - digit) / 10;
        *tile = fits ? *tile * 10 + digit : most;
    }
    bool ends = r->at > start && (!*r->at || is_blank(*r->at));
    if (ends && fits)
        return true;
    r->at = start;
    refuse(r, fits ? "a whole number as tile" : "a tile below 2^63");
    return false;
}

static bool read_loop(nest_reader *r, const char *start, aug_mapping_kind kind) {
    const aug_problem *p = r->problem;
    const name_list axes = {"axis", "axes", p ? p->axis_count : 0, aug_mapping_axis_name};
    const name_list ranks = {"rank of this einsum", "ranks", p ? p->rank_count : 0, aug_mapping_rank_name};
    aug_mapping_node loop = {.kind = kind};
    const char *word_start, *word;
    if (kind == AUG_MAPPING_PAR) {
        word = first_word(r, &word_start);
        if (!*word) {
            refuse(r, "an axis such as pe.x behind 'par'");
            return false;
        }
        loop.axis = find(r, word_start, word, &axes);
    }
    word = first_word(r, &word_start);
    if (!*word) {
        refuse(r, kind == AUG_MAPPING_PAR ? "a rank behind the axis" : "a rank behind 'for'");
        return false;
    }
    loop.rank = find(r, word_start, word, &ranks);
    return read_tile(r, word, &loop.tile) && add_node(r, start, loop);
}

// A memory that stands without its tensors, a unit in the midst.
static bool refuse_name(nest_reader *r, const char *start, const char *word) {
    const aug_problem *p = r->problem;
    for (int c = 0; p && *r->at && c < p->compute_count; c++) {
        if (strcmp(p->computes[c].name, word) != 0)
            continue;
        aug_error *error = aug_mapping_error(r->reader, r->node, column_of(r, start),
                                             "compute unit '%s' in the midst of the nest", word);
        aug_error_hint(error, "it ends the nest: put what is behind it before it");
        return true;
    }
    for (int m = 0; p && m < p->memory_count; m++) {
        if (strcmp(p->memories[m].name, word) != 0)
            continue;
        aug_error *error = aug_mapping_error(r->reader, r->node, column_of(r, start),
                                             "memory '%s' without the tensors that it keeps", word);
        aug_error_hint(error, "write %s[%s], or leave the memory out", word, p->tensors[0].name);
        return true;
    }
    return false;
}

// A word alone is the compute unit, or something that lacks what belongs to it.
static bool read_compute(nest_reader *r, const char *start, const char *word) {
    skip_blanks(r);
    if (refuse_name(r, start, word))
        return false;
    if (*r->at) {
        bool loop = *r->at == ':' || strchr(word, '.');
        aug_error *error = aug_mapping_error(
            r->reader, r->node, column_of(r, start),
            "expected a store, 'for', 'par' or, at the end, the compute unit, found '%.40s'", word);
        aug_error_hint(error,
                       loop ? "a loop begins with 'for', or with 'par' and an axis: for m:64, par pe.x m:16"
                            : "a store reads buffer[A B], a loop for m:64 or par pe.x m:16");
        return false;
    }
    const name_list units = {"compute unit", "compute units", r->problem ? r->problem->compute_count : 0,
                             unit_name};
    return add_node(r, start,
                    (aug_mapping_node){.kind = AUG_MAPPING_COMPUTE, .compute = find(r, start, word, &units)});
}

static bool read_item(nest_reader *r) {
    const char *start, *word = first_word(r, &start);
    if (!*word) {
        refuse(r, "a store, 'for', 'par' or the compute unit");
        return false;
    }
    skip_blanks(r);
    if (*r->at == '[')
        return read_store(r, start, word);
    if (strcmp(word, "for") == 0)
        return read_loop(r, start, AUG_MAPPING_FOR);
    if (strcmp(word, "par") == 0)
        return read_loop(r, start, AUG_MAPPING_PAR);
    return read_compute(r, start, word);
}

static bool ends_in_compute(const aug_mapping *mapping) {
    return mapping->count > 0 && mapping->nodes[mapping->count - 1].kind == AUG_MAPPING_COMPUTE;
}

// A nest without its compute unit ends in the only one that can do the einsum.
static bool add_compute(nest_reader *r) {
    const aug_problem *p = r->problem;
    if (!p || ends_in_compute(r->mapping))
        return true;
    int able = 0, compute = 0;
    for (int i = p->compute_count - 1; i >= 0; i--) {
        if (p->computes[i].rate_per_cycle > 0.0) {
            able++;
            compute = i;
        }
    }
    if (able == 1)
        return add_node(r, r->at, (aug_mapping_node){.kind = AUG_MAPPING_COMPUTE, .compute = compute});
    aug_error *error =
        aug_mapping_error(r->reader, r->node, column_of(r, r->at), "the nest ends without a compute unit");
    if (able == 0)
        aug_error_hint(error, "no compute unit of the machine can do this einsum");
    else
        aug_error_hint(error, "it ends in one of %s",
                       aug_mapping_names(r->reader->arena, p, p->compute_count, aug_mapping_able_name));
    return false;
}

static bool read_nest(nest_reader *r) {
    if (r->node->kind != AUG_NODE_SCALAR || aug_node_is_null(r->node)) {
        aug_error *error = aug_node_error(r->reader->errors, r->node, "expected the text of a nest, found %s",
                                          aug_node_noun(r->reader->arena, r->node));
        aug_error_hint(error, "a nest reads: dram[A B Z] for m:1 for n:1 for k:1 mac");
        return false;
    }
    r->mapping->count = 0;
    r->at = r->node->text;
    for (skip_blanks(r); *r->at; skip_blanks(r))
        if (!read_item(r))
            return false;
    return add_compute(r) && r->good;
}

bool aug_mapping_parse(const aug_reader *reader, const aug_node *node, const aug_problem *problem,
                       aug_mapping *mapping) {
    nest_reader r = {.reader = reader, .node = node, .problem = problem, .mapping = mapping, .good = true};
    return read_nest(&r);
}
