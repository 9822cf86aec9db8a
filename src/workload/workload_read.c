// Reading "auger: workload/1": einsums written by hand.
//
// Ranks have one size for the whole file; an einsum may give its own for some of them (a list of convolutions uses the
// same letters with other sizes). `tensors` names tensors, or prefixes that end in '*', and says what they are.
#include "workload/model.h"

#include "base/spelling.h"
#include "text/fields.h"
#include "workload/density_read.h"
#include "workload/graph_build.h"
#include "workload/mask_read.h"

#include <stddef.h>
#include <string.h>

typedef struct tensor_row {
    double bits;
    int role;
    bool accumulate, running;
    const aug_node *density;
} tensor_row;

static const aug_field tensor_rows[] = {
    AUG_ROW_QUANTITY(tensor_row, bits, "bits", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "8", "bits per element"),
    AUG_ROW_WORD(tensor_row, role, "role", aug_role_names, NULL, "input, weight, cache, state or output; found from the einsums where missing"),
    AUG_ROW_BOOL(tensor_row, accumulate, "accumulate", "false", "an output that starts from existing values: what += and max= make of it is added to them"),
    AUG_ROW_BOOL(tensor_row, running, "running", "false", "may be read before it is whole, as the running maximum of a one-pass softmax: einsums that are fused then share loops over what it reduces; what corrects earlier readings are einsums too"),
    AUG_ROW_NODE(tensor_row, density, "density", &aug_density_fields, AUG_LAYOUT_ONE, "share of elements that are stored"),
};

const aug_fields aug_tensor_fields = {
    .name = "workload: tensor",
    .about = "What a tensor is; a name that ends in * covers all that begin so.",
    .rows = tensor_rows,
    .count = AUG_COUNT(tensor_rows),
};

typedef struct einsum_row {
    const char *name, *einsum;
    const aug_node *ranks, *causal;
    uint64_t repeats;
} einsum_row;

static const aug_field einsum_rows[] = {
    AUG_ROW_TEXT(einsum_row, name, "name", "what it is called in answers; its output where missing"),
    {.key = "einsum", .kind = AUG_FIELD_TEXT, .offset = offsetof(einsum_row, einsum), .required = true,
     .help = "O[n,k,p,q] += I[n,c,2*p+r,2*q+s] * W[k,c,r,s]"},
    AUG_ROW_NODE(einsum_row, ranks, "ranks", NULL, AUG_LAYOUT_MAP, "sizes of ranks for this einsum alone"),
    AUG_ROW_COUNT(einsum_row, repeats, "repeats", "1", "how often it stands in the network"),
    AUG_ROW_NODE(einsum_row, causal, "causal", &aug_mask_fields, AUG_LAYOUT_ONE, "the pairs that a causal mask leaves out"),
};

const aug_fields aug_einsum_fields = {
    .name = "workload: einsum",
    .about = "One einsum; a plain text is the einsum alone.",
    .plain = true,
    .rows = einsum_rows,
    .count = AUG_COUNT(einsum_rows),
};

typedef struct workload_row {
    const char *kind, *name, *batch;
    const aug_node *ranks, *einsums, *tensors, *sources;
} workload_row;

static const aug_field workload_rows[] = {
    AUG_ROW_TEXT(workload_row, kind, "auger", "workload/1"),
    AUG_ROW_TEXT(workload_row, name, "name", "what the workload is called"),
    AUG_ROW_NODE(workload_row, ranks, "ranks", NULL, AUG_LAYOUT_MAP, "rank: size"),
    {.key = "einsums", .kind = AUG_FIELD_NODE, .offset = offsetof(workload_row, einsums), .required = true,
     .fields = &aug_einsum_fields, .layout = AUG_LAYOUT_LIST, .help = "einsums in the order they run"},
    AUG_ROW_NODE(workload_row, tensors, "tensors", &aug_tensor_fields, AUG_LAYOUT_MAP, "tensor: what it is; 8 bits and dense where missing"),
    AUG_ROW_TEXT(workload_row, batch, "batch", "the rank that grows with the batch"),
    AUG_ROW_NODE(workload_row, sources, "sources", NULL, AUG_LAYOUT_MAP, "where the numbers come from: key to source"),
};

const aug_fields aug_workload_fields = {
    .name = "workload",
    .about = "Operators written by hand, as extended einsums.",
    .rows = workload_rows,
    .count = AUG_COUNT(workload_rows),
};

