// Rows of tables of single kernels as calls: which shape a row is, and why it is none.
#include "support/testing.h"

#include "validation/truth.h"
#include "validation/validation.h"

#include <stdio.h>
#include <unistd.h>

typedef struct bench {
    test_ground ground;
    aug_library library;
    aug_truth *truth;
    const aug_table *table;
} bench;

static char path[] = "truth_kernel_test.csv";

static void write_table(const char *header, const char *rows) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "%s\n%s", header, rows);
    fclose(file);
}

static void set_up(bench *b, const char *kind, const char *header, const char *rows) {
    test_begin(&b->ground);
    b->library = test_library();
    write_table(header, rows);
    b->table = aug_table_load(&b->ground.arena, &b->ground.errors, path);
    unlink(path);
    assert_non_null(b->table);
    const aug_truth_kind *found = aug_truth_kind_of(b->table);
    assert_non_null(found);
    assert_string_equal(found->name, kind);
    b->truth = aug_truth_new(&b->library, &b->ground.arena, &b->ground.errors, b->table, found);
}

static aug_sample sample_of(bench *b, size_t row) {
    aug_sample sample;
    aug_prediction prediction = {0};
    bool good = aug_truth_sample(b->truth, &b->table->rows[row], &sample, &prediction);
    if (!good)
        print_error("row %zu: %s\n", row, prediction.reason ? prediction.reason : "no reason");
    assert_true(good);
    return sample;
}

// Every row is no sample, for the reason beside it.
static void assert_reasons(const char *kind, const char *header, const char *const rows[][2], size_t count) {
    for (size_t i = 0; i < count; i++) {
        bench b;
        set_up(&b, kind, header, rows[i][0]);
        aug_sample sample;
        aug_prediction prediction = {0};
        assert_false(aug_truth_sample(b.truth, &b.table->rows[0], &sample, &prediction));
        assert_non_null(prediction.reason);
        if (strcmp(prediction.reason, rows[i][1]) != 0)
            fail_msg("'%s': '%s', expected '%s'", rows[i][0], prediction.reason, rows[i][1]);
        assert_int_equal(aug_errors_total(&b.ground.errors), 0);
        test_end(&b.ground);
    }
}

static const char gemm[] = "device,weight_dtype,act_dtype,m,n,k,latency_us,framework";

static void products(void **state) {
    (void)state;
    bench b;
    set_up(&b, "gemm", gemm, "h100_sxm,int4,bf16,16,4096,1024,12,vllm\nh100_sxm,fp8_block128,fp8_block128,1,2,3,12,trtllm\n");
    aug_sample s = sample_of(&b, 0);
    assert_int_equal(s.kind, AUG_KERNEL_KIND_GEMM);
    assert_true(s.shape.gemm.m == 16 && s.shape.gemm.n == 4096 && s.shape.gemm.k == 1024 && s.shape.gemm.batch == 1);
    assert_true(s.shape.gemm.weights == AUG_FORMAT_INT4 && s.shape.gemm.activations == AUG_FORMAT_BF16 && s.shape.gemm.output == AUG_FORMAT_BF16);
    assert_string_equal(s.formats, "int4/bf16");
    assert_string_equal(s.software->name, "vllm");
    assert_string_equal(s.machine->machine->name, "h100-sxm");
    s = sample_of(&b, 1);
    assert_string_equal(s.formats, "fp8_block");
    assert_string_equal(s.software->name, "trtllm");
    test_end(&b.ground);
    static const char *const wrong[][2] = {
        {"h100_sxm,fp3,bf16,1,1,1,1,x\n", "unknown number format 'fp3' in column 'weight_dtype'"},
        {"h100_sxm,bf16,,1,1,1,1,x\n", "unknown number format '' in column 'act_dtype'"},
        {"h100_sxm,bf16,bf16,1,,1,1,x\n", "a size is missing"},
        {"nothing,bf16,bf16,1,1,1,1,x\n", "unknown machine 'nothing'"},
        {",bf16,bf16,1,1,1,1,x\n", "the row names no device"},
        {"server_cpu,bf16,bf16,1,1,1,1,x\n", "the machine belongs to no family with kernel models"},
    };
    assert_reasons("gemm", gemm, wrong, AUG_COUNT(wrong));
}

static const char attention[] = "device,kind,batch,new_tokens,past_tokens,q_heads,kv_heads,head_dim,window,dtype,kv_dtype,latency_us,framework,kernel";

