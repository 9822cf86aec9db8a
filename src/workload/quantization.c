// Three dialects: {quant_method: fp8, weight_block_size: ...}, {quant_method: awq, bits: 4}, and ModelOpt's
// {quantization: {quant_algo: NVFP4, kv_cache_quant_algo: FP8, exclude_modules: [...]}}; compressed-tensors keeps bits
// and type of weights and activations in config_groups, those of the cache in kv_cache_scheme.
//
// Modules that are left out are named one by one ("model.layers.7.self_attn") or by pattern ("model.layers.*.self_attn").
// A kind of weight counts as left out when a pattern covers it or at least half of the layers are named, by any of its
// projections: of 4 layers, {model.layers.0.self_attn.q_proj, model.layers.0.self_attn.o_proj} are one, and
// {model.layers.0.self_attn, model.layers.1.self_attn} are half.
#include "workload/quantization.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// Formats of weights and activations; NONE: not known.
typedef struct formats {
    aug_number_format weights, activations;
} formats;

typedef struct method_row {
    const char *name; // of quant_method or quant_algo, or the front of it
    aug_number_format weights;
    aug_number_format activations; // NONE: those that go with such weights
} method_row;

// The first row whose name begins the method's counts.
static const method_row methods[] = {
    {"fp8_pb", AUG_FORMAT_FP8_BLOCK, AUG_FORMAT_NONE},
    {"fp8", AUG_FORMAT_FP8, AUG_FORMAT_NONE},
    {"fbgemm_fp8", AUG_FORMAT_FP8, AUG_FORMAT_NONE},
    {"mxfp4", AUG_FORMAT_MXFP4, AUG_FORMAT_NONE},
    {"nvfp4a16", AUG_FORMAT_NVFP4, AUG_FORMAT_BF16},
    {"nvfp4", AUG_FORMAT_NVFP4, AUG_FORMAT_NONE},
    {"awq", AUG_FORMAT_INT4, AUG_FORMAT_BF16},
    {"gptq", AUG_FORMAT_INT4, AUG_FORMAT_BF16},
    {"w4a16_nvfp4", AUG_FORMAT_NVFP4, AUG_FORMAT_BF16},
    {"w4a16_mxfp4", AUG_FORMAT_MXFP4, AUG_FORMAT_BF16},
    {"w4a16", AUG_FORMAT_INT4, AUG_FORMAT_BF16},
    {"w4a8_nvfp4", AUG_FORMAT_NVFP4, AUG_FORMAT_FP8},
    {"w4a8_mxfp4", AUG_FORMAT_MXFP4, AUG_FORMAT_FP8},
    {"w4a8", AUG_FORMAT_INT4, AUG_FORMAT_FP8},
    {"int4", AUG_FORMAT_INT4, AUG_FORMAT_BF16},
    {"int8", AUG_FORMAT_INT8, AUG_FORMAT_NONE},
    {"w8a16", AUG_FORMAT_INT8, AUG_FORMAT_BF16},
    {"w8a8", AUG_FORMAT_INT8, AUG_FORMAT_NONE},
    {"bitsandbytes", AUG_FORMAT_INT8, AUG_FORMAT_NONE},
};

static const formats unknown = {AUG_FORMAT_NONE, AUG_FORMAT_NONE};

static const char *text_of(const aug_node *map, const char *key) {
    const aug_node *node = aug_node_get(map, key);
    return node && node->kind == AUG_NODE_SCALAR && !aug_node_is_null(node) ? node->text : NULL;
}

static bool says(const aug_node *map, const char *key, const char *word) {
    const char *text = text_of(map, key);
    return text && strcasecmp(text, word) == 0;
}

static formats find_method(const char *name) {
    for (size_t i = 0; name && i < AUG_COUNT(methods); i++)
        if (strncasecmp(name, methods[i].name, strlen(methods[i].name)) == 0)
            return (formats){methods[i].weights, methods[i].activations};
    return unknown;
}

// compressed-tensors: {num_bits: 8, type: float}. Floats of 4 bits share a scale by 32 (MXFP4) or by 16 (NVFP4).
static aug_number_format scheme_format(const aug_node *scheme, bool microscaled) {
    bool four = says(scheme, "num_bits", "4"), eight = says(scheme, "num_bits", "8");
    if (says(scheme, "type", "float"))
        return eight ? AUG_FORMAT_FP8 : !four ? AUG_FORMAT_NONE : microscaled ? AUG_FORMAT_MXFP4 : AUG_FORMAT_NVFP4;
    if (says(scheme, "type", "int"))
        return eight ? AUG_FORMAT_INT8 : four ? AUG_FORMAT_INT4 : AUG_FORMAT_NONE;
    return AUG_FORMAT_NONE;
}