typedef struct workload_reader {
    const aug_reader *reader;
    const workload_row *row;
    aug_graph_builder *builder;
} workload_reader;

// A member of a file that must be a map where it is given.
static bool expect_map(const aug_reader *reader, const aug_node *node, const char *of) {
    if (!node || node->kind == AUG_NODE_MAP)
        return true;
    aug_node_error(reader->errors, node, "expected a map of %s, found %s", of, aug_node_noun(reader->arena, node));
    return false;
}

// What `tensors` says of a tensor: its own name first, then the longest prefix.
static aug_node *find_tensor(const aug_node *tensors, const char *name) {
    aug_node *best = NULL;
    size_t best_length = 0;
    for (aug_node *node = tensors ? tensors->first : NULL; node; node = node->next) {
        size_t length = strlen(node->key);
        bool prefix = length > 0 && node->key[length - 1] == '*';
        if (strcmp(node->key, name) == 0)
            return node;
        if (prefix && strncmp(node->key, name, length - 1) == 0 && length > best_length) {
            best = node;
            best_length = length;
        }
    }
    return best;
}

static bool set_uses(const workload_reader *w, aug_operator *op) {
    bool good = true;
    for (int i = 0; i < op->einsum.tensor_count; i++) {
        aug_node *node = find_tensor(w->row->tensors, op->einsum.tensors[i].name);
        tensor_row row;
        aug_fields_default(&aug_tensor_fields, &row);
        if (node) {
            node->used = true;
            good &= aug_fields_read(w->reader, node, &aug_tensor_fields, &row);
        }
        bool output = i + 1 == op->einsum.tensor_count;
        aug_use *use = &op->uses[i];
        *use = (aug_use){.role = output ? AUG_ROLE_OUTPUT : AUG_ROLE_INPUT,
                         .storage = output ? AUG_STORAGE_RESIDUAL : AUG_STORAGE_ACTIVATION,
                         .density = 1.0,
                         .bits = row.bits,
                         .running = row.running,
                         .accumulates = output && row.accumulate && op->einsum.reduction != AUG_REDUCE_NONE};
        // A tensor that one einsum writes and another reads is an output there and an input here.
        if (row.role == AUG_ROLE_WEIGHT || row.role == AUG_ROLE_CACHE || row.role == AUG_ROLE_STATE)
            use->role = (aug_tensor_role)row.role;
        if (use->role == AUG_ROLE_WEIGHT)
            use->storage = AUG_STORAGE_MLP;
        if (row.density)
            good &= aug_density_read(w->reader, row.density, op, i, use);
    }
    return good;
}

static bool bind_rank(const workload_reader *w, const aug_node *einsum_node, const aug_node *own, const char *rank) {
    const aug_node *shared = aug_node_get(w->row->ranks, rank), *node = aug_node_peek(own, rank);
    if (!node)
        node = shared;
    if (!node) {
        aug_spelling spelling = {.wanted = rank};
        for (const aug_node *known = w->row->ranks ? w->row->ranks->first : NULL; known; known = known->next)
            aug_spelling_offer(&spelling, known->key);
        aug_error *error = aug_node_error(w->reader->errors, einsum_node, "rank '%.40s' has no size", rank);
        if (spelling.nearest && strcmp(spelling.nearest, rank) != 0)
            aug_error_hint(error, "did you mean '%s'?", spelling.nearest);
        else
            aug_error_hint(error, "add it to 'ranks'");
        return false;
    }
    uint64_t size;
    if (!aug_scalar_count_between(w->reader, node, 1, UINT64_C(1) << 60, &size))
        return false;
    bool batch = w->row->batch && strcmp(w->row->batch, rank) == 0;
    aug_bind_count(w->builder, rank, batch ? AUG_VARIABLE_SEQUENCES : AUG_VARIABLE_ONE, size);
    return true;
}

// The points of one einsum must stay countable: overflow is reported here once, naming the rank, and never checked again.
static bool check_points(const workload_reader *w, const aug_node *node, const aug_operator *op) {
    double points = 1.0;
    for (int r = 0; r < op->einsum.rank_count; r++) {
        points *= op->ranks[r].factor;
        if (points <= 0x1p60)
            continue;
        aug_node_error(w->reader->errors, node, "more than 2^60 operations, reached with rank '%s'", op->einsum.ranks[r]);
        return false;
    }
    return true;
}

