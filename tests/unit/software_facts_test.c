// Facts of a library as the shapes of calls have them.
#include "support/testing.h"

#include "kernel/software_facts.h"

static const char text[] =
    "auger: library/1\nname: mine\n"
    "prefill_designs: {wide: {tile_rows: 256, tile_keys: 32, resident: 2, packs_heads: true}}\n"
    "decode_designs: {split: {tile_rows: 16, tile_keys: 256, overlap: 3, splits: fixed, most_splits: 7}}\n"
    "facts:\n"
    "  gemm: {split: {bf16: atomic, fp8: reduced}, quantise: {fp8: row}, step_bytes: {all: 64}, scales_apart: [fp8_block], writes_last: {bf16: false}, host_paced: [bf16]}\n"
    "  moe: {algorithm: {bf16: striped, fp8_block: gathered, fp8: blocked}, remote: {all: all}, even_gathered: [fp8_block], warp_level: {\"fp8\": false}}\n"
    "  attention_prefill: {design: {bf16: wide, fp8: unheard}, multiplies_fp8: [fp8], appends: [bf16], quantises_query: [fp8]}\n"
    "  attention_decode: {design: {all: split}, converts_cache: [bf16/fp8], cache_resident: [bf16]}\n"
    "  elementwise: {moved: {norm: 6}, kept: {norm: 4}, launches: {norm: 2}, row_passes: {norm: 3}, work: {norm: 0.5}}\n"
    "  custom_all_reduce: {one_shot: {\"2\": 1000}, most: {\"2\": 5000}, switched_from: {\"8\": 100}, switched_to: {\"8\": 4000}}\n";

typedef struct world {
    test_ground ground;
    aug_software software;
    aug_software_use use;
} world;

static void set_up(world *w, aug_kernel_kind kind) {
    test_begin(&w->ground);
    if (!aug_software_read(&w->ground.reader, test_parse(&w->ground, text), "test", &w->software))
        print_error("%s\n", w->ground.errors.items[0].message);
    assert_false(aug_errors_total(&w->ground.errors));
    w->use = (aug_software_use){&w->software, kind, "bf16", NULL, 0, NULL};
}

static void gemm(void **state) {
    (void)state;
    world w;
    set_up(&w, AUG_KERNEL_KIND_GEMM);
    static const struct {
        const char *formats;
        aug_gemm_facts facts;
    } cases[] = {
        {"bf16", {.split = AUG_GEMM_SPLIT_ATOMIC, .step_bytes = 64.0, .host_paced = true}},
        {"fp8", {.split = AUG_GEMM_SPLIT_REDUCED, .quantise = AUG_GEMM_QUANTISE_ROW, .step_bytes = 64.0}},
        {"fp8_block", {.step_bytes = 64.0, .scales_apart = true}},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        aug_gemm_facts found;
        w.use.formats = cases[i].formats;
        aug_software_gemm_facts(&w.use, &found);
        const aug_gemm_facts *expected = &cases[i].facts;
        assert_int_equal(found.split, expected->split);
        assert_int_equal(found.quantise, expected->quantise);
        assert_near(found.step_bytes, expected->step_bytes, 0.0);
        assert_int_equal(found.scales_apart, expected->scales_apart);
        assert_int_equal(found.host_paced, expected->host_paced);
        assert_false(found.writes_last); // said to be false
    }
    test_end(&w.ground);
}

