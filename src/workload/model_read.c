// From documents to models: a config.json becomes one language stage (with an image encoder where it has one), a model
// file becomes its list of stages, a workload file a single stage.
#include "workload/model.h"

#include "base/spelling.h"
#include "workload/family.h"
#include "workload/graph_build.h"
#include "workload/quantization.h"

#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

// The three families with the nearest names, the nearest first; of equals those that come first in the table.
static void find_nearest(const char *wanted, const char *nearest[3]) {
    int count = 0;
    const aug_family *list = aug_family_list(&count);
    unsigned distances[3] = {UINT_MAX, UINT_MAX, UINT_MAX};
    for (int i = 0; i < count; i++) {
        unsigned distance = aug_spelling_distance(wanted, list[i].model_type);
        int place = 3;
        while (place > 0 && distance < distances[place - 1])
            place--;
        for (int later = 2; later > place; later--) {
            distances[later] = distances[later - 1];
            nearest[later] = nearest[later - 1];
        }
        if (place < 3) {
            distances[place] = distance;
            nearest[place] = list[i].model_type;
        }
    }
}

// The family of the outer model_type, or of the inner one where only that is known; it becomes the config's.
static const aug_family *find_family(const aug_reader *reader, const aug_node *root, aug_config *config) {
    const aug_node *language = aug_config_language(root);
    const aug_node *own = aug_node_get(root, "model_type"), *inner = aug_node_get(language, "model_type");
    const aug_family *family = config->model_type ? aug_family_find(config->model_type) : NULL;
    if (!family && inner && inner->kind == AUG_NODE_SCALAR)
        family = aug_family_find(inner->text);
    if (family) {
        config->model_type = family->model_type;
        return family;
    }
    const aug_node *node = own ? own : inner;
    if (!node) {
        aug_node_error(reader->errors, root, "key 'model_type' is missing");
        return NULL;
    }
    const char *wanted = config->model_type ? config->model_type : "", *nearest[3];
    find_nearest(wanted, nearest);
    aug_error *error = aug_node_error(reader->errors, node, "unknown model_type '%.60s'", wanted);
    aug_error_hint(error, "nearest are '%s', '%s' and '%s'; 'auger list families' shows all", nearest[0], nearest[1], nearest[2]);
    return NULL;
}

static aug_number_format base_format(const aug_reader *reader, const aug_node *root, const aug_config *config) {
    if (!config->dtype)
        return AUG_FORMAT_BF16;
    aug_number_format format = aug_format_find(config->dtype);
    if (format == AUG_FORMAT_FP32) // published in fp32, served in bf16
        return AUG_FORMAT_BF16;
    if (format == AUG_FORMAT_NONE)
        aug_node_error(reader->errors, root, "unknown number format '%.40s' in torch_dtype", config->dtype);
    return format;
}

static void init_stage(const aug_reader *reader, aug_stage *stage, const char *name, aug_stage_kind kind,
                       const aug_stack *stack) {
    *stage = (aug_stage){.name = name, .kind = kind, .attends = -1, .sequences = 1.0, .passes = 1.0, .width = stack->hidden};
    aug_graph_init(&stage->graph, reader->arena);
    aug_stack_graph(stack, &stage->graph);
}

static void add_image_encoder(const aug_family_input *input, aug_model *model) {
    aug_stack stack = {0};
    double tokens = 1.0;
    if (!aug_family_vision(input, &stack, &tokens) || stack.group_count == 0)
        return;
    aug_stage *stage = &model->stages[model->stage_count++];
    init_stage(input->reader, stage, "vision", AUG_STAGE_IMAGE, &stack);
    stage->precision = aug_precision_of(input->base);
    stage->tokens_per_image_token = tokens;
}