static bool has_rank(const aug_einsum *einsum, const char *rank) {
    for (int r = 0; r < einsum->rank_count; r++)
        if (strcmp(einsum->ranks[r], rank) == 0)
            return true;
    return false;
}

// Sizes for the ranks of one einsum: its own ones first, which must all be ranks of it.
static bool bind_ranks(const workload_reader *w, const aug_node *einsum_node, const aug_node *own, const aug_einsum *einsum) {
    if (!expect_map(w->reader, own, "ranks"))
        return false;
    bool good = true;
    for (const aug_node *node = own ? own->first : NULL; node; node = node->next) {
        if (has_rank(einsum, node->key))
            continue;
        aug_spelling spelling = {.wanted = node->key};
        for (int r = 0; r < einsum->rank_count; r++)
            aug_spelling_offer(&spelling, einsum->ranks[r]);
        aug_error *error = aug_node_key_error(w->reader->errors, node, "this einsum has no rank '%.40s'", node->key);
        aug_spelling_hint(&spelling, error);
        good = false;
    }
    for (int r = 0; r < einsum->rank_count; r++)
        good &= bind_rank(w, einsum_node, own, einsum->ranks[r]);
    return good;
}

static bool read_einsum(const workload_reader *w, const aug_node *node) {
    einsum_row row = {.repeats = 1};
    const aug_node *text_node = node;
    if (node->kind == AUG_NODE_SCALAR) {
        if (!aug_scalar_text(w->reader, node, &row.einsum))
            return false;
    } else {
        if (!aug_fields_read(w->reader, node, &aug_einsum_fields, &row))
            return false;
        text_node = aug_node_peek(node, "einsum");
    }
    aug_einsum einsum;
    aug_einsum_error wrong;
    if (!aug_einsum_read(w->reader->arena, row.einsum, &einsum, &wrong)) {
        aug_place place = aug_node_place(text_node);
        place.column += wrong.column - 1 + (text_node->quoted ? 1 : 0);
        aug_error *error = aug_error_add(w->reader->errors, &place, "%s", wrong.message);
        aug_error_hint(error, "an einsum reads: S[h,m,p] += Q[h,m,d] * K[h,p,d]");
        return false;
    }
    if (row.repeats < 1 || row.repeats > 1000000000) {
        aug_node_error(w->reader->errors, aug_node_peek(node, "repeats"), "expected 1 to 10^9 repeats");
        return false;
    }
    if (!bind_ranks(w, text_node, row.ranks, &einsum))
        return false;
    w->builder->repeats = (double)row.repeats;
    const char *name = row.name ? row.name : aug_einsum_output(&einsum)->name;
    aug_operator *op = aug_build(w->builder, name, row.einsum);
    op->causal = false;
    return check_points(w, text_node, op) && set_uses(w, op) && (!row.causal || aug_mask_read(w->reader, row.causal, op));
}

// Whether some einsum writes (or reads) a tensor that a node of `tensors` describes.
static bool is_used(const workload_reader *w, const aug_node *node, bool written) {
    const aug_graph *graph = w->builder->graph;
    for (int i = 0; i < graph->count; i++) {
        const aug_einsum *einsum = &graph->operators[i].einsum;
        int first = written ? einsum->tensor_count - 1 : 0, end = written ? einsum->tensor_count : einsum->tensor_count - 1;
        for (int t = first; t < end; t++)
            if (find_tensor(w->row->tensors, einsum->tensors[t].name) == node)
                return true;
    }
    return false;
}

// A tensor that is only read is no output, one that is only written no input.
static void check_roles(const workload_reader *w) {
    for (const aug_node *node = w->row->tensors ? w->row->tensors->first : NULL; node; node = node->next) {
        const aug_node *role = aug_node_peek(node, "role");
        if (!role || role->kind != AUG_NODE_SCALAR)
            continue;
        if (strcmp(role->text, "output") == 0 && !is_used(w, node, true))
            aug_node_error(w->reader->errors, role, "no einsum writes '%.40s', so it is no output", node->key);
        if (strcmp(role->text, "input") == 0 && !is_used(w, node, false))
            aug_node_error(w->reader->errors, role, "no einsum reads '%.40s', so it is no input", node->key);
    }
}

