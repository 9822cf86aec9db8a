#include "kernel/usual.h"

static void find_products(aug_software_use use, aug_usual *usual) {
    char text[AUG_FORMATS_TEXT];
    const aug_moe_routing none = {.topk = 1.0, .experts = 1.0};
    for (int w = 0; w < AUG_FORMAT_COUNT; w++)
        for (int a = 0; a < AUG_FORMAT_COUNT; a++) {
            use.formats = aug_software_formats((aug_number_format)w, (aug_number_format)a, text);
            use.kind = AUG_KERNEL_KIND_GEMM;
            aug_software_gemm_facts(&use, &usual->gemm[w][a]);
            usual->gemm[w][a].quantise = AUG_GEMM_QUANTISE_NONE; // the norm or the activation before it does that
            use.kind = AUG_KERNEL_KIND_MOE;
            aug_software_moe_facts(&use, &none, &usual->moe[w][a]);
        }
}

static void find_attention(aug_software_use use, aug_usual *usual) {
    static const aug_kernel_kind prefill[] = {AUG_KERNEL_KIND_ATTENTION_PREFILL, AUG_KERNEL_KIND_MLA_PREFILL};
    static const aug_kernel_kind decode[] = {AUG_KERNEL_KIND_ATTENTION_DECODE, AUG_KERNEL_KIND_MLA_DECODE};
    char text[AUG_FORMATS_TEXT];
    for (int latent = 0; latent < 2; latent++)
        for (int cache = 0; cache < AUG_FORMAT_COUNT; cache++) {
            use.formats = aug_software_formats(AUG_FORMAT_BF16, (aug_number_format)cache, text);
            aug_attention_prefill_shape shape;
            use.kind = prefill[latent];
            aug_software_prefill_calls(&use, &shape);
            usual->prefill[latent][cache].quantises_query = shape.quantises_query;
            usual->prefill[latent][cache].format = aug_software_attention_format(&use);
            aug_software_prefill_design(&use, &usual->prefill[latent][cache].design);
            use.kind = decode[latent];
            usual->decode[latent][cache].format = aug_software_attention_format(&use);
            aug_software_decode_design(&use, &usual->decode[latent][cache].design);
            usual->decode[latent][cache].design.cache_resident = false; // of benchmarks alone
        }
}

void aug_usual_find(const aug_software *software, const char *const *families, int family_count, aug_usual *usual) {
    const aug_software_use use = {.software = software, .families = families, .family_count = family_count};
    find_products(use, usual);
    find_attention(use, usual);
}
