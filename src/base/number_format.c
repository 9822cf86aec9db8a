// Names that other tools use for the same format stand in one list; the first name of the table is Auger's own.
#include "base/number_format.h"

#include "base/compiler.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

typedef struct format_row {
    const char *name;
    double bits;
    aug_number_format computed, activations;
    const char *help;
} format_row;

static const format_row formats[AUG_FORMAT_COUNT] = {
#define ROW(suffix, name, bits, computed, activations, help)                                                 \
    [AUG_FORMAT_##suffix] = {name, bits, AUG_FORMAT_##computed, AUG_FORMAT_##activations, help},
    AUG_NUMBER_FORMATS(ROW)
#undef ROW
};

const char *const aug_format_names[AUG_FORMAT_COUNT + 1] = {
#define ROW(suffix, name, bits, computed, activations, help) name,
    AUG_NUMBER_FORMATS(ROW)
#undef ROW
        NULL,
};

static const struct {
    const char *name;
    aug_number_format format;
} other_names[] = {
    {"float32", AUG_FORMAT_FP32},       {"float", AUG_FORMAT_FP32},
    {"bfloat16", AUG_FORMAT_BF16},      {"float16", AUG_FORMAT_FP16},
    {"half", AUG_FORMAT_FP16},          {"e4m3", AUG_FORMAT_FP8},
    {"float8_e4m3fn", AUG_FORMAT_FP8},  {"fp8_e4m3", AUG_FORMAT_FP8},
    {"fp8_e5m2", AUG_FORMAT_FP8},       {"fp8_block128", AUG_FORMAT_FP8_BLOCK},
    {"fp8_pb_wo", AUG_FORMAT_FP8_BLOCK}, {"w4a16", AUG_FORMAT_INT4},
    {"f16", AUG_FORMAT_FP16},           {"f32", AUG_FORMAT_FP32},
};

aug_number_format aug_format_find(const char *name) {
    for (int i = 0; i < AUG_FORMAT_COUNT; i++)
        if (strcasecmp(name, formats[i].name) == 0)
            return (aug_number_format)i;
    for (size_t i = 0; i < AUG_COUNT(other_names); i++)
        if (strcasecmp(name, other_names[i].name) == 0)
            return other_names[i].format;
    return AUG_FORMAT_NONE;
}

const char *aug_format_name(aug_number_format format) {
    return format < AUG_FORMAT_COUNT ? formats[format].name : "none";
}

const char *aug_format_help(aug_number_format format) {
    return format < AUG_FORMAT_COUNT ? formats[format].help : "";
}

double aug_format_bits(aug_number_format format) {
    return format < AUG_FORMAT_COUNT ? formats[format].bits : 0.0;
}

aug_number_format aug_format_computed(aug_number_format format) {
    return format < AUG_FORMAT_COUNT ? formats[format].computed : AUG_FORMAT_NONE;
}

aug_number_format aug_format_activations(aug_number_format format) {
    return format < AUG_FORMAT_COUNT ? formats[format].activations : AUG_FORMAT_NONE;
}

aug_number_format aug_format_wider(aug_number_format left, aug_number_format right) {
    return aug_format_bits(left) >= aug_format_bits(right) ? left : right;
}

aug_number_format aug_format_fallback(aug_number_format format) {
    switch (format) {
    case AUG_FORMAT_FP4:
    case AUG_FORMAT_MXFP4:
    case AUG_FORMAT_NVFP4:
        return AUG_FORMAT_FP8;
    case AUG_FORMAT_INT4:
        return AUG_FORMAT_INT8;
    case AUG_FORMAT_FP8:
    case AUG_FORMAT_FP8_BLOCK:
    case AUG_FORMAT_INT8:
        return AUG_FORMAT_BF16;
    case AUG_FORMAT_Q8_0:
    case AUG_FORMAT_Q6_K:
    case AUG_FORMAT_Q4_K_M:
        return AUG_FORMAT_BF16;
    case AUG_FORMAT_FP16:
    case AUG_FORMAT_BF16:
        return AUG_FORMAT_TF32;
    case AUG_FORMAT_TF32:
        return AUG_FORMAT_FP32;
    case AUG_FORMAT_FP32:
    case AUG_FORMAT_COUNT:
        break;
    }
    return AUG_FORMAT_NONE;
}
