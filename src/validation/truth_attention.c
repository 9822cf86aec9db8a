// One attention kernel: a prompt's (new tokens, some of them perhaps behind a kept prefix), or one step of decoding, with keys and
// values per head group or latents (kind mla).
#include "validation/truth.h"

#include "kernel/software_facts.h"

#include <string.h>

static const char *dtype(aug_truth *truth, const aug_table_row *row) {
    const char *inputs = aug_truth_cell(truth, row, "dtype"), *cache = aug_truth_cell(truth, row, "kv_dtype");
    return strcmp(inputs, cache) == 0 ? inputs : aug_arena_print(truth->arena, "%s/%s", inputs, cache);
}

static bool is_latent(const aug_truth *truth, const aug_table_row *row) {
    return strcmp(aug_truth_cell(truth, row, "kind"), "mla") == 0;
}

// A step: one new token behind others.
static bool is_step(const aug_truth *truth, const aug_table_row *row) {
    const char *past = aug_truth_cell(truth, row, "past_tokens");
    return strcmp(aug_truth_cell(truth, row, "new_tokens"), "1") == 0 && *past && strcmp(past, "0") != 0;
}

static const char *operation(aug_truth *truth, const aug_table_row *row, int target) {
    static const char *const names[2][2] = {{"attention prefill", "attention decode"}, {"mla prefill", "mla decode"}};
    (void)target;
    return names[is_latent(truth, row)][is_step(truth, row)];
}

typedef struct sizes {
    double batch, fresh, past, query_heads, kv_heads, head, window;
} sizes;

static bool read_sizes(aug_truth *truth, const aug_table_row *row, sizes *s) {
    uint64_t batch, fresh, query, kv, head;
    bool good = aug_truth_count(truth, row, "batch", 0, &batch);
    good = aug_truth_count(truth, row, "new_tokens", 0, &fresh) && good;
    good = aug_truth_count(truth, row, "q_heads", 0, &query) && good;
    good = aug_truth_count(truth, row, "kv_heads", query, &kv) && good;
    good = aug_truth_count(truth, row, "head_dim", 128, &head) && good;
    good = aug_truth_number(truth, row, "past_tokens", 0.0, &s->past) && good;
    good = aug_truth_number(truth, row, "window", 0.0, &s->window) && good;
    s->batch = (double)batch;
    s->fresh = (double)fresh;
    s->query_heads = (double)query;
    s->kv_heads = (double)kv;
    s->head = (double)head;
    return good;
}

static const double latent_width = 512.0, rotary_width = 64.0, plain_width = 128.0; // of published models [DeepSeek-V2 §2.1]

static void set_decode(const sizes *z, bool latent, aug_number_format cache, aug_sample *s) {
    aug_attention_decode_shape *shape = &s->shape.attention_decode;
    s->kind = latent ? AUG_KERNEL_KIND_MLA_DECODE : AUG_KERNEL_KIND_ATTENTION_DECODE;
    *shape = (aug_attention_decode_shape){.batch = z->batch,
                                          .context = z->past + z->fresh,
                                          .query_heads = z->query_heads,
                                          .kv_heads = latent ? 1.0 : z->kv_heads,
                                          .head_size = latent ? latent_width + rotary_width : z->head,
                                          .value_size = latent ? latent_width : z->head,
                                          .window = z->window,
                                          .latent = latent,
                                          .cache = cache};
    const aug_software_use use = aug_sample_use(s);
    aug_software_decode_design(&use, &shape->design);
    shape->format = aug_software_attention_format(&use);
}

static void set_prefill(const sizes *z, bool latent, aug_number_format cache, aug_sample *s) {
    aug_attention_prefill_shape *shape = &s->shape.attention_prefill;
    s->kind = latent ? AUG_KERNEL_KIND_MLA_PREFILL : AUG_KERNEL_KIND_ATTENTION_PREFILL;
    *shape = (aug_attention_prefill_shape){.batch = z->batch,
                                           .new_tokens = z->fresh,
                                           .past_tokens = z->past,
                                           .query_heads = z->query_heads,
                                           .kv_heads = latent ? z->query_heads : z->kv_heads,
                                           .head_size = latent ? plain_width + rotary_width : z->head,
                                           .value_size = latent ? plain_width : z->head,
                                           .window = z->window,
                                           .cache = cache};
    const aug_software_use use = aug_sample_use(s);
    if (latent && aug_software_fact(&use, AUG_FACT_ABSORBED)) { // attends to latents, as a step does
        shape->kv_heads = 1.0;
        shape->head_size = latent_width + rotary_width;
        shape->value_size = latent_width;
    }
    shape->format = aug_software_attention_format(&use);
    aug_software_prefill_design(&use, &shape->design);
    aug_software_prefill_calls(&use, shape);
}

static bool sample(aug_truth *truth, const aug_table_row *row, aug_sample *s, aug_prediction *prediction) {
    sizes z;
    aug_number_format format, cache;
    if (!aug_truth_format(truth, row, "dtype", &format, prediction) || !aug_truth_format(truth, row, "kv_dtype", &cache, prediction))
        return false;
    if (!read_sizes(truth, row, &z)) {
        prediction->reason = "a size is missing";
        return false;
    }
    aug_software_formats(format, cache, s->formats);
    s->kernel = aug_arena_print(truth->arena, "%s head%.0f", s->kernel, z.head); // libraries choose by the size of heads too
    if (is_step(truth, row))
        set_decode(&z, is_latent(truth, row), cache, s);
    else
        set_prefill(&z, is_latent(truth, row), cache, s);
    return true;
}

const aug_truth_kind aug_truth_attention = {
    .name = "attention",
    .columns = {"device", "kind", "batch", "new_tokens", "past_tokens", "q_heads", "kv_heads", "head_dim", "dtype", "kv_dtype", "latency_us", NULL},
    .library = "framework",
    .target_count = 1,
    .targets = {{.measured = "latency_us", .operation = "attention", .suffix = "", .unit = 1e-6}},
    .dtype = dtype,
    .operation = operation,
    .sample = sample,
    .shape = {"batch", "new_tokens", "past_tokens", "q_heads", "kv_heads", NULL},
};