// A step is one new token behind others; what is left are prompts. Latents are 512 and 64 rotary wide, prompts of them 192 and 128
// per head. Missing heads of keys are as many as there are of queries, a missing head size is 128.
static void attentions(void **state) {
    (void)state;
    bench b;
    set_up(&b, "attention", attention,
           "h100_sxm,gqa,8,1,1023,32,4,64,128,bf16,fp8,9,vllm,flash\nh100_sxm,gqa,2,1,0,32,,,0,bf16,bf16,9,vllm,\n"
           "h100_sxm,gqa,2,512,100,32,8,128,0,bf16,bf16,9,vllm,\nh100_sxm,mla,4,1,4095,16,,,0,bf16,bf16,9,sglang,\nh100_sxm,mla,1,2048,,16,,,0,bf16,bf16,9,vllm,\n");
    aug_sample s = sample_of(&b, 0);
    const aug_attention_decode_shape *d = &s.shape.attention_decode;
    assert_int_equal(s.kind, AUG_KERNEL_KIND_ATTENTION_DECODE);
    assert_true(d->batch == 8 && d->context == 1024 && d->query_heads == 32 && d->kv_heads == 4 && d->head_size == 64 && d->value_size == 64);
    assert_true(d->window == 128 && d->cache == AUG_FORMAT_FP8 && !d->latent);
    assert_string_equal(s.formats, "bf16/fp8");
    assert_string_equal(s.kernel, "flash head64");
    s = sample_of(&b, 1);
    const aug_attention_prefill_shape *p = &s.shape.attention_prefill;
    assert_int_equal(s.kind, AUG_KERNEL_KIND_ATTENTION_PREFILL); // one token behind none
    assert_true(p->new_tokens == 1 && p->past_tokens == 0 && p->kv_heads == 32 && p->head_size == 128);
    s = sample_of(&b, 2);
    assert_int_equal(s.kind, AUG_KERNEL_KIND_ATTENTION_PREFILL);
    assert_true(p->batch == 2 && p->new_tokens == 512 && p->past_tokens == 100 && p->query_heads == 32 && p->kv_heads == 8 && !p->unmasked);
    s = sample_of(&b, 3);
    assert_int_equal(s.kind, AUG_KERNEL_KIND_MLA_DECODE);
    assert_true(d->latent && d->kv_heads == 1 && d->query_heads == 16 && d->head_size == 576 && d->value_size == 512 && d->context == 4096);
    s = sample_of(&b, 4);
    assert_int_equal(s.kind, AUG_KERNEL_KIND_MLA_PREFILL);
    assert_true(p->kv_heads == 16 && p->head_size == 192 && p->value_size == 128 && p->past_tokens == 0);
    static const char *const operations[] = {"attention decode", "attention prefill", "attention prefill", "mla decode", "mla prefill"};
    for (size_t i = 0; i < AUG_COUNT(operations); i++)
        assert_string_equal(aug_truth_operation(b.truth, &b.table->rows[i], 0), operations[i]);
    test_end(&b.ground);
    static const char *const wrong[][2] = {
        {"h100_sxm,gqa,8,1,1023,32,4,64,0,bf16,bf12,9,vllm,\n", "unknown number format 'bf12' in column 'kv_dtype'"},
        {"h100_sxm,gqa,,1,1023,32,4,64,0,bf16,bf16,9,vllm,\n", "a size is missing"},
        {"h100_sxm,gqa,8,1,1023,,4,64,0,bf16,bf16,9,vllm,\n", "a size is missing"},
    };
    assert_reasons("attention", attention, wrong, AUG_COUNT(wrong));
}

static const char moe[] = "device,dtype,tokens,hidden,moe_inter,topk,experts,moe_tp,moe_ep,routing,gated,latency_us,framework";

