// Lines of words, in the order in which certificate_write.c prints them:
//
//     ranks: m 64 k 64 n 64
//     tensors: ["A input m k", "B input k n", "Z output m n"]      (or "sums": it starts from what is there)
//              an index of windows is 2*p+r
//     drains: 1                                                      (partial results are read to be sent up)
//     memories: axes above, bits, buffers, bits per cycle read and written, one port, sets of tensors that it
//     must
//               and may not keep; then per tensor the bits of a word and the prices of a read, a fill, an
//               update
//     arrays:   name; per axis its name, its fanout
//     limits:   where there are some: `tile buffer k 4 16`, what remains of k in the buffer; `axis pe.x m`,
//               the ranks that may go along it
//     unit:     name, memories above, axes above, points per cycle, price of a point
//
// Nothing is trusted: sizes, prices and counts stay within what sums of 128 bits hold.
#include "proof/certificate_read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const aug_count most_price = ((aug_count)1 << 60) - 1;

// ---- Words

static void skip_blanks(aug_words *words) {
    while (*words->at == ' ')
        words->at++;
}

const char *aug_words_next(aug_words *words, aug_arena *arena) {
    skip_blanks(words);
    size_t length = strcspn(words->at, " ");
    const char *word = aug_arena_copy(arena, words->at, length);
    words->at += length;
    words->good &= length > 0;
    return word;
}

aug_wide aug_words_wide(aug_words *words) {
    aug_wide value = 0;
    skip_blanks(words);
    int digits = 0;
    for (; *words->at >= '0' && *words->at <= '9' && digits <= 38; digits++)
        value = value * 10 + (unsigned)(*words->at++ - '0');
    words->good &= digits > 0 && digits <= 38 && (*words->at == ' ' || !*words->at) && value >> 126 == 0;
    return value;
}

aug_count aug_words_count(aug_words *words, aug_count least, aug_count most) {
    aug_wide value = aug_words_wide(words);
    words->good &= value >= least && value <= most;
    return words->good ? (aug_count)value : least;
}

// A number above 0, or inf.
static double positive(aug_words *words) {
    char *end;
    skip_blanks(words);
    double value = *words->at ? strtod(words->at, &end) : 0.0;
    if (!*words->at || end == words->at || (*end && *end != ' ') || !(value > 0.0)) {
        words->good = false;
        return 1.0;
    }
    words->at = end;
    return value;
}

bool aug_words_end(const aug_words *words) {
    return words->good && words->at[strspn(words->at, " ")] == '\0';
}

// ---- Parts of the problem

typedef struct part {
    const aug_reader *reader;
    aug_problem *problem;
    aug_proof *proof;
} part;

static bool read_ranks(part *p, aug_words *words) {
    aug_problem *problem = p->problem;
    while (words->good && !aug_words_end(words)) {
        if (problem->rank_count == AUG_PROBLEM_RANKS)
            return false;
        problem->ranks[problem->rank_count] = aug_words_next(words, p->reader->arena);
        aug_count size = aug_words_count(words, 1, ((aug_count)1 << 40) - 1);
        if (size > (((aug_count)1 << 56) - 1) / problem->operations)
            return false;
        problem->operations *= size;
        problem->sizes[problem->rank_count++] = size;
    }
    return words->good && problem->rank_count > 0;
}

// One rank of an index, `2*p` or `p`.
static bool read_term(part *p, const char *text, size_t length, aug_problem_tensor *tensor) {
    aug_problem_dim *dim = &tensor->dims[tensor->dim_count];
    const char *times = memchr(text, '*', length), *name = times ? times + 1 : text;
    aug_words factor = {times ? aug_arena_copy(p->reader->arena, text, (size_t)(times - text)) : "1", true};
    aug_count coefficient = aug_words_count(&factor, 1, (aug_count)1 << 30);
    size_t left = length - (size_t)(name - text);
    int rank = 0;
    while (rank < p->problem->rank_count && (strlen(p->problem->ranks[rank]) != left ||
                                             strncmp(p->problem->ranks[rank], name, left) != 0))
        rank++;
    if (!aug_words_end(&factor) || rank == p->problem->rank_count || dim->term_count == AUG_EINSUM_TERMS ||
        (tensor->ranks >> rank & 1))
        return false;
    tensor->ranks |= 1u << rank;
    dim->terms[dim->term_count++] = (aug_problem_term){rank, coefficient};
    return true;
}

// An index, `2*p+r`.
static bool read_index(part *p, const char *text, aug_problem_tensor *tensor) {
    for (bool more = true; more;) {
        size_t length = strcspn(text, "+");
        if (!read_term(p, text, length, tensor))
            return false;
        more = text[length] == '+';
        text += length + more;
    }
    tensor->dim_count++;
    return true;
}