bool aug_model_from_config(const aug_reader *reader, const aug_node *root, const aug_node *quantization,
                           const char *name, aug_model *model) {
    int before = aug_errors_total(reader->errors);
    aug_config config;
    if (!aug_config_read(reader, root, &config))
        return false;
    const aug_family *family = find_family(reader, root, &config);
    if (!family)
        return false;
    aug_family_input input = {.reader = reader,
                              .root = root,
                              .language = aug_config_language(root),
                              .config = &config,
                              .base = base_format(reader, root, &config)};
    aug_family_defaults(family, &input, &config);
    if (!aug_family_check(family, &input))
        return false;
    *model = (aug_model){.name = config.name ? config.name : name, .family = family->model_type, .language = -1};
    if (config.training_tokens > 0.0)
        model->training_tokens = config.training_tokens;
    model->context_tokens = (double)(config.context ? config.context : config.positions);
    aug_stack stack = {0};
    family->build(&input, &stack);
    if (stack.too_many_kinds)
        aug_node_error(reader->errors, root, "more than %d different kinds of layers", AUG_LAYER_GROUPS);
    if (aug_errors_total(reader->errors) != before || !aug_family_check_stack(&input, &stack))
        return false;
    if (stack.head)
        add_image_encoder(&input, model);
    aug_stage *stage = &model->stages[model->stage_count];
    init_stage(reader, stage, "language", stack.head ? AUG_STAGE_LANGUAGE : AUG_STAGE_PASS, &stack);
    if (stack.head)
        model->language = model->stage_count;
    else
        stage->tokens = stack.positions;
    model->stage_count++;
    stage->precision = aug_precision_of(input.base);
    double layers = aug_stack_layers(&stack);
    if (quantization)
        aug_quantization_read(reader, quantization, layers, &stage->precision);
    else if (config.quantization)
        aug_quantization_read(reader, config.quantization, layers, &stage->precision);
    return aug_errors_total(reader->errors) == before;
}

// One stage of a model file.
typedef struct stage_row {
    const char *name, *model, *phase, *attends;
    uint64_t tokens, sequences, passes;
} stage_row;

static const aug_field stage_rows[] = {
    {.key = "name", .kind = AUG_FIELD_TEXT, .offset = offsetof(stage_row, name), .required = true, .help = "what the stage is called"},
    {.key = "model", .kind = AUG_FIELD_TEXT, .offset = offsetof(stage_row, model), .required = true,
     .help = "a config.json or workload file beside this one, or the name of a shipped model"},
    AUG_ROW_COUNT(stage_row, tokens, "tokens", NULL, "new tokens per sequence"),
    AUG_ROW_COUNT(stage_row, sequences, "sequences", "1", "sequences per inference that do not see each other (camera images)"),
    AUG_ROW_COUNT(stage_row, passes, "passes", "1", "times the stage runs per inference (denoising steps)"),
    AUG_ROW_TEXT(stage_row, phase, "phase", "prefill: causal tokens, no LM head; left out: every token sees all"),
    AUG_ROW_TEXT(stage_row, attends, "attends", "an earlier stage whose keys and values it also reads"),
};

const aug_fields aug_model_stage_fields = {
    .name = "model file: stage",
    .about = "One stage of a model/1 file.",
    .rows = stage_rows,
    .count = AUG_COUNT(stage_rows),
};

typedef struct model_row {
    const char *kind, *name;
    const aug_node *stages, *sources;
    uint64_t actions;
} model_row;

static const aug_field model_rows[] = {
    AUG_ROW_TEXT(model_row, kind, "auger", "model/1"),
    {.key = "name", .kind = AUG_FIELD_TEXT, .offset = offsetof(model_row, name), .help = "what the model is called"},
    {.key = "stages", .kind = AUG_FIELD_NODE, .offset = offsetof(model_row, stages), .required = true,
     .fields = &aug_model_stage_fields, .layout = AUG_LAYOUT_LIST, .help = "stages in the order they run"},
    AUG_ROW_COUNT(model_row, actions, "actions", NULL, "of a robot policy: actions that one inference gives, taken one by one at the rate of the control loop"),
    AUG_ROW_NODE(model_row, sources, "sources", NULL, AUG_LAYOUT_MAP, "where the numbers come from: key to source"),
};

const aug_fields aug_model_fields = {
    .name = "model file",
    .about = "A network that is not one config.json: stages that run one after another.",
    .rows = model_rows,
    .count = AUG_COUNT(model_rows),
};

static bool file_exists(const char *path) {
    struct stat status;
    return stat(path, &status) == 0;
}

