#include "support/timeloop_case.h"


static void shapes_become_einsums(void **state) {
    (void)state;
    static const struct {
        timeloop_edit edit;
        const char *piece;
    } rows[] = {
        {{"[[[M]], [[K, Str]]]", "[M, K]"}, "Z[M,N] += A[M,K] * B[K,N]"},
        {{"[[[M]], [[K, Str]]]", "[[[M]], [[K], [M, Str]]]"}, "Z[M,N] += A[M,K+M] * B[K,N]"},
        {{"instance: {M: 4, N: 6, K: 8}", "instance: {M: 4, N: 6, K: 8, Str: 3}"}, "Z[M,N] += A[M,3*K] * B[K,N]"},
        {{"[[K, Str]]", "[[K, 2, Str]]"}, "Z[M,N] += A[M,2*K] * B[K,N]"},
        {{"      - {name: B, projection: [[[K]], [[N]]]}\n", "      - {name: B, projection: [[[K]], [[N]]]}\n      - {name: C, projection: [N]}\n"}, "Z[M,N] += A[M,K] * B[K,N] * C[N]"},
        {{"    name: gemm\n", "    name: my gemm\n"}, "name: my_gemm\n"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        assert_holds(timeloop_good(&ground, rows[i].edit).workload, rows[i].piece);
        test_end(&ground);
    }
}

// 1/2 of K 8 in blocks of 2, 3/8 in blocks of 8; 1/3 fills no whole block of K, of N it does.
static void densities_become_models(void **state) {
    (void)state;
    static const struct {
        timeloop_edit edit;
        const char *piece;
    } rows[] = {
        {{"instance: {M: 4, N: 6, K: 8}", "instance: {M: 4, N: 6, K: 8, densities: {A: 0.5}}"}, "A: {bits: 16, density: {model: n:m, n: 1, m: 2, rank: K}}"},
        {{"instance: {M: 4, N: 6, K: 8}", "instance: {M: 4, N: 6, K: 8, densities: {B: {distribution: fixed-structured, density: 0.375}}}"}, "B: {bits: 16, density: {model: n:m, n: 3, m: 8, rank: K}}"},
        {{"instance: {M: 4, N: 6, K: 8}", "instance: {M: 4, N: 6, K: 8, densities: {B: {distribution: fixed_structured, density: 0.33333333333333}}}"}, "B: {bits: 16, density: {model: n:m, n: 1, m: 3, rank: N}}"},
        {{"instance: {M: 4, N: 6, K: 8}", "instance: {M: 4, N: 6, K: 8, densities: {A: {distribution: hypergeometric, density: 0.1}}}"}, "A: {bits: 16, density: {model: uniform, density: 0.1}}"},
        {{"instance: {M: 4, N: 6, K: 8}", "instance: {M: 4, N: 6, K: 8, densities: {A: {distribution: banded, band_width: 2}}}"}, "A: {bits: 16, density: {model: banded, width: 2}}"},
        {{"instance: {M: 4, N: 6, K: 8}", "instance: {M: 4, N: 6, K: 8, densities: {A: 1.0}}"}, "  A: {bits: 16}\n"},
        {{"instance: {M: 4, N: 6, K: 8}", "instance: {M: 4, N: 6, K: 8, common_density: 0.25}"}, "  Z: {bits: 16, density: {model: n:m, n: 1, m: 4, rank: M}}"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        assert_holds(timeloop_good(&ground, rows[i].edit).workload, rows[i].piece);
        test_end(&ground);
    }
}

// Names of several letters, and a dimension of size 1 that no data space has.
static void names_have_any_length(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const char *text = timeloop_edited(&ground, timeloop_case, (timeloop_edit){"[M, N, K]", "[MM, N, KK, One]"});
    text = timeloop_edited(&ground, text, (timeloop_edit){"[[[M]], [[K, Str]]]", "[[[MM]], [[KK, Str]]]"});
    text = timeloop_edited(&ground, text, (timeloop_edit){"[[[K]], [[N]]]", "[KK, N]"});
    text = timeloop_edited(&ground, text, (timeloop_edit){"[[[M]], [[N]]]", "[MM, N]"});
    text = timeloop_edited(&ground, text, (timeloop_edit){"{M: 4, N: 6, K: 8}", "{MM: 4, N: 6, KK: 8, One: 1}"});
    text = timeloop_edited(&ground, text, (timeloop_edit){"factors: M=2 N=3, permutation: NMK", "factors: MM2 N3, permutation: NMMKK"});
    text = timeloop_edited(&ground, text, (timeloop_edit){"factors: K=2, permutation: KMN", "factors: [KK=2, One=1], permutation: [KK, MM, N]"});
    text = timeloop_edited(&ground, text, (timeloop_edit){"N=2 K=2, permutation: NK", "N=2 KK=2, permutation: N KK"});
    text = timeloop_edited(&ground, text, (timeloop_edit){"M=2 K=2, permutation: KM", "'MM=2, KK=2', permutation: 'KK,MM'"});
    const aug_document *document = aug_document_parse(&ground.arena, &ground.errors, "case.yaml", text, strlen(text));
    aug_timeloop_files files;
    bool good = document && aug_timeloop_convert(&ground.reader, &document, 1, &files);
    if (!good)
        print_error("%s\n", ground.errors.items[0].message);
    assert_true(good);
    assert_holds(files.workload, "ranks: {MM: 4, N: 6, KK: 8}\neinsums:\n  - Z[MM,N] += A[MM,KK] * B[KK,N]\n");
    assert_holds(files.mapping, "Dram[A B Z] for MM:2 for N:2 Glb[A Z] for KK:4 par Reg_array.y KK:2 par Reg_array.x N:1 Reg[A B Z] for MM:1 for KK:1 Mac");
    test_end(&ground);
}

static const timeloop_fault faults[] = {
    {{"  shape:\n    name: gemm\n", "  shape:\n    nam: gemm\n"}, 43, 5, "unknown key 'nam' in 'shape'",
     "did you mean 'name'?"},
    {{"dimensions: [M, N, K]", "dimensions: [M, N, K, K]"}, 44, 27, "dimension 'K' stands twice",
     ""},
    {{"dimensions: [M, N, K]", "dimensions: [M, N, K-1]"}, 44, 24, "'K-1' is no name of a dimension",
     "a name has letters, digits and '_', at most 60"},
    {{"dimensions: [M, N, K]", "dimensions: [M, N, K, L]"}, 51, 3, "dimension 'L' has no size in 'instance'",
     ""},
    {{"{name: Str, default: 1}", "{name: Str}"}, 48, 44, "coefficient 'Str' has neither a default nor a value in 'instance'",
     ""},
    {{"{name: Str, default: 1}", "{name: M, default: 1}"}, 46, 16, "'M' stands twice",
     ""},
    {{"{name: Str, default: 1}", "{name: Str, default: 0}"}, 48, 40, "expected a coefficient from 1 to 10^9, found 0",
     ""},
    {{"[[K, Str]]", "[[K, Stride]]"}, 48, 44, "unknown dimension or coefficient 'Stride'",
     "did you mean 'Str'?"},
    {{"[[K, Str]]", "[[K, M]]"}, 48, 44, "a product of two dimensions cannot be expressed",
     "a rank is a sum of dimensions, each times coefficients"},
    {{"[[K, Str]]", "[[Str]]"}, 48, 40, "expected a product with a dimension",
     ""},
    {{"[[K, Str]]", "[]"}, 48, 39, "a rank without a dimension",
     ""},
    {{"read_write: true", "read_write: yes"}, 50, 59, "expected true or false, found 'yes'",
     ""},
    {{", read_write: true", ""}, 48, 7, "expected one data space with 'read_write: true' and at least one without",
     "the output of the einsum is the data space that is written"},
    {{"[[[K]], [[N]]]}", "[[[K]], [[N]]], read_write: true}"}, 50, 16, "a second data space with read_write, 'Z'",
     ""},
    {{"{name: B,", "{name: A,"}, 49, 16, "data space 'A' stands twice",
     ""},
    {{"M: 4, N: 6, K: 8", "M: 4, N: 6"}, 51, 3, "dimension 'K' has no size in 'instance'",
     ""},
    {{"M: 4, N: 6, K: 8", "M: 4, N: 6, K: 8, L: 2"}, 51, 32, "unknown key 'L' in 'instance'",
     "one of: M, N, K, Str, densities, common_density"},
    {{"M: 4, N: 6, K: 8", "M: 4, N: 6, K: 0"}, 51, 29, "expected a whole number from 1 to 2^53, found '0'",
     ""},
    {{"M: 4, N: 6, K: 8", "M: 4, N: 6, K: 8, densities: {C: 0.5}"}, 51, 44, "unknown data space 'C' in 'densities'",
     ""},
    {{"M: 4, N: 6, K: 8", "M: 4, N: 6, K: 8, densities: {A: 2}"}, 51, 47, "expected a share above 0 and at most 1, found '2'",
     "shares are written 0.8, not 80"},
    {{"M: 4, N: 6, K: 8", "M: 4, N: 6, K: 8, densities: {A: {distribution: normal, density: 0.5}}"}, 51, 62, "unknown distribution 'normal'",
     "one of: fixed, fixed_structured, hypergeometric, banded"},
    {{"M: 4, N: 6, K: 8", "M: 4, N: 6, K: 8, densities: {A: {distribution: banded, density: 0.5}}"}, 51, 44, "key 'band_width' is missing in a density",
     ""},
    {{"M: 4, N: 6, K: 8", "M: 4, N: 6, K: 8, densities: {A: {distribution: hypergeometric, density: 0.5, band_width: 2}}"}, 51, 92, "'band_width' does not belong to the distribution 'hypergeometric'",
     ""},
    {{"M: 4, N: 6, K: 8", "M: 4, N: 6, K: 8, densities: {A: 0.70710678118}"}, 51, 47, "a structured density of 0.707107 is no ratio of numbers up to 4096",
     "round it, or use the distribution hypergeometric"},
    {{"dimensions: [M, N, K]\n", "dimensions: [M, N, K]\n    flatten: []\n"}, 45, 5, "'flatten' cannot be expressed",
     "write the dimensions out, one loop for each"},
};

static void wrong_problems_are_errors(void **state) {
    (void)state;
    timeloop_check_faults(faults, AUG_COUNT(faults));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes_become_einsums),
        cmocka_unit_test(densities_become_models),
        cmocka_unit_test(names_have_any_length),
        cmocka_unit_test(wrong_problems_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