// Scales of blocks are multiplied in by gathered and permuted kernels; only sorted ones meet rows of other chips; more experts
// per token than 16 are routed by general kernels, more than 512 experts too where weights are striped.
static void moe(void **state) {
    (void)state;
    world w;
    set_up(&w, AUG_KERNEL_KIND_MOE);
    static const struct {
        const char *formats;
        double topk, experts;
        aug_moe_facts facts;
    } cases[] = {
        {"bf16", 8, 128, {.algorithm = AUG_MOE_STRIPED, .remote = AUG_MOE_REMOTE_ALL, .warp_level = true}},
        {"bf16", 8, 513, {.algorithm = AUG_MOE_STRIPED, .remote = AUG_MOE_REMOTE_ALL, .warp_level = true, .sorts_apart = true}},
        {"bf16", 17, 128, {.algorithm = AUG_MOE_STRIPED, .remote = AUG_MOE_REMOTE_ALL, .warp_level = true, .sorts_apart = true}},
        {"fp8", 8, 513, {.algorithm = AUG_MOE_BLOCKED, .remote = AUG_MOE_REMOTE_ALL}}, // its own warp_level: false
        {"fp8_block", 17, 513, {.algorithm = AUG_MOE_GATHERED, .remote = AUG_MOE_REMOTE_SKIPPED, .rescales = true, .assumes_even = true}},
        {"int4", 8, 8, {.algorithm = AUG_MOE_GATHERED, .remote = AUG_MOE_REMOTE_SKIPPED}},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        aug_moe_facts found;
        w.use.formats = cases[i].formats;
        const aug_moe_routing routing = {.tokens = 1.0, .topk = cases[i].topk, .experts = cases[i].experts, .groups = 1.0};
        aug_software_moe_facts(&w.use, &routing, &found);
        const aug_moe_facts *expected = &cases[i].facts;
        assert_int_equal(found.algorithm, expected->algorithm);
        assert_int_equal(found.remote, expected->remote);
        assert_int_equal(found.warp_level, expected->warp_level);
        assert_int_equal(found.rescales, expected->rescales);
        assert_int_equal(found.sorts_apart, expected->sorts_apart);
        assert_int_equal(found.assumes_even, expected->assumes_even);
    }
    test_end(&w.ground);
}

// By name; an unknown name and no word of it give the plain design.
static void designs(void **state) {
    (void)state;
    world w;
    set_up(&w, AUG_KERNEL_KIND_ATTENTION_PREFILL);
    aug_prefill_design prefill;
    aug_software_prefill_design(&w.use, &prefill);
    assert_true(prefill.tile_rows == 256.0 && prefill.tile_keys == 32.0 && prefill.resident == 2.0 && prefill.packs_heads);
    static const char *const plain[] = {"fp8", "int8"};
    for (size_t i = 0; i < AUG_COUNT(plain); i++) {
        w.use.formats = plain[i];
        aug_software_prefill_design(&w.use, &prefill);
        assert_true(prefill.tile_rows == 128.0 && prefill.tile_keys == 64.0 && prefill.resident == 1.0 && !prefill.packs_heads);
    }
    w.use.kind = AUG_KERNEL_KIND_ATTENTION_DECODE;
    w.use.formats = "bf16/fp8";
    aug_decode_design decode;
    aug_software_decode_design(&w.use, &decode);
    assert_true(decode.tile_rows == 16.0 && decode.tile_keys == 256.0 && decode.overlap == 3.0 && decode.splits == AUG_SPLITS_FIXED);
    assert_true(decode.most_splits == 7.0 && isinf(decode.most_group) && decode.converts_cache && !decode.cache_resident);
    w.use.formats = "bf16";
    aug_software_decode_design(&w.use, &decode);
    assert_true(!decode.converts_cache && decode.cache_resident);
    w.use.kind = AUG_KERNEL_KIND_MLA_DECODE; // nothing is said of it
    aug_software_decode_design(&w.use, &decode);
    assert_true(decode.tile_rows == 64.0 && decode.splits == AUG_SPLITS_FREE && isinf(decode.most_splits) && decode.packs_windows);
    test_end(&w.ground);
}

static void attention(void **state) {
    (void)state;
    world w;
    set_up(&w, AUG_KERNEL_KIND_ATTENTION_PREFILL);
    aug_attention_prefill_shape shape = {0};
    assert_int_equal(aug_software_attention_format(&w.use), AUG_FORMAT_BF16);
    aug_software_prefill_calls(&w.use, &shape);
    assert_true(shape.appends && !shape.quantises_query);
    w.use.formats = "fp8";
    assert_int_equal(aug_software_attention_format(&w.use), AUG_FORMAT_FP8);
    aug_software_prefill_calls(&w.use, &shape);
    assert_true(!shape.appends && shape.quantises_query);
    test_end(&w.ground);
}