// The path of a stage's model: beside the model file, or found by name.
static const char *stage_path(const aug_library *library, const aug_reader *reader, const aug_node *node,
                              const char *part) {
    const char *slash = strrchr(node->document->name, '/');
    const char *beside = aug_arena_print(reader->arena, "%.*s%s", slash ? (int)(slash + 1 - node->document->name) : 0,
                                         node->document->name, part);
    if (file_exists(beside))
        return beside;
    aug_library_file file;
    aug_errors *unknown = AUG_NEW(reader->arena, aug_errors);
    if (library && aug_library_find(library, reader->arena, unknown, "models", "model", part, &file))
        return file.path;
    aug_error *error = aug_node_error(reader->errors, node, "no model '%.120s' beside this file or in the library", part);
    if (unknown->count && unknown->items[0].hint[0])
        aug_error_hint(error, "%s", unknown->items[0].hint);
    return NULL;
}

const char *aug_model_quantization_path(aug_arena *arena, const char *path) {
    static const char own[] = "hf_quant_config.json";
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
    int folder = (int)(name - path);
    const char *candidate = strcmp(name, "config.json") == 0
                                ? aug_arena_print(arena, "%.*s%s", folder, path, own)
                                : aug_arena_print(arena, "%.*s.%s", dot ? (int)(dot - path) : (int)strlen(path), path, own);
    return file_exists(candidate) ? candidate : NULL;
}

// A config with the hf_quant_config.json beside it, where there is one.
static bool read_config(const aug_reader *reader, const aug_document *document, const char *name, aug_model *model) {
    const char *path = aug_model_quantization_path(reader->arena, document->name);
    const aug_document *beside = path ? aug_document_load(reader->arena, reader->errors, path) : NULL;
    if (path && !beside)
        return false;
    return aug_model_from_config(reader, document->root, beside ? beside->root : NULL, name, model);
}

// What a stage does with the graph of a whole network: no head, masks as its phase says.
static void specialise(aug_stage *stage, const stage_row *row) {
    bool causal = row->phase && strcmp(row->phase, "prefill") == 0;
    stage->kind = AUG_STAGE_PASS;
    stage->tokens = row->tokens ? (double)row->tokens : stage->tokens;
    stage->sequences = (double)row->sequences;
    stage->passes = (double)row->passes;
    int kept = 0;
    for (int i = 0; i < stage->graph.count; i++) {
        aug_operator *op = &stage->graph.operators[i];
        if (strcmp(op->name, "lm head") == 0)
            continue;
        if (!causal)
            op->causal = false;
        stage->graph.operators[kept++] = *op;
    }
    stage->graph.count = kept;
}

static int find_stage(const aug_model *model, const char *name) {
    for (int i = 0; i < model->stage_count; i++)
        if (strcmp(model->stages[i].name, name) == 0)
            return i;
    return -1;
}

static bool read_stage(const aug_library *library, const aug_reader *reader, const aug_node *node, aug_model *model) {
    stage_row row;
    if (!aug_fields_read(reader, node, &aug_model_stage_fields, &row))
        return false;
    const char *path = stage_path(library, reader, aug_node_peek(node, "model"), row.model);
    if (!path)
        return false;
    const aug_document *document = aug_document_load(reader->arena, reader->errors, path);
    if (!document)
        return false;
    aug_model *part = AUG_NEW(reader->arena, aug_model);
    bool good;
    if (aug_config_is(document->root)) {
        good = read_config(reader, document, row.name, part);
    } else {
        const aug_node *kind = aug_node_peek(document->root, "auger");
        if (!kind || kind->kind != AUG_NODE_SCALAR || strcmp(kind->text, "workload/1") != 0) {
            aug_node_error(reader->errors, aug_node_peek(node, "model"), "a stage is a config.json or a workload/1 file");
            return false;
        }
        good = aug_model_from_workload(reader, document->root, row.name, part);
    }
    if (!good)
        return false;
    aug_stage *stage = &model->stages[model->stage_count];
    *stage = part->stages[part->language >= 0 ? part->language : 0];
    stage->name = row.name;
    stage->resident_name = aug_arena_print(reader->arena, "%s (weights on chip)", row.name);
    specialise(stage, &row);
    if (row.passes < 1 || row.passes > 1000000 || row.sequences < 1 || row.sequences > 1000000) {
        const char *key = row.passes < 1 || row.passes > 1000000 ? "passes" : "sequences";
        aug_node_error(reader->errors, aug_node_peek(node, key), "expected 1 to 1000000 %s", key);
        return false;
    }
    if (row.phase && strcmp(row.phase, "prefill") != 0) {
        aug_node_error(reader->errors, aug_node_peek(node, "phase"), "expected prefill, found '%.40s'", row.phase);
        return false;
    }
    if (stage->tokens <= 0.0) {
        aug_node_key_error(reader->errors, node, "key 'tokens' is missing in %s", aug_model_stage_fields.name);
        return false;
    }
    if (row.attends) {
        stage->attends = find_stage(model, row.attends);
        if (stage->attends < 0) {
            aug_node_error(reader->errors, aug_node_peek(node, "attends"), "no earlier stage is called '%.60s'", row.attends);
            return false;
        }
    }
    model->stage_count++;
    return true;
}

