// Operators of shipped networks as calls of kernels; shapes from their configs by hand.
#include "support/testing.h"
#include "support/test_machine.h"

#include "cost/call.h"
#include "workload/model.h"

#include <stdio.h>

typedef struct bench {
    test_ground ground;
    aug_library library;
    const aug_model *model;
    aug_roofline roofline;
    aug_pass pass;
    aug_split split;
    aug_setting setting;
} bench;

static void set_up(bench *b, const char *model, const char *machine) {
    memset(b, 0, sizeof *b);
    test_begin(&b->ground);
    b->library = test_library();
    b->model = aug_model_load(&b->library, &b->ground.arena, &b->ground.errors, model);
    const aug_machine *loaded = test_machine(&b->library, &b->ground.arena, &b->ground.errors, machine);
    if (!b->model || !loaded)
        print_error("%s\n", b->ground.errors.items[0].message);
    assert_true(b->model && loaded);
    aug_roofline_init(&b->roofline, loaded);
    b->split = aug_split_none;
}

static void set_pass(bench *b, unsigned phase, double sequences, double fresh, double past) {
    b->pass = (aug_pass){.phase = phase, .sequences = sequences, .new_tokens = fresh, .past_tokens = past};
}

static const aug_stage *language(const bench *b) {
    return &b->model->stages[b->model->language >= 0 ? b->model->language : 0];
}

// The call of the n-th group of operators whose first has this name and takes part in the phase of the pass.
static bool call_of(bench *b, const aug_stage *stage, const char *name, int nth, aug_call *call) {
    b->setting = (aug_setting){&b->pass, &b->split, &stage->precision, 0, 0};
    const aug_graph *graph = &stage->graph;
    for (int i = 0, length; i < graph->count; i += length) {
        length = aug_call_length(&b->roofline, graph, i);
        const aug_operator *op = &graph->operators[i];
        if (strcmp(op->name, name) == 0 && op->phases & b->pass.phase && nth-- == 0)
            return aug_call_of(&b->roofline, op, length, &b->setting, call);
    }
    fail_msg("no operator '%s'", name);
    return false;
}

static aug_call language_call(bench *b, const char *name) {
    aug_call call;
    memset(&call, 0, sizeof call);
    assert_true(call_of(b, language(b), name, 0, &call));
    return call;
}

static void assert_gemm(const aug_call *call, double m, double n, double k, double batch, const char *formats) {
    const aug_gemm_shape *s = &call->shape.gemm;
    assert_int_equal(call->kind, AUG_KERNEL_KIND_GEMM);
    if (s->m != m || s->n != n || s->k != k || s->batch != batch)
        fail_msg("m %g n %g k %g batch %g, expected %g %g %g %g", s->m, s->n, s->k, s->batch, m, n, k, batch);
    char text[AUG_FORMATS_TEXT];
    assert_string_equal(aug_software_formats(s->weights, s->activations, text), formats);
}

// Llama 3.1 8B: 4096 wide, 32 heads of 128 over 8 of keys, 14336 wide inside, 128256 words. Two prompts of 512 tokens.
static void projections_are_products(void **state) {
    (void)state;
    bench b;
    set_up(&b, "llama-3.1-8b", "h100-sxm");
    set_pass(&b, AUG_PHASE_PREFILL, 2, 512, 0);
    static const struct {
        double tensor;
        const char *name;
        double m, n, k;
    } cases[] = {
        {1, "query, key, value projection", 1024, (32 + 8 + 8) * 128, 4096},
        {1, "attention output projection", 1024, 4096, 4096},
        {1, "gate and up projection", 1024, 2 * 14336, 4096},
        {1, "down projection", 1024, 4096, 14336},
        {1, "lm head", 2, 128256, 4096}, // the last token of each prompt
        {4, "query, key, value projection", 1024, (8 + 2 + 2) * 128, 4096},
        {4, "attention output projection", 1024, 4096, 1024},
        {4, "gate and up projection", 1024, 7168, 4096},
        {4, "down projection", 1024, 4096, 3584},
        {4, "lm head", 2, 32064, 4096},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        b.split.tensor = cases[i].tensor;
        aug_call call = language_call(&b, cases[i].name);
        assert_gemm(&call, cases[i].m, cases[i].n, cases[i].k, 1, "bf16");
    }
    // Eight steps of decoding are products of eight rows.
    b.split = aug_split_none;
    set_pass(&b, AUG_PHASE_DECODE, 8, 1, 1000);
    aug_call call = language_call(&b, "down projection");
    assert_gemm(&call, 8, 4096, 14336, 1, "bf16");
    test_end(&b.ground);
}