static void elementwise(void **state) {
    (void)state;
    world w;
    set_up(&w, AUG_KERNEL_KIND_ELEMENTWISE);
    aug_elementwise_shape shape = {.rows = 2.0, .width = 3.0, .row_passes = 1.0};
    w.use.formats = "norm";
    aug_software_elementwise_facts(&w.use, 2.0, &shape);
    assert_true(shape.moved_bytes == 6.0 && shape.kept_bytes == 4.0 && shape.launches == 2.0 && shape.row_passes == 3.0 && shape.work == 0.5);
    assert_true(shape.rows == 2.0 && shape.width == 3.0);
    // Nothing is said: what the caller knows; what is moved is kept.
    shape = (aug_elementwise_shape){.row_passes = 1.0};
    w.use.formats = "map";
    aug_software_elementwise_facts(&w.use, 2.0, &shape);
    assert_true(shape.moved_bytes == 2.0 && shape.kept_bytes == 2.0 && shape.launches == 1.0 && shape.row_passes == 1.0 && shape.work == 0.0);
    test_end(&w.ground);
}

static void reductions_by_size(void **state) {
    (void)state;
    world w;
    set_up(&w, AUG_KERNEL_KIND_CUSTOM_REDUCE);
    static const struct {
        const char *chips;
        double bytes;
        aug_reduce_method method;
    } cases[] = {
        {"2", 999, AUG_REDUCE_ONE_SHOT},    {"2", 1000, AUG_REDUCE_TWO_SHOTS},   {"2", 5000, AUG_REDUCE_TWO_SHOTS},
        {"2", 5001, AUG_REDUCE_LIBRARY},    {"8", 99, AUG_REDUCE_ONE_SHOT},      {"8", 100, AUG_REDUCE_SWITCHED},
        {"8", 4000, AUG_REDUCE_SWITCHED},   {"8", 4001, AUG_REDUCE_ONE_SHOT},
        {"4", 524287, AUG_REDUCE_ONE_SHOT}, {"4", 524288, AUG_REDUCE_TWO_SHOTS}, {"4", 8388609, AUG_REDUCE_LIBRARY}, // nothing is said of four
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        w.use.formats = cases[i].chips;
        assert_int_equal(aug_software_reduce_method(&w.use, cases[i].bytes), cases[i].method);
    }
    test_end(&w.ground);
}

// The first of the shipped libraries' designs that a fact names must be there.
static void shipped_libraries_name_designs_that_are_there(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_library library = test_library();
    aug_library_names names = aug_library_list(&library, &ground.arena, "libraries");
    for (int i = 0; i < names.count; i++) {
        const aug_software *s = aug_software_load(&library, &ground.arena, &ground.errors, names.names[i]);
        if (!s)
            print_error("%s: %s\n", names.names[i], ground.errors.items[0].message);
        assert_non_null(s);
        assert_true(s->overhead_count < AUG_OVERHEADS && s->fact_count < AUG_FACTS); // nothing was left out for want of room
        for (int f = 0; f < s->fact_count; f++) {
            if (s->facts[f].name != AUG_FACT_DESIGN)
                continue;
            bool found = false;
            for (int d = 0; d < s->prefill_design_count; d++)
                found = found || strcmp(s->prefill_designs[d].name, s->facts[f].value) == 0;
            for (int d = 0; d < s->decode_design_count; d++)
                found = found || strcmp(s->decode_designs[d].name, s->facts[f].value) == 0;
            if (!found)
                print_error("%s: no design '%s'\n", s->name, s->facts[f].value);
            assert_true(found);
        }
    }
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gemm),        cmocka_unit_test(moe),                cmocka_unit_test(designs), cmocka_unit_test(attention),
        cmocka_unit_test(elementwise), cmocka_unit_test(reductions_by_size), cmocka_unit_test(shipped_libraries_name_designs_that_are_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
