// Three dialects: {quant_method: fp8, weight_block_size: ...}, {quant_method: awq, bits: 4}, and ModelOpt's
// {quantization: {quant_algo: NVFP4, kv_cache_quant_algo: FP8, exclude_modules: [...]}}; compressed-tensors keeps bits
// and type of the weights in config_groups.
//
// Modules that are left out are named one by one ("model.layers.7.self_attn") or by pattern ("model.layers.*.self_attn").
// A kind of weight counts as left out when a pattern covers it or at least half of the layers are named.
#include "workload/quantization.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

typedef struct method_row {
    const char *name; // of quant_method or the front of quant_algo
    aug_number_format format;
} method_row;

static const method_row methods[] = {
    {"fp8_pb", AUG_FORMAT_FP8_BLOCK}, {"fp8", AUG_FORMAT_FP8},           {"mxfp4", AUG_FORMAT_MXFP4},
    {"nvfp4", AUG_FORMAT_NVFP4},      {"awq", AUG_FORMAT_INT4},          {"gptq", AUG_FORMAT_INT4},
    {"w4a16", AUG_FORMAT_INT4},       {"w4a8", AUG_FORMAT_INT4},         {"int4", AUG_FORMAT_INT4},
    {"int8", AUG_FORMAT_INT8},        {"w8a8", AUG_FORMAT_INT8},         {"w8a16", AUG_FORMAT_INT8},
    {"bitsandbytes", AUG_FORMAT_INT8}, {"fbgemm_fp8", AUG_FORMAT_FP8},
};

static const char *text_of(const aug_node *map, const char *key) {
    const aug_node *node = aug_node_get(map, key);
    return node && node->kind == AUG_NODE_SCALAR ? node->text : NULL;
}

static aug_number_format find_method(const char *name) {
    for (size_t i = 0; i < AUG_COUNT(methods); i++)
        if (strncasecmp(name, methods[i].name, strlen(methods[i].name)) == 0)
            return methods[i].format;
    return AUG_FORMAT_NONE;
}

// compressed-tensors: {config_groups: {group_0: {weights: {num_bits: 8, type: float}}}}.
static aug_number_format find_group(const aug_node *map) {
    const aug_node *groups = aug_node_get(map, "config_groups");
    const aug_node *group = groups ? groups->first : NULL;
    const aug_node *weights = group ? aug_node_peek(group, "weights") : NULL;
    const char *bits = weights ? text_of(weights, "num_bits") : NULL, *type = weights ? text_of(weights, "type") : NULL;
    if (!bits || !type)
        return AUG_FORMAT_NONE;
    bool floating = strcmp(type, "float") == 0, four = strcmp(bits, "4") == 0;
    return floating ? (four ? AUG_FORMAT_NVFP4 : AUG_FORMAT_FP8) : (four ? AUG_FORMAT_INT4 : AUG_FORMAT_INT8);
}

static aug_number_format find_format(const aug_node *map) {
    const char *algorithm = text_of(map, "quant_algo"), *method = text_of(map, "quant_method");
    const char *bits = text_of(map, "bits");
    aug_number_format format = algorithm ? find_method(algorithm) : AUG_FORMAT_NONE;
    if (format == AUG_FORMAT_NONE)
        format = find_group(map);
    if (format == AUG_FORMAT_NONE && method)
        format = find_method(method);
    if (format == AUG_FORMAT_FP8 && aug_node_get(map, "weight_block_size"))
        format = AUG_FORMAT_FP8_BLOCK;
    if (format == AUG_FORMAT_INT4 && bits && strcmp(bits, "8") == 0)
        format = AUG_FORMAT_INT8;
    return format;
}

// Whether a module's name has a part with `word` in it, and names no single layer.
static bool names(const char *module, const char *word, bool *single) {
    const char *at = strstr(module, word);
    if (!at)
        return false;
    *single = false;
    for (const char *dot = strchr(module, '.'); dot; dot = strchr(dot + 1, '.'))
        *single = *single || isdigit((unsigned char)dot[1]);
    return true;
}

static bool is_left_out(const aug_node *list, const char *word, const char *not_word, double layers) {
    double singles = 0.0;
    for (const aug_node *item = list->first; item; item = item->next) {
        bool single = false;
        if (item->kind != AUG_NODE_SCALAR || !names(item->text, word, &single) ||
            (not_word && strstr(item->text, not_word)))
            continue;
        if (!single)
            return true;
        singles += 1.0;
    }
    return layers > 0.0 && singles >= layers / 2.0;
}

static void leave_out(const aug_node *map, double layers, const aug_precision *base, aug_precision *precision) {
    static const char *const keys[] = {"modules_to_not_convert", "exclude_modules", "ignore", "ignored_layers"};
    for (size_t i = 0; i < AUG_COUNT(keys); i++) {
        const aug_node *list = aug_node_get(map, keys[i]);
        if (!list || list->kind != AUG_NODE_LIST)
            continue;
        if (is_left_out(list, "attn", NULL, layers))
            precision->of[AUG_STORAGE_ATTENTION] = base->of[AUG_STORAGE_ATTENTION];
        if (is_left_out(list, "shared_expert", "gate", layers))
            precision->of[AUG_STORAGE_MLP] = base->of[AUG_STORAGE_MLP];
        if (is_left_out(list, "mlp.experts", NULL, layers))
            precision->of[AUG_STORAGE_EXPERT] = base->of[AUG_STORAGE_EXPERT];
    }
}

bool aug_quantization_is_file(const aug_node *root) {
    const aug_node *map = aug_node_peek(root, "quantization");
    return map && map->kind == AUG_NODE_MAP && !aug_node_peek(root, "model_type");
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
    const char *cache = text_of(map, "kv_cache_quant_algo");
    aug_number_format cache_format = cache ? find_method(cache) : AUG_FORMAT_NONE;
    aug_number_format format = find_format(map);
    const aug_node *algorithm = aug_node_peek(map, "quant_algo");
    bool none = algorithm && aug_node_is_null(algorithm);
    if (format == AUG_FORMAT_NONE && cache_format == AUG_FORMAT_NONE && !none) {
        aug_error *error = aug_node_key_error(reader->errors, map, "unknown quantization");
        aug_error_hint(error, "known are fp8, mxfp4, nvfp4, awq, gptq, int8 and compressed-tensors with 4 or 8 bits");
        return false;
    }
    if (format != AUG_FORMAT_NONE) {
        aug_precision_set_weights(precision, format);
        leave_out(map, layers, &base, precision);
    }
    if (cache_format != AUG_FORMAT_NONE)
        precision->of[AUG_STORAGE_CACHE] = cache_format;
    return true;
}