// ResNet-50 over 8 images: the first layer has 112 x 112 positions, 64 channels, windows of 7 x 7 over 3; the first 3 x 3 of the
// second stage 56 x 56, 64 and 3 · 3 · 64; the classifier 1000 classes of 2048.
static void convolutions_are_products_over_their_windows(void **state) {
    (void)state;
    bench b;
    set_up(&b, "resnet-50", "h100-sxm");
    set_pass(&b, AUG_PHASE_PREFILL, 8, 1, 0);
    aug_call call = language_call(&b, "conv1");
    assert_gemm(&call, 8 * 112 * 112, 64, 147, 1, "int8");
    call = language_call(&b, "conv2 first 3x3");
    assert_gemm(&call, 8 * 56 * 56, 64, 576, 1, "int8");
    call = language_call(&b, "classifier");
    assert_gemm(&call, 8, 1000, 2048, 1, "int8");
    call = language_call(&b, "max pool"); // neither multiplies nor sums
    assert_int_equal(call.kind, AUG_KERNEL_KIND_ELEMENTWISE);
    test_end(&b.ground);
}

// DeepSeek V3: 128 heads of 128 and 64 rotary, latents of 512. Absorption is one small product per head; prompts expand latents to
// keys and values of 128 + 128 per head.
static void absorption_is_a_batch_of_products(void **state) {
    (void)state;
    bench b;
    set_up(&b, "deepseek-v3", "h100-sxm");
    set_pass(&b, AUG_PHASE_DECODE, 8, 1, 4095);
    aug_call call = language_call(&b, "query absorption");
    assert_gemm(&call, 8, 512, 128, 128, "fp8_block");
    call = language_call(&b, "value absorption");
    assert_gemm(&call, 8, 128, 512, 128, "fp8_block");
    b.split.tensor = 8;
    call = language_call(&b, "query absorption");
    assert_gemm(&call, 8, 512, 128, 16, "fp8_block");
    set_pass(&b, AUG_PHASE_PREFILL, 1, 1000, 0);
    call = language_call(&b, "latent expansion");
    assert_gemm(&call, 1000, 16 * (128 + 128), 512, 1, "fp8_block/bf16");
    test_end(&b.ground);
}

// Heads over eight of keys, four chips: 8 over 2 each; sixteen chips: 2 over one that two chips keep.
static void attention_splits_by_heads(void **state) {
    (void)state;
    bench b;
    set_up(&b, "llama-3.1-8b", "h100-sxm");
    static const struct {
        double tensor, query, kv;
    } cases[] = {{1, 32, 8}, {4, 8, 2}, {16, 2, 1}};
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        b.split.tensor = cases[i].tensor;
        set_pass(&b, AUG_PHASE_PREFILL, 2, 512, 100);
        aug_call call = language_call(&b, "attention scores");
        const aug_attention_prefill_shape *p = &call.shape.attention_prefill;
        assert_int_equal(call.kind, AUG_KERNEL_KIND_ATTENTION_PREFILL);
        assert_true(p->batch == 2 && p->new_tokens == 512 && p->past_tokens == 100 && p->window == 0);
        assert_true(p->query_heads == cases[i].query && p->kv_heads == cases[i].kv && p->head_size == 128 && p->value_size == 128);
        assert_false(p->appends || p->unmasked);
        set_pass(&b, AUG_PHASE_DECODE, 8, 1, 1000);
        call = language_call(&b, "attention scores");
        const aug_attention_decode_shape *d = &call.shape.attention_decode;
        assert_int_equal(call.kind, AUG_KERNEL_KIND_ATTENTION_DECODE);
        assert_true(d->batch == 8 && d->context == 1001 && d->query_heads == cases[i].query && d->kv_heads == cases[i].kv);
        assert_true(d->head_size == 128 && d->value_size == 128 && !d->latent && !d->design.cache_resident);
    }
    test_end(&b.ground);
}

// gpt-oss looks back 128 tokens in every other layer; heads of 64.
static void windows_reach_the_kernel(void **state) {
    (void)state;
    bench b;
    set_up(&b, "gpt-oss-120b", "h100-sxm");
    set_pass(&b, AUG_PHASE_DECODE, 8, 1, 1000);
    double windows[2];
    for (int i = 0; i < 2; i++) {
        aug_call call;
        assert_true(call_of(&b, language(&b), "attention scores", i, &call));
        const aug_attention_decode_shape *d = &call.shape.attention_decode;
        assert_true(d->query_heads == 64 && d->kv_heads == 8 && d->head_size == 64 && d->context == 1001);
        windows[i] = d->window;
    }
    assert_true(fmin(windows[0], windows[1]) == 0 && fmax(windows[0], windows[1]) == 128);
    test_end(&b.ground);
}