// Widths are those of the whole expert: tensor parallelism divides them. Names of quantisations say both formats.
static void experts(void **state) {
    (void)state;
    static const struct {
        const char *row;
        aug_moe_routing routing;
        double inner;
        bool gated;
        const char *formats;
    } cases[] = {
        {"h100_sxm,bf16,64,2048,768,8,128,4,2,balanced,True,9,vllm\n", {AUG_MOE_BALANCED, 64, 8, 128, 2, 0, 0}, 192, true, "bf16"},
        {"h100_sxm,int4_wo,64,2048,768,8,128,1,1,power_law_1.2,False,9,vllm\n", {AUG_MOE_POWER_LAW, 64, 8, 128, 1, 1.2, 0}, 768, false, "int4/bf16"},
        {"h100_sxm,w4a8_mxfp4_mxfp8,64,2048,768,8,128,,,activated_experts=16,,9,vllm\n", {AUG_MOE_ACTIVATED, 64, 8, 128, 1, 0, 16}, 768, true, "mxfp4/fp8"},
        {"h100_sxm,fp8_block,1,2048,768,1,1,1,1,uniform,True,9,sglang\n", {AUG_MOE_BALANCED, 1, 1, 1, 1, 0, 0}, 768, true, "fp8_block"},
        {"h100_sxm,int4,1,2048,768,1,1,1,1,,True,9,sglang\n", {AUG_MOE_BALANCED, 1, 1, 1, 1, 0, 0}, 768, true, "int4/fp8"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        bench b;
        set_up(&b, "moe", moe, cases[i].row);
        aug_sample s = sample_of(&b, 0);
        const aug_moe_shape *shape = &s.shape.moe;
        const aug_moe_routing *r = &cases[i].routing;
        assert_int_equal(s.kind, AUG_KERNEL_KIND_MOE);
        assert_int_equal(shape->routing.kind, r->kind);
        assert_true(shape->routing.tokens == r->tokens && shape->routing.topk == r->topk && shape->routing.experts == r->experts);
        assert_true(shape->routing.groups == r->groups && shape->routing.exponent == r->exponent && shape->routing.activated == r->activated);
        assert_true(shape->hidden == 2048 && shape->inner == cases[i].inner && shape->gated == cases[i].gated);
        assert_string_equal(s.formats, cases[i].formats);
        test_end(&b.ground);
    }
    static const char *const wrong[][2] = {
        {"h100_sxm,bf16,64,2048,768,8,4,1,1,balanced,True,9,vllm\n", "a size is missing or out of range"},
        {"h100_sxm,bf16,,2048,768,2,4,1,1,balanced,True,9,vllm\n", "a size is missing or out of range"},
        {"h100_sxm,w4,64,2048,768,2,4,1,1,balanced,True,9,vllm\n", "unknown number format 'w4' in column 'dtype'"},
        {"h100_sxm,bf16,64,2048,768,2,4,1,1,skewed,True,9,vllm\n", "unknown routing 'skewed'"},
        {"h100_sxm,bf16,64,2048,768,2,4,1,1,power_law_x,True,9,vllm\n", "unknown routing 'power_law_x'"},
        {"h100_sxm,bf16,64,2048,768,2,4,1,1,activated_experts=0,True,9,vllm\n", "unknown routing 'activated_experts=0'"},
    };
    assert_reasons("moe", moe, wrong, AUG_COUNT(wrong));
}

static const char collective[] = "device,op,dtype,gpus,nodes,message_bytes,latency_us,library,version,detail";

static void exchanges(void **state) {
    (void)state;
    bench b;
    set_up(&b, "collective", collective,
           "h100_sxm,all_reduce,half,8,1,1048576,30,nccl,,\nh100_sxm,all_gather,int8,16,2,65536,30,nccl,,\n"
           "h100_sxm,all_reduce,half,4,1,65536,10,vllm_custom,,\nh100_sxm,send_recv,half,2,,65536,10,nccl,,\n"
           "h100_sxm,moe_a2a_combine,fp8,8,1,0,40000,trtllm,,tokens=128 hidden=4096 topk=6 experts=256 NVLinkOneSided\n");
    aug_sample s = sample_of(&b, 0);
    const aug_collective_shape *c = &s.shape.collective;
    assert_int_equal(s.kind, AUG_KERNEL_KIND_COLLECTIVE);
    assert_true(c->call == AUG_CALL_ALL_REDUCE && c->chips == 8 && c->nodes == 1 && c->bytes == 1048576 && !c->narrow_integers);
    s = sample_of(&b, 1);
    assert_true(c->call == AUG_CALL_ALL_GATHER && c->chips == 16 && c->nodes == 2 && c->narrow_integers);
    s = sample_of(&b, 2);
    assert_int_equal(s.kind, AUG_KERNEL_KIND_CUSTOM_REDUCE);
    assert_true(s.shape.custom_reduce.chips == 4 && s.shape.custom_reduce.bytes == 65536);
    s = sample_of(&b, 3);
    assert_true(s.kind == AUG_KERNEL_KIND_COLLECTIVE && c->call == AUG_CALL_SEND && c->nodes == 1);
    s = sample_of(&b, 4);
    const aug_expert_exchange_shape *x = &s.shape.expert_exchange;
    assert_int_equal(s.kind, AUG_KERNEL_KIND_EXPERT_EXCHANGE);
    assert_true(x->chips == 8 && x->tokens == 128 && x->hidden == 4096 && x->topk == 6 && x->combine);
    // All rows are in microseconds but those of the ways to experts, which are in nanoseconds.
    assert_near(aug_truth_measured(b.table, b.truth->kind, 0, 0), 30e-6, 1e-12);
    assert_near(aug_truth_measured(b.table, b.truth->kind, 4, 0), 40e-6, 1e-12);
    assert_near(aug_truth_unit(b.table, &b.truth->kind->targets[0], 4), 1e-9, 1e-12);
    test_end(&b.ground);
    static const char *const wrong[][2] = {
        {"h100_sxm,all_reduce,half,2,4,65536,10,nccl,,\n", "a size is missing or out of range"},
        {"h100_sxm,all_reduce,half,,1,65536,10,nccl,,\n", "a size is missing or out of range"},
        {"h100_sxm,all_shuffle,half,2,1,65536,10,nccl,,\n", "no model of 'all_shuffle'"},
        {"h100_sxm,moe_a2a_dispatch,fp8,8,1,0,10,trtllm,,tokens=128 topk=6 X\n", "the detail states no tokens, hidden and topk"},
        {"h100_sxm,moe_a2a_dispatch,fp8,8,1,0,10,trtllm,,\n", "the detail states no tokens, hidden and topk"},
    };
    assert_reasons("collective", collective, wrong, AUG_COUNT(wrong));
}

static const char norm[] = "device,op,tokens,width,dtype,latency_us,framework";

static void norms(void **state) {
    (void)state;
    bench b;
    set_up(&b, "norm", norm, "h100_sxm,unheard_of,100,4096,bf16,5,nobody\n");
    aug_sample s = sample_of(&b, 0);
    assert_int_equal(s.kind, AUG_KERNEL_KIND_ELEMENTWISE);
    assert_true(s.shape.elementwise.rows == 100 && s.shape.elementwise.width == 4096);
    assert_true(s.shape.elementwise.moved_bytes == 4.0 && s.shape.elementwise.kept_bytes == 4.0); // read and written once
    assert_string_equal(s.formats, "unheard_of");
    assert_string_equal(aug_truth_operation(b.truth, &b.table->rows[0], 0), "unheard_of");
    test_end(&b.ground);
    static const char *const wrong[][2] = {
        {"h100_sxm,rmsnorm,,4096,bf16,5,x\n", "a size is missing"},
        {"h100_sxm,rmsnorm,1,4096,bf15,5,x\n", "unknown number format 'bf15' in column 'dtype'"},
    };
    assert_reasons("norm", norm, wrong, AUG_COUNT(wrong));
}

// More columns than are needed, in another order: the same shape.
static void columns_in_any_order(void **state) {
    (void)state;
    bench b;
    set_up(&b, "gemm", "id,k,latency_us,m,note,act_dtype,n,device,weight_dtype,source", "7,1024,12,16,\"a, b\",bf16,4096,h100_sxm,int4,here\n");
    aug_sample s = sample_of(&b, 0);
    assert_true(s.shape.gemm.m == 16 && s.shape.gemm.n == 4096 && s.shape.gemm.k == 1024 && s.shape.gemm.weights == AUG_FORMAT_INT4);
    test_end(&b.ground);
}

// What the flag --machine says holds for all rows, whatever they say, also without a column device.
static void one_machine_for_all_rows(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_library library = test_library();
    write_table(gemm, "h100_sxm,bf16,bf16,64,4096,4096,20,vllm\nsecret,bf16,bf16,64,4096,4096,20,vllm\n,bf16,bf16,64,4096,4096,20,vllm\n");
    const aug_validation *v = aug_validation_run(&library, &ground.arena, &ground.errors, path, "a100-80g");
    assert_non_null(v);
    const aug_validation *own = aug_validation_run(&library, &ground.arena, &ground.errors, path, NULL);
    assert_non_null(own);
    for (int r = 0; r < 3; r++)
        assert_true(v->predictions[r].answered && v->predictions[r].values[0] == v->predictions[0].values[0]);
    assert_true(own->predictions[0].answered && own->predictions[0].values[0] < v->predictions[0].values[0]);
    assert_true(!own->predictions[1].answered && !own->predictions[2].answered);
    assert_null(aug_validation_run(&library, &ground.arena, &ground.errors, path, "a-thousand"));
    assert_int_equal(ground.errors.count, 1);
    unlink(path);
    test_end(&ground);
}

// Groups by device, operation, formats and library; their shares inside the interval and its width from the rows; the worst of all
// first; constants counted once for each machine, overheads once for each library.
static void groups_and_what_they_rest_on(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_library library = test_library();
    aug_buffer rows;
    aug_buffer_init(&rows, &ground.arena);
    for (int i = 0; i < 30; i++)
        aug_buffer_print(&rows, "%s,%s,%s,%d,4096,4096,%d,%s\n", i % 3 ? "h100_sxm" : "a100_sxm", i % 2 ? "int8" : "bf16", i % 2 ? "int8" : "bf16",
                         16 << i % 4, 10 + 5 * i, i % 5 ? "vllm" : "sglang");
    write_table(gemm, aug_buffer_text(&rows));
    const aug_validation *v = aug_validation_run(&library, &ground.arena, &ground.errors, path, NULL);
    unlink(path);
    assert_non_null(v);
    assert_int_equal(v->total_count, 1 + 4); // all; two devices in two formats
    assert_int_equal(v->group_count, 8);     // and two libraries
    size_t n = 0;
    for (size_t g = 0; g < v->group_count; g++) {
        const aug_validation_group *group = &v->groups[g];
        n += group->score.n;
        double inside = 0.0, width = 0.0;
        for (size_t r = 0; r < 30; r++) {
            const aug_prediction *p = &v->predictions[r];
            bool first = r % 3 == 0, narrow = r % 2 == 1, other = r % 5 == 0;
            if (first != (strcmp(group->device, "a100_sxm") == 0) || narrow != (strcmp(group->dtype, "int8") == 0) ||
                other != (strcmp(group->library, "sglang") == 0))
                continue;
            double measured = (10.0 + 5.0 * (double)r) * 1e-6;
            inside += measured >= p->low[0] && measured <= p->high[0];
            width += (p->high[0] - p->low[0]) / p->values[0];
        }
        assert_near(group->score.coverage80, 100.0 * inside / (double)group->score.n, 1e-9);
        assert_near(group->score.mean_width, 100.0 * width / (double)group->score.n, 1e-9);
    }
    assert_int_equal(n, 30);
    assert_int_equal(v->totals[0].score.n, 30);
    assert_int_equal(v->worst_count, AUG_WORST_ROWS);
    for (int i = 1; i < v->worst_count; i++)
        assert_true(v->worst[i - 1].error >= v->worst[i].error);
    assert_int_equal(v->hardware_constants, 2 * aug_gemm_model.constant_count);
    int overheads = 0;
    static const char *const libraries[] = {"vllm", "sglang"};
    for (size_t i = 0; i < AUG_COUNT(libraries); i++) {
        const aug_software *s = aug_software_load(&library, &ground.arena, &ground.errors, libraries[i]);
        for (int o = 0; o < s->overhead_count; o++)
            overheads += s->overheads[o].kind == AUG_KERNEL_KIND_GEMM;
    }
    assert_int_equal(v->software_constants, overheads);
    test_end(&ground);
}

// As many operations as rows: each has a total of its own, and another by its device.
static void every_row_may_be_a_group(void **state) {
    (void)state;
    enum { OPERATIONS = 3000 };
    test_ground ground;
    test_begin(&ground);
    const aug_library library = test_library();
    aug_buffer rows;
    aug_buffer_init(&rows, &ground.arena);
    for (int i = 0; i < OPERATIONS; i++)
        aug_buffer_print(&rows, "h100_sxm,op%d,64,4096,bf16,5,vllm\n", i);
    write_table(norm, aug_buffer_text(&rows));
    const aug_validation *v = aug_validation_run(&library, &ground.arena, &ground.errors, path, NULL);
    unlink(path);
    assert_non_null(v);
    assert_int_equal(v->total_count, 2 * OPERATIONS);
    assert_int_equal(v->group_count, OPERATIONS);
    for (size_t i = 0; i < v->total_count; i++)
        assert_int_equal(v->totals[i].score.n, 1);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products),  cmocka_unit_test(attentions), cmocka_unit_test(experts),
        cmocka_unit_test(exchanges), cmocka_unit_test(norms),      cmocka_unit_test(columns_in_any_order),
        cmocka_unit_test(one_machine_for_all_rows), cmocka_unit_test(groups_and_what_they_rest_on), cmocka_unit_test(every_row_may_be_a_group),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