// compressed-tensors: {config_groups: {group_0: {weights: ..., input_activations: ... or null}}}.
static formats find_group(const aug_node *map) {
    const aug_node *groups = aug_node_get(map, "config_groups"), *group = groups ? groups->first : NULL;
    const aug_node *weights = group ? aug_node_peek(group, "weights") : NULL;
    const aug_node *activations = group ? aug_node_peek(group, "input_activations") : NULL;
    bool microscaled = says(map, "format", "mxfp4-pack-quantized") || says(weights, "group_size", "32");
    formats found = {scheme_format(weights, microscaled), scheme_format(activations, microscaled)};
    if (found.activations == AUG_FORMAT_NONE)
        found.activations = AUG_FORMAT_BF16;
    return found.weights == AUG_FORMAT_NONE ? unknown : found;
}

// AWQ and GPTQ say their bits, bitsandbytes which of its two methods.
static formats with_bits(formats found, const aug_node *map) {
    const char *bits = text_of(map, "bits");
    if (found.weights == AUG_FORMAT_INT4 && bits && strcmp(bits, "4") != 0)
        return strcmp(bits, "8") == 0 ? (formats){AUG_FORMAT_INT8, found.activations} : unknown;
    if (found.weights == AUG_FORMAT_INT8 && says(map, "load_in_4bit", "true"))
        return (formats){AUG_FORMAT_INT4, AUG_FORMAT_BF16};
    if (found.weights == AUG_FORMAT_FP8 && aug_node_get(map, "weight_block_size"))
        return (formats){AUG_FORMAT_FP8_BLOCK, found.activations};
    return found;
}

static formats find_formats(const aug_node *map) {
    formats found = find_method(text_of(map, "quant_algo"));
    if (found.weights == AUG_FORMAT_NONE)
        found = find_group(map);
    if (found.weights == AUG_FORMAT_NONE)
        found = find_method(text_of(map, "quant_method"));
    return with_bits(found, map);
}

static aug_number_format find_cache(const aug_node *map) {
    aug_number_format format = scheme_format(aug_node_get(map, "kv_cache_scheme"), false);
    return format != AUG_FORMAT_NONE ? format : find_method(text_of(map, "kv_cache_quant_algo")).weights;
}

// The kinds of weights that can be left out.
enum { ATTENTION, MLP, EXPERT, KINDS };

static const aug_storage storages[KINDS] = {AUG_STORAGE_ATTENTION, AUG_STORAGE_MLP, AUG_STORAGE_EXPERT};

// Layers that a list of left-out modules names, by kind of weights.
typedef struct left_out {
    bool everywhere[KINDS];
    bool *named[KINDS];
    double count[KINDS];
    double layers; // of the model
} left_out;

static bool has_any(const char *module, const char *const *words) {
    for (; *words; words++)
        if (strstr(module, *words))
            return true;
    return false;
}

// Whether experts are named that are not the shared ones.
static bool names_experts(const char *module) {
    for (const char *at = strstr(module, "experts"); at; at = strstr(at + 1, "experts"))
        if (at == module || at[-1] != '_')
            return true;
    return false;
}

// What follows the name of a feed-forward layer, without the signs of patterns; NULL where none is named.
static const char *behind_mlp(const char *module) {
    static const char *const words[] = {"mlp", "feed_forward"};
    for (size_t i = 0; i < AUG_COUNT(words); i++) {
        const char *at = strstr(module, words[i]);
        if (at)
            return at + strlen(words[i]) + strspn(at + strlen(words[i]), ".*\\$)");
    }
    return NULL;
}

// The kinds of weights (bits) that a module is made of: none for what is never quantised, is small, or belongs to an image
// encoder. A whole feed-forward layer is its experts too.
static unsigned kinds_of(const char *module) {
    static const char *const others[] = {"visual",  "vision", "norm",   "conv1d", "in_proj_a", "in_proj_b",
                                         "indexer", "router", "shared_expert_gate", NULL};
    if (has_any(module, others))
        return 0;
    if (strstr(module, "attn"))
        return 1u << ATTENTION;
    if (names_experts(module))
        return 1u << EXPERT;
    if (strstr(module, "shared_expert"))
        return 1u << MLP;
    const char *behind = behind_mlp(module);
    if (!behind)
        return 0;
    return !*behind ? 1u << MLP | 1u << EXPERT : strstr(behind, "proj") ? 1u << MLP : 0;
}