// Patches of an image see each other whatever their order.
static void encoders_of_images_have_no_mask(void **state) {
    (void)state;
    bench b;
    set_up(&b, "siglip-so400m-224", "h100-sxm");
    set_pass(&b, AUG_PHASE_PREFILL, 8, 256, 0);
    aug_call call;
    assert_true(call_of(&b, &b.model->stages[0], "attention scores", 0, &call));
    assert_true(call.shape.attention_prefill.unmasked);
    assert_true(call.shape.attention_prefill.query_heads == 16 && call.shape.attention_prefill.head_size == 72);
    test_end(&b.ground);
}

// A step reads latents of 512 and 64 rotary, shared by all heads of the chip; prompts have keys of 192 and values of 128 per head.
static void latent_attention(void **state) {
    (void)state;
    bench b;
    set_up(&b, "deepseek-v3", "h100-sxm");
    b.split.tensor = 4;
    set_pass(&b, AUG_PHASE_DECODE, 8, 1, 4095);
    aug_call call = language_call(&b, "attention scores");
    const aug_attention_decode_shape *d = &call.shape.mla_decode;
    assert_int_equal(call.kind, AUG_KERNEL_KIND_MLA_DECODE);
    assert_true(d->batch == 8 && d->context == 4096 && d->query_heads == 32 && d->kv_heads == 1);
    assert_true(d->head_size == 576 && d->value_size == 512 && d->latent);
    set_pass(&b, AUG_PHASE_PREFILL, 2, 1024, 0);
    call = language_call(&b, "attention scores");
    const aug_attention_prefill_shape *p = &call.shape.mla_prefill;
    assert_int_equal(call.kind, AUG_KERNEL_KIND_MLA_PREFILL);
    assert_true(p->query_heads == 32 && p->kv_heads == 32 && p->head_size == 192 && p->value_size == 128 && p->new_tokens == 1024);
    test_end(&b.ground);
}

// DeepSeek V3.2: 64 index heads of 128 choose 2048 tokens, to which attention then looks.
static void sparse_attention(void **state) {
    (void)state;
    bench b;
    set_up(&b, "deepseek-v3.2", "h100-sxm");
    set_pass(&b, AUG_PHASE_DECODE, 8, 1, 8191);
    aug_call call = language_call(&b, "indexer scores");
    const aug_sparse_attention_shape *s = &call.shape.sparse_attention;
    assert_int_equal(call.kind, AUG_KERNEL_KIND_SPARSE_ATTENTION);
    assert_true(s->batch == 8 && s->new_tokens == 1 && s->past_tokens == 8191 && s->index_heads == 64 && s->index_size == 128);
    call = language_call(&b, "attention scores");
    assert_true(call.shape.mla_decode.window == 2048);
    test_end(&b.ground);
}

// DeepSeek V3: 8 of 256 experts, 7168 wide, 2048 inside. Groups share the experts, chips of a group their width; tokens of all groups
// meet where attention is split by requests.
static void experts_are_one_call(void **state) {
    (void)state;
    bench b;
    set_up(&b, "deepseek-v3", "h100-sxm");
    set_pass(&b, AUG_PHASE_DECODE, 16, 1, 1000);
    static const struct {
        aug_split split;
        double tokens, groups, inner;
    } cases[] = {
        {{1, 1, 1, 1}, 16, 1, 2048},
        {{8, 8, 1, 1}, 16, 8, 2048},
        {{8, 1, 8, 1}, 16, 1, 256},
        {{1, 32, 1, 32}, 512, 32, 2048},
        {{4, 2, 2, 1}, 16, 2, 1024},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        b.split = cases[i].split;
        aug_call call = language_call(&b, "expert gate and up projection");
        const aug_moe_shape *s = &call.shape.moe;
        assert_int_equal(call.kind, AUG_KERNEL_KIND_MOE);
        assert_true(s->routing.tokens == cases[i].tokens && s->routing.groups == cases[i].groups && s->inner == cases[i].inner);
        assert_true(s->routing.topk == 8 && s->routing.experts == 256 && s->hidden == 7168 && s->gated);
        assert_true(s->weights == AUG_FORMAT_FP8_BLOCK && s->activations == AUG_FORMAT_FP8_BLOCK);
        // Copying to experts and back is part of it.
        assert_false(call_of(&b, language(&b), "expert dispatch", 0, &call));
        assert_false(call_of(&b, language(&b), "expert combination", 0, &call));
    }
    test_end(&b.ground);
    // Four-bit weights meet 16-bit activations, 16-bit weights their own.
    set_up(&b, "gpt-oss-120b", "h100-sxm");
    set_pass(&b, AUG_PHASE_DECODE, 16, 1, 1000);
    aug_call call = language_call(&b, "expert gate and up projection");
    assert_true(call.shape.moe.weights == AUG_FORMAT_MXFP4 && call.shape.moe.activations == AUG_FORMAT_BF16);
    assert_true(call.shape.moe.routing.topk == 4 && call.shape.moe.routing.experts == 128 && call.shape.moe.inner == 2880);
    test_end(&b.ground);
}

