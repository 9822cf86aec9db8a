// What a machine's usual library does, looked up once: the same as looked up at each call.
#include "support/testing.h"
#include "support/test_machine.h"

static void assert_same_products(const aug_kernels *k, aug_number_format w, aug_number_format a) {
    char text[AUG_FORMATS_TEXT];
    aug_software_use use = {k->software, AUG_KERNEL_KIND_GEMM, aug_software_formats(w, a, text), k->families, k->family_count, NULL};
    aug_gemm_facts gemm;
    aug_software_gemm_facts(&use, &gemm);
    assert_true(k->usual.gemm[w][a].split == gemm.split && k->usual.gemm[w][a].quantise == AUG_GEMM_QUANTISE_NONE);
    assert_true(k->usual.gemm[w][a].step_bytes == gemm.step_bytes && k->usual.gemm[w][a].scales_apart == gemm.scales_apart);
    use.kind = AUG_KERNEL_KIND_MOE;
    aug_moe_facts moe;
    aug_software_moe_facts(&use, &(aug_moe_routing){.topk = 1.0, .experts = 1.0}, &moe);
    assert_true(k->usual.moe[w][a].algorithm == moe.algorithm && k->usual.moe[w][a].quantises == moe.quantises);
}

static void assert_same_attention(const aug_kernels *k, aug_number_format cache) {
    static const aug_kernel_kind kinds[2][2] = {{AUG_KERNEL_KIND_ATTENTION_PREFILL, AUG_KERNEL_KIND_ATTENTION_DECODE},
                                                {AUG_KERNEL_KIND_MLA_PREFILL, AUG_KERNEL_KIND_MLA_DECODE}};
    char text[AUG_FORMATS_TEXT];
    aug_software_use use = {k->software, AUG_KERNEL_KIND_GEMM, aug_software_formats(AUG_FORMAT_BF16, cache, text), k->families, k->family_count, NULL};
    for (int latent = 0; latent < 2; latent++) {
        aug_prefill_design prefill;
        aug_decode_design decode;
        use.kind = kinds[latent][0];
        aug_software_prefill_design(&use, &prefill);
            assert_true(k->usual.prefill[latent][cache].design.tile_rows == prefill.tile_rows);
        assert_int_equal(k->usual.prefill[latent][cache].format, aug_software_attention_format(&use));
        use.kind = kinds[latent][1];
        aug_software_decode_design(&use, &decode);
            assert_true(k->usual.decode[latent][cache].design.tile_keys == decode.tile_keys && k->usual.decode[latent][cache].design.splits == decode.splits);
        assert_false(k->usual.decode[latent][cache].design.cache_resident); // a fact of benchmarks alone
    }
}

static void every_machine_and_format(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_library library = test_library();
    aug_library_names names = aug_library_list(&library, &ground.arena, "machines");
    int machines = 0;
    for (int i = 0; i < names.count; i++) {
        const aug_machine *machine = test_machine(&library, &ground.arena, &ground.errors, names.names[i]);
        assert_non_null(machine);
        if (!machine->models)
            continue;
        machines++;
        for (int w = 0; w < AUG_FORMAT_COUNT; w++) {
            assert_same_attention(machine->models, (aug_number_format)w);
            for (int a = 0; a < AUG_FORMAT_COUNT; a++)
                assert_same_products(machine->models, (aug_number_format)w, (aug_number_format)a);
        }
    }
    assert_true(machines > 10);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_machine_and_format)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