static bool read_model_file(const aug_library *library, const aug_reader *reader, const aug_node *root, const char *name,
                            aug_model *model) {
    model_row row;
    if (!aug_fields_read(reader, root, &aug_model_fields, &row))
        return false;
    *model = (aug_model){.name = row.name ? row.name : name, .family = "model file", .language = -1, .actions = (double)row.actions};
    if (row.stages->kind != AUG_NODE_LIST || row.stages->count == 0) {
        aug_node_error(reader->errors, row.stages, "expected a list of stages, found %s",
                       row.stages->kind == AUG_NODE_LIST ? "an empty one" : aug_node_noun(reader->arena, row.stages));
        return false;
    }
    bool good = true;
    for (const aug_node *node = row.stages->first; node; node = node->next) {
        if (model->stage_count == AUG_STAGES) {
            aug_node_error(reader->errors, node, "more than %d stages", AUG_STAGES);
            return false;
        }
        good &= read_stage(library, reader, node, model);
    }
    return good;
}

aug_model *aug_model_read(const aug_library *library, const aug_reader *reader, const aug_document *document,
                          const char *name) {
    aug_model *model = AUG_NEW(reader->arena, aug_model);
    const aug_node *root = document->root;
    if (root->kind != AUG_NODE_MAP) {
        aug_node_error(reader->errors, root, "expected a model: a config.json, or a file that begins with 'auger: model/1'");
        return NULL;
    }
    const aug_node *kind = aug_node_get(root, "auger");
    if (!kind)
        return read_config(reader, document, name, model) ? model : NULL;
    if (kind->kind == AUG_NODE_SCALAR && strcmp(kind->text, "model/1") == 0)
        return read_model_file(library, reader, root, name, model) ? model : NULL;
    if (kind->kind == AUG_NODE_SCALAR && strcmp(kind->text, "workload/1") == 0)
        return aug_model_from_workload(reader, root, name, model) ? model : NULL;
    aug_node_error(reader->errors, kind, "expected a model (model/1, workload/1 or a config.json), found %s",
                   aug_node_noun(reader->arena, kind));
    return NULL;
}

void aug_model_set_weights(aug_model *model, const char *format) {
    for (int i = 0; i < model->stage_count; i++) {
        aug_precision *precision = &model->stages[i].precision;
        if (model->stages[i].kind != AUG_STAGE_IMAGE)
            *precision = aug_precision_override(precision, aug_format_find(format), AUG_FORMAT_NONE, AUG_FORMAT_NONE);
    }
}

aug_model *aug_model_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name) {
    aug_library_file file;
    if (!aug_library_find(library, arena, errors, "models", "model", name, &file))
        return NULL;
    const aug_document *document = aug_document_load(arena, errors, file.path);
    if (!document)
        return NULL;
    const aug_reader reader = {arena, errors};
    aug_model *model = aug_model_read(library, &reader, document, file.name);
    if (model && file.suffix)
        aug_model_set_weights(model, file.suffix);
    return model;
}