static bool read_tensor(part *p, aug_words *words) {
    aug_problem *problem = p->problem;
    if (problem->tensor_count == AUG_PROBLEM_TENSORS)
        return false;
    aug_problem_tensor *tensor = &problem->tensors[problem->tensor_count++];
    tensor->name = aug_words_next(words, p->reader->arena);
    const char *role = aug_words_next(words, p->reader->arena);
    tensor->accumulates = strcmp(role, "sums") == 0;
    tensor->is_output = tensor->accumulates || strcmp(role, "output") == 0;
    while (words->good && !aug_words_end(words)) {
        if (tensor->dim_count == AUG_PROBLEM_DIMS ||
            !read_index(p, aug_words_next(words, p->reader->arena), tensor))
            return false;
    }
    return words->good && (tensor->is_output || strcmp(role, "input") == 0);
}

static bool read_memory(part *p, aug_words *words) {
    aug_problem *problem = p->problem;
    aug_count sets = (1u << problem->tensor_count) - 1u;
    if (problem->memory_count == AUG_PROBLEM_MEMORIES)
        return false;
    aug_problem_memory *memory = &problem->memories[problem->memory_count];
    *memory = (aug_problem_memory){.block = 1, .gated_at = -1, .area_um2 = (double)NAN};
    memory->name = aug_words_next(words, p->reader->arena);
    memory->axes_above = (int)aug_words_count(words, 0, (aug_count)problem->axis_count);
    memory->capacity_bits = positive(words);
    memory->buffers = aug_words_count(words, 1, 1u << 20);
    memory->read_bits_per_cycle = positive(words);
    memory->write_bits_per_cycle = positive(words);
    memory->shared_port = aug_words_count(words, 0, 1) != 0;
    memory->must = (unsigned)aug_words_count(words, 0, sets);
    memory->never = (unsigned)aug_words_count(words, 0, sets);
    for (int t = 0; t < problem->tensor_count; t++) {
        memory->bits[t] = positive(words);
        words->good &= memory->bits[t] < 1e6;
        for (int f = 0; f < AUG_FLOW_COUNT; f++)
            p->proof->prices[problem->memory_count][t][f] = aug_words_count(words, 0, most_price);
    }
    memory->instances = 1;
    for (int x = 0; x < memory->axes_above; x++)
        memory->instances *= problem->axes[x].fanout;
    return aug_words_end(words) &&
           (problem->memory_count++ == 0 || memory[-1].axes_above <= memory->axes_above);
}

static bool read_array(part *p, aug_words *words) {
    aug_problem *problem = p->problem;
    if (problem->array_count == AUG_PROBLEM_ARRAYS)
        return false;
    aug_problem_array *array = &problem->arrays[problem->array_count];
    array->name = aug_words_next(words, p->reader->arena);
    array->first_axis = problem->axis_count;
    aug_count instances = 1;
    for (int x = 0; x < problem->axis_count; x++)
        instances *= problem->axes[x].fanout;
    while (words->good && !aug_words_end(words)) {
        if (problem->axis_count == AUG_PROBLEM_AXES)
            return false;
        aug_problem_axis *axis = &problem->axes[problem->axis_count++];
        axis->name = aug_words_next(words, p->reader->arena);
        axis->array = problem->array_count;
        axis->fanout = aug_words_count(words, 1, 1u << 20);
        axis->multicast = axis->reduce = (1u << problem->tensor_count) - 1u;
        if (axis->fanout > ((aug_count)1 << 40) / instances)
            return false;
        instances *= axis->fanout;
        array->axis_count++;
    }
    problem->array_count++;
    return words->good && array->axis_count > 0;
}

static bool read_unit(part *p, aug_words *words) {
    aug_problem *problem = p->problem;
    if (problem->compute_count > 0)
        return false;
    aug_problem_compute *unit = &problem->computes[problem->compute_count++];
    unit->name = aug_words_next(words, p->reader->arena);
    unit->memories_above = (int)aug_words_count(words, 1, (aug_count)problem->memory_count);
    unit->axes_above = (int)aug_words_count(words, 0, (aug_count)problem->axis_count);
    unit->rate_per_cycle = positive(words);
    p->proof->unit_price = aug_words_count(words, 0, most_price);
    unit->instances = 1;
    unit->area_um2 = (double)NAN;
    for (int x = 0; x < unit->axes_above; x++)
        unit->instances *= problem->axes[x].fanout;
    return aug_words_end(words);
}

static bool read_drains(part *p, aug_words *words) {
    p->problem->drain_reads = aug_words_count(words, 0, 1) != 0;
    return aug_words_end(words);
}

static int find_name(const char *name, const char *const *names, size_t stride, int count) {
    for (int i = 0; i < count; i++)
        if (strcmp(*(const char *const *)((const char *)names + stride * (size_t)i), name) == 0)
            return i;
    return -1;
}

static int find_rank(const aug_problem *problem, const char *name) {
    return find_name(name, problem->ranks, sizeof problem->ranks[0], problem->rank_count);
}