// Nemotron H: 256 heads of 64 in 8 groups, 256 states; B and C of a group have 256 words, X and Y of a head 64, in 16 bits.
// Qwen 3.5: keys and queries of 16 heads of 128, values and results of 64 heads of 128.
static void scans_keep_a_state_per_head(void **state) {
    (void)state;
    static const struct {
        const char *model, *first;
        double heads, keys, values, groups, bits, tensor;
    } cases[] = {
        {"nemotron-h-56b-base-8k", "state update", 256, 256, 64, 8, 16, 1},
        {"nemotron-h-56b-base-8k", "state update", 64, 256, 64, 2, 16, 4},
        {"qwen3.5-397b-a17b", "state retrieval", 64, 128, 128, 16, 32, 1},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        bench b;
        set_up(&b, cases[i].model, "h100-sxm");
        b.split.tensor = cases[i].tensor;
        set_pass(&b, AUG_PHASE_PREFILL, 2, 300, 0);
        aug_call call = language_call(&b, cases[i].first);
        const aug_scan_shape *s = &call.shape.scan;
        assert_int_equal(call.kind, AUG_KERNEL_KIND_SCAN);
        assert_true(s->sequences == 2 && s->tokens == 300 && s->heads == cases[i].heads && s->keys == cases[i].keys);
        assert_true(s->values == cases[i].values && s->state_bits == cases[i].bits);
        assert_near(s->row_bytes, 2 * (2 * cases[i].groups * cases[i].keys + 2 * cases[i].heads * cases[i].values), 1e-12);
        test_end(&b.ground);
    }
}

// A norm over 4096 words reads and writes 2 bytes each, and its weights once; of heads, one row per head.
static void norms_walk_along_rows(void **state) {
    (void)state;
    bench b;
    set_up(&b, "llama-3.1-8b", "h100-sxm");
    set_pass(&b, AUG_PHASE_PREFILL, 2, 512, 0);
    aug_call call = language_call(&b, "norm");
    const aug_elementwise_shape *s = &call.shape.elementwise;
    assert_int_equal(call.kind, AUG_KERNEL_KIND_ELEMENTWISE);
    assert_true(s->rows == 1024 && s->width == 4096 && s->row_passes == 1 && s->launches == 1);
    assert_near(s->moved_bytes, 4.0 + 2.0 / 1024.0, 1e-12);
    call = language_call(&b, "activation"); // two inputs, one output
    assert_true(s->rows == 1024 && s->width == 14336 && s->row_passes == 0);
    assert_near(s->moved_bytes, 6.0, 1e-12);
    call = language_call(&b, "embedding"); // reads a row of its table per token, and writes it
    assert_true(call.kind == AUG_KERNEL_KIND_ELEMENTWISE && s->rows == 1024 && s->width == 4096);
    test_end(&b.ground);
    set_up(&b, "qwen3-0.6b", "h100-sxm");
    set_pass(&b, AUG_PHASE_DECODE, 8, 1, 100);
    call = language_call(&b, "query norm"); // 16 heads of 128
    assert_true(s->rows == 8 * 16 && s->width == 128);
    test_end(&b.ground);
}

// What is one call on machines with models is one kernel by its number on others.
static void machines_without_models_keep_the_kernels_of_the_graph(void **state) {
    (void)state;
    bench b;
    set_up(&b, "deepseek-v3", "h100-sxm");
    const aug_graph *graph = &language(&b)->graph;
    int experts = 0;
    while (graph->operators[experts].run != AUG_RUN_EXPERTS)
        experts++;
    assert_int_equal(aug_call_length(&b.roofline, graph, experts), 3); // two multiplies and the activation
    assert_int_equal(aug_call_longest(graph, experts), 3);
    b.roofline.models = NULL;
    assert_int_equal(aug_call_length(&b.roofline, graph, experts), aug_kernel_length(graph, experts));
    test_end(&b.ground);
}