// The layer that a module belongs to ("model.layers.7.mlp": 7), -1 for a pattern over layers.
static long layer_of(const char *module) {
    for (const char *dot = strchr(module, '.'); dot; dot = strchr(dot + 1, '.'))
        if (isdigit((unsigned char)dot[1]))
            return strtol(dot + 1, NULL, 10);
    return -1;
}

static void add_module(left_out *out, const char *module) {
    unsigned kinds = kinds_of(module);
    long layer = layer_of(module);
    for (int kind = 0; kind < KINDS; kind++) {
        if (!(kinds >> kind & 1u))
            continue;
        if (layer < 0) {
            out->everywhere[kind] = true;
        } else if ((double)layer < out->layers && !out->named[kind][layer]) {
            out->named[kind][layer] = true;
            out->count[kind] += 1.0;
        }
    }
}

static void leave_out(const aug_reader *reader, const aug_node *map, double layers, const aug_precision *base,
                      aug_precision *precision) {
    static const char *const keys[] = {"modules_to_not_convert", "exclude_modules", "ignore", "ignored_layers"};
    left_out out = {.layers = layers};
    for (int kind = 0; kind < KINDS; kind++)
        out.named[kind] = AUG_NEW_ARRAY(reader->arena, bool, (size_t)layers);
    for (size_t i = 0; i < AUG_COUNT(keys); i++) {
        const aug_node *list = aug_node_get(map, keys[i]);
        for (const aug_node *item = list && list->kind == AUG_NODE_LIST ? list->first : NULL; item; item = item->next)
            if (item->kind == AUG_NODE_SCALAR)
                add_module(&out, item->text);
    }
    for (int kind = 0; kind < KINDS; kind++)
        if (out.everywhere[kind] || (layers > 0.0 && out.count[kind] >= layers / 2.0))
            precision->of[storages[kind]] = base->of[storages[kind]];
}

bool aug_quantization_is_file(const aug_node *root) {
    const aug_node *map = aug_node_peek(root, "quantization");
    return map && map->kind == AUG_NODE_MAP && !aug_node_peek(root, "model_type");
}

// Points at the number of bits where only that is not known, else at the name, else at the whole.
static void report_unknown(const aug_reader *reader, const aug_node *map) {
    const char *algorithm = text_of(map, "quant_algo"), *method = text_of(map, "quant_method");
    const char *name = algorithm ? algorithm : method;
    const char *bits = find_method(name).weights != AUG_FORMAT_NONE ? text_of(map, "bits") : NULL;
    aug_error *error;
    if (bits)
        error = aug_node_error(reader->errors, aug_node_peek(map, "bits"), "unknown quantization '%.60s' with '%.20s' bits", name, bits);
    else if (name)
        error = aug_node_error(reader->errors, aug_node_peek(map, algorithm ? "quant_algo" : "quant_method"), "unknown quantization '%.60s'", name);
    else
        error = aug_node_key_error(reader->errors, map, "unknown quantization");
    aug_error_hint(error, "known are fp8, mxfp4, nvfp4, awq, gptq, int8 and compressed-tensors with 4 or 8 bits");
}

bool aug_quantization_read(const aug_reader *reader, const aug_node *map, double layers, aug_precision *precision) {
    if (map->kind != AUG_NODE_MAP) {
        aug_node_error(reader->errors, map, "expected a map (quantization), found %s",
                       aug_node_noun(reader->arena, map));
        return false;
    }
    const aug_node *inner = aug_node_get(map, "quantization");
    if (inner && inner->kind == AUG_NODE_MAP)
        map = inner;
    const aug_precision base = *precision;
    const aug_number_format cache = find_cache(map);
    const formats found = find_formats(map);
    const aug_node *algorithm = aug_node_peek(map, "quant_algo");
    bool none = algorithm && aug_node_is_null(algorithm);
    if (found.weights == AUG_FORMAT_NONE && cache == AUG_FORMAT_NONE && !none) {
        report_unknown(reader, map);
        return false;
    }
    if (found.weights != AUG_FORMAT_NONE) {
        aug_precision_set_weights(precision, found.weights);
        if (found.activations != AUG_FORMAT_NONE)
            precision->of[AUG_STORAGE_ACTIVATION] = found.activations;
        leave_out(reader, map, layers, &base, precision);
    }
    if (cache != AUG_FORMAT_NONE)
        precision->of[AUG_STORAGE_CACHE] = cache;
    return true;
}