static bool read_tile(part *p, aug_words *words) {
    const aug_problem *problem = p->problem;
    int memory = find_name(aug_words_next(words, p->reader->arena), &problem->memories[0].name,
                           sizeof problem->memories[0], problem->memory_count);
    int rank = find_rank(problem, aug_words_next(words, p->reader->arena));
    if (memory < 0 || rank < 0)
        return false;
    aug_tile_range *range = &p->proof->limits.tiles[memory][rank];
    range->least = aug_words_count(words, 1, problem->sizes[rank]);
    range->most = aug_words_count(words, range->least, problem->sizes[rank]);
    p->proof->limits.has_tiles[memory] = true;
    return aug_words_end(words);
}

static bool read_axis(part *p, aug_words *words) {
    const aug_problem *problem = p->problem;
    int axis = find_name(aug_words_next(words, p->reader->arena), &problem->axes[0].name,
                         sizeof problem->axes[0], problem->axis_count);
    if (axis < 0)
        return false;
    p->proof->limits.axis_is_fixed[axis] = true;
    while (words->good && !aug_words_end(words)) {
        int rank = find_rank(problem, aug_words_next(words, p->reader->arena));
        if (rank < 0)
            return false;
        p->proof->limits.axis_ranks[axis] |= 1u << rank;
    }
    return words->good;
}

static bool read_limit(part *p, aug_words *words) {
    const char *kind = aug_words_next(words, p->reader->arena);
    return strcmp(kind, "tile") == 0 ? read_tile(p, words) : strcmp(kind, "axis") == 0 && read_axis(p, words);
}

// Nothing is limited but what memories keep.
static void set_free(part *p) {
    for (int m = 0; m < p->problem->memory_count; m++) {
        for (int r = 0; r < p->problem->rank_count; r++)
            p->proof->limits.tiles[m][r] = (aug_tile_range){1, UINT64_MAX};
        p->proof->limits.must[m] = m < p->proof->memory_count ? p->problem->memories[m].must : 0;
        p->proof->limits.never[m] = p->problem->memories[m].never;
    }
}

// ---- All of it

static bool read_line(part *p, const aug_node *node, bool (*read)(part *, aug_words *)) {
    aug_words words = {.good = true};
    if (!aug_scalar_text(p->reader, node, &words.at))
        return false;
    if (read(p, &words))
        return true;
    aug_node_error(p->reader->errors, node, "not what a certificate says here");
    return false;
}

static bool read_part(part *p, const aug_node *root, const char *key, bool (*read)(part *, aug_words *)) {
    const aug_node *node = aug_node_get(root, key);
    if (!node) {
        aug_node_error(p->reader->errors, root, "a certificate without '%s'", key);
        return false;
    }
    if (node->kind != AUG_NODE_LIST)
        return read_line(p, node, read);
    for (const aug_node *item = node->first; item; item = item->next)
        if (!read_line(p, item, read))
            return false;
    return true;
}

// Arrays stand between memories, and what only an einsum has: one output, the last.
static bool is_whole(const aug_problem *problem) {
    if (problem->tensor_count < 2 || problem->memory_count == 0 || problem->compute_count != 1)
        return false;
    for (int t = 0; t < problem->tensor_count; t++)
        if (problem->tensors[t].is_output != (t == problem->tensor_count - 1))
            return false;
    for (int m = 0; m < problem->memory_count; m++) {
        int axes = problem->memories[m].axes_above;
        if (axes < problem->axis_count && axes != problem->arrays[problem->axes[axes].array].first_axis)
            return false;
    }
    int axes = problem->computes[0].axes_above;
    return (axes == problem->axis_count || axes == problem->arrays[problem->axes[axes].array].first_axis) &&
           problem->memories[problem->computes[0].memories_above - 1].axes_above <= axes;
}

bool aug_certificate_read(const aug_reader *reader, const aug_node *root, aug_problem *problem,
                          aug_proof *proof) {
    part p = {.reader = reader, .problem = problem, .proof = proof};
    problem->name = "certificate";
    problem->operations = 1;
    proof->problem = problem;
    if (!read_part(&p, root, "ranks", read_ranks) || !read_part(&p, root, "tensors", read_tensor) ||
        !read_part(&p, root, "drains", read_drains) || !read_part(&p, root, "arrays", read_array) ||
        !read_part(&p, root, "memories", read_memory) || !read_part(&p, root, "unit", read_unit))
        return false;
    for (int x = 0; x < problem->axis_count; x++)
        for (int m = 0; m < problem->memory_count; m++)
            problem->axes[x].memories_above += problem->memories[m].axes_above <= x;
    if (is_whole(problem) && !aug_proof_cannot(problem) && aug_proof_prepare(proof)) {
        set_free(&p);
        return !aug_node_get(root, "limits") || read_part(&p, root, "limits", read_limit);
    }
    aug_node_error(reader->errors, root, "a problem that certificates do not speak of");
    return false;
}
