// Number formats of weights, activations and caches: one row each, in order of falling precision within a kind.
#ifndef AUG_BASE_NUMBER_FORMAT_H
#define AUG_BASE_NUMBER_FORMAT_H

#include <stdbool.h>

// Row: enum suffix, name, bits per element with its share of scales, class it is computed in, activations that go
// with such weights, what it is.
//
// Bits with scales: a block format keeps one scale per block. MXFP4: 4 bits + 8-bit scale per 32 [OCP MX v1.0];
// NVFP4: 4 bits + 8-bit scale per 16; int4: 4 bits + 16-bit scale per 128; q8_0, q6_k, q4_k_m: as files of llama.cpp come to
// (LCPP-Q), spread back to 16 bits before they are multiplied; fp8_block: 8 bits + 32-bit scale per
// 128 x 128 block of weights.
#define AUG_NUMBER_FORMATS(ROW)                                                                              \
    ROW(FP32, "fp32", 32.0, FP32, FP32, "IEEE single precision")                                             \
    ROW(TF32, "tf32", 32.0, TF32, TF32, "single precision stored, 10-bit mantissa computed")                 \
    ROW(BF16, "bf16", 16.0, BF16, BF16, "bfloat16")                                                          \
    ROW(FP16, "fp16", 16.0, BF16, FP16, "IEEE half precision; computed at the rate of bf16")                 \
    ROW(FP8, "fp8", 8.0, FP8, FP8, "8-bit floating point, one scale per tensor or channel")                  \
    ROW(FP8_BLOCK, "fp8_block", 8.0 + 32.0 / 16384.0, FP8, FP8_BLOCK, "fp8, one scale per 128 x 128 block")  \
    ROW(INT8, "int8", 8.0, INT8, INT8, "8-bit integer")                                                      \
    ROW(MXFP4, "mxfp4", 4.25, FP4, BF16, "4-bit floating point, one 8-bit scale per 32 elements")            \
    ROW(NVFP4, "nvfp4", 4.5, FP4, NVFP4, "4-bit floating point, one 8-bit scale per 16 elements")            \
    ROW(FP4, "fp4", 4.0, FP4, FP4, "4-bit floating point, scales not counted")                               \
    ROW(INT4, "int4", 4.125, INT4, BF16, "4-bit integer, one 16-bit scale per 128 elements")                 \
    ROW(Q8_0, "q8_0", 8.5, BF16, BF16, "8-bit integer, one 16-bit scale per 32 elements")                    \
    ROW(Q6_K, "q6_k", 6.56, BF16, BF16, "6-bit integer, scales of scales per 256 elements")                  \
    ROW(Q4_K_M, "q4_k_m", 4.89, BF16, BF16, "4-bit integer with some layers in 6, scales of scales per 256 elements")

typedef enum aug_number_format {
#define ROW(suffix, name, bits, computed, activations, help) AUG_FORMAT_##suffix,
    AUG_NUMBER_FORMATS(ROW)
#undef ROW
        AUG_FORMAT_COUNT,
    AUG_FORMAT_NONE = AUG_FORMAT_COUNT // not stated
} aug_number_format;

// Names, for field tables and options; indexed by format, NULL at the end.
extern const char *const aug_format_names[AUG_FORMAT_COUNT + 1];

// The format called `name` (also by the names that frameworks use: bfloat16, float16, fp8_block128, e4m3, ...), or
// AUG_FORMAT_NONE.
aug_number_format aug_format_find(const char *name);
const char *aug_format_name(aug_number_format format);
const char *aug_format_help(aug_number_format format);
// Stored bits per element, scales included.
double aug_format_bits(aug_number_format format);
// The format whose peak rate counts when both operands are in this one (fp16 counts as bf16, nvfp4 as fp4).
aug_number_format aug_format_computed(aug_number_format format);
// The activations that usually go with weights of this format (int4 weights: bf16; fp8: fp8).
aug_number_format aug_format_activations(aug_number_format format);
// The format that a multiplication of the two runs in: the one with more bits per element.
aug_number_format aug_format_wider(aug_number_format left, aug_number_format right);
// The next format a machine may compute in, when it lacks this one (fp4 → fp8 → bf16 → tf32 → fp32); NONE at the end.
aug_number_format aug_format_fallback(aug_number_format format);

#endif