// Every group of operators of a stage, once: finite, above zero unless part of another call, never below the roofline.
static uint64_t check_stage(bench *b, const aug_stage *stage, const char *machine) {
    uint64_t checks = 0;
    b->setting = (aug_setting){&b->pass, &b->split, &stage->precision, 0, 0};
    const aug_graph *graph = &stage->graph;
    for (int i = 0, length; i < graph->count; i += length) {
        length = aug_call_length(&b->roofline, graph, i);
        const aug_operator *op = &graph->operators[i];
        if (!(op->phases & b->pass.phase))
            continue;
        aug_work sum = {0};
        for (int k = 0; k < length; k++) {
            aug_work work = aug_roofline_work(&b->roofline, &op[k], &b->setting);
            aug_work_add(&sum, &work);
        }
        int bound;
        double least = aug_work_seconds(&b->roofline, &sum, &bound);
        aug_call_time time = aug_call_evaluate(&b->roofline, op, length, &b->setting, &sum);
        bool part = op->run == AUG_RUN_ROUTING, right = part ? time.seconds == 0.0 : time.seconds > 0.0 && time.seconds >= least;
        if (!isfinite(time.seconds) || !right || !(time.low <= 1.0) || !(time.high >= 1.0) || !(time.low > 0.0) || time.basis < 0 || time.basis > AUG_BASIS_FITTED)
            fail_msg("%s: '%s' on %s: %g s, roofline %g, %g to %g", b->model->name, op->name, machine, time.seconds, least, time.low, time.high);
        checks++;
    }
    return checks;
}

static void every_operator_has_a_time_on_every_machine(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_library library = test_library();
    aug_library_names models = aug_library_list(&library, &ground.arena, "models");
    aug_library_names machines = aug_library_list(&library, &ground.arena, "machines");
    const aug_machine **loaded = AUG_NEW_ARRAY(&ground.arena, const aug_machine *, (size_t)machines.count);
    for (int m = 0; m < machines.count; m++) {
        loaded[m] = test_machine(&library, &ground.arena, &ground.errors, machines.names[m]);
        assert_non_null(loaded[m]);
    }
    static const struct {
        unsigned phase;
        double sequences, fresh, past;
        aug_split split;
    } passes[] = {
        {AUG_PHASE_PREFILL, 1, 1, 0, {1, 1, 1, 1}},       {AUG_PHASE_PREFILL, 3, 777, 100, {8, 4, 2, 1}},
        {AUG_PHASE_PREFILL, 1, 8192, 0, {1, 1, 1, 1}},    {AUG_PHASE_DECODE, 1, 1, 1, {1, 1, 1, 1}},
        {AUG_PHASE_DECODE, 256, 1, 5000, {16, 8, 2, 8}},  {AUG_PHASE_DECODE, 5, 1, 100000, {2, 1, 2, 1}},
    };
    uint64_t checks = 0;
    bench b = {.split = aug_split_none};
    for (int i = 0; i < models.count; i++) {
        b.model = aug_model_load(&library, &ground.arena, &ground.errors, models.names[i]);
        assert_non_null(b.model);
        for (int m = 0; m < machines.count; m++) {
            const aug_machine *machine = loaded[m];
            if (!machine->models)
                continue;
            aug_roofline_init(&b.roofline, machine);
            for (size_t p = 0; p < AUG_COUNT(passes); p++) {
                set_pass(&b, passes[p].phase, passes[p].sequences, passes[p].fresh, passes[p].past);
                b.split = passes[p].split;
                for (int s = 0; s < b.model->stage_count; s++)
                    checks += check_stage(&b, &b.model->stages[s], machines.names[m]);
            }
        }
    }
    assert_true(checks > 10000);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(projections_are_products),
        cmocka_unit_test(convolutions_are_products_over_their_windows),
        cmocka_unit_test(absorption_is_a_batch_of_products),
        cmocka_unit_test(attention_splits_by_heads),
        cmocka_unit_test(windows_reach_the_kernel),
        cmocka_unit_test(encoders_of_images_have_no_mask),
        cmocka_unit_test(latent_attention),
        cmocka_unit_test(sparse_attention),
        cmocka_unit_test(experts_are_one_call),
        cmocka_unit_test(scans_keep_a_state_per_head),
        cmocka_unit_test(norms_walk_along_rows),
        cmocka_unit_test(machines_without_models_keep_the_kernels_of_the_graph),
        cmocka_unit_test(every_operator_has_a_time_on_every_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