static bool is_reduced(const workload_reader *w, const aug_node *tensor) {
    const aug_graph *graph = w->builder->graph;
    for (int i = 0; i < graph->count; i++) {
        const aug_einsum *einsum = &graph->operators[i].einsum;
        if (einsum->reduction != AUG_REDUCE_NONE && find_tensor(w->row->tensors, aug_einsum_output(einsum)->name) == tensor)
            return true;
    }
    return false;
}

// Only what einsums reduce into can be added to, or be read before it is whole.
static void check_reductions(const workload_reader *w) {
    static const struct {
        const char *key, *why;
    } flags[] = {{"accumulate", "so it accumulates nothing"}, {"running", "so it is whole at once"}};
    for (const aug_node *node = w->row->tensors ? w->row->tensors->first : NULL; node; node = node->next)
        for (size_t i = 0; i < AUG_COUNT(flags); i++) {
            const aug_node *flag = aug_node_peek(node, flags[i].key);
            if (flag && flag->kind == AUG_NODE_SCALAR && strcmp(flag->text, "true") == 0 && !is_reduced(w, node))
                aug_node_error(w->reader->errors, flag, "no einsum writes '%.40s' with += or max=, %s", node->key, flags[i].why);
        }
}

static void check_batch(const workload_reader *w, const aug_node *root) {
    const aug_graph *graph = w->builder->graph;
    aug_spelling spelling = {.wanted = w->row->batch};
    for (int i = 0; i < graph->count; i++) {
        const aug_einsum *einsum = &graph->operators[i].einsum;
        if (has_rank(einsum, w->row->batch))
            return;
        for (int r = 0; r < einsum->rank_count; r++)
            aug_spelling_offer(&spelling, einsum->ranks[r]);
    }
    aug_error *error = aug_node_error(w->reader->errors, aug_node_peek(root, "batch"),
                                      "no einsum has a rank '%.40s' to grow with the batch", w->row->batch);
    aug_spelling_hint(&spelling, error);
}

static void check_unused(const workload_reader *w) {
    for (const aug_node *node = w->row->tensors ? w->row->tensors->first : NULL; node; node = node->next)
        if (!node->used)
            aug_node_key_error(w->reader->errors, node, "no einsum has a tensor '%.40s'", node->key);
    for (const aug_node *node = w->row->ranks ? w->row->ranks->first : NULL; node; node = node->next)
        if (!node->used)
            aug_node_key_error(w->reader->errors, node, "no einsum has a rank '%.40s'", node->key);
}

bool aug_model_from_workload(const aug_reader *reader, const aug_node *root, const char *name, aug_model *model) {
    workload_row row;
    if (!aug_fields_read(reader, root, &aug_workload_fields, &row))
        return false;
    int before = aug_errors_total(reader->errors);
    *model = (aug_model){.name = row.name ? row.name : name, .family = "workload", .language = -1, .stage_count = 1};
    aug_stage *stage = &model->stages[0];
    *stage = (aug_stage){.name = model->name, .kind = AUG_STAGE_PASS, .attends = -1, .tokens = 1.0, .sequences = 1.0, .passes = 1.0};
    stage->precision = aug_precision_of(AUG_FORMAT_INT8);
    aug_graph_init(&stage->graph, reader->arena);
    if (row.einsums->kind != AUG_NODE_LIST || row.einsums->count == 0) {
        aug_node_error(reader->errors, row.einsums, "expected a list of einsums, found %s",
                       row.einsums->kind == AUG_NODE_LIST ? "an empty one" : aug_node_noun(reader->arena, row.einsums));
        return false;
    }
    if (!expect_map(reader, row.ranks, "ranks") || !expect_map(reader, row.tensors, "tensors"))
        return false;
    aug_graph_builder builder;
    aug_builder_init(&builder, &stage->graph);
    const workload_reader w = {reader, &row, &builder};
    for (const aug_node *node = row.einsums->first; node; node = node->next) {
        builder.bound_count = 0;
        read_einsum(&w, node);
    }
    if (aug_errors_total(reader->errors) == before) {
        check_unused(&w);
        check_roles(&w);
        check_reductions(&w);
        if (row.batch)
            check_batch(&w, root);
    }
    stage->graph.layers = (double)stage->graph.count;
    return aug_errors_total(reader->errors) == before;
}
