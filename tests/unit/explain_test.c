// What explanations say, and that their numbers work out to the counts.
#include "support/cost_bench.h"
#include "support/worked_out.h"

#include "cost/explain.h"

static const char *explain(cost_bench *b, const char *memory, const char *tensor, aug_flow_kind kind) {
    aug_buffer out;
    aug_buffer_init(&out, &b->arena);
    aug_cost_explain(&out, &b->problem, &b->mapping, b->scratch, &b->cost, cost_memory(b, memory), cost_tensor(b, tensor), kind);
    return aug_buffer_text(&out);
}

typedef struct line_case {
    const char *memory, *tensor;
    aug_flow_kind kind;
    const char *text;
    double count;
} line_case;

static void expect_lines(cost_bench *b, const line_case *lines, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const char *text = explain(b, lines[i].memory, lines[i].tensor, lines[i].kind);
        const aug_flow *flow = &cost_holding(b, lines[i].memory, lines[i].tensor)->flows[lines[i].kind];
        if (strcmp(text, lines[i].text) != 0)
            fail_msg("%s of %s: %s", lines[i].tensor, lines[i].memory, text);
        assert_near((double)flow->dense, lines[i].count, 0.0);
        if (strncmp(text, "none", 4) != 0 && !strstr(text, "once") && strncmp(text, "walked", 6) != 0)
            assert_near(worked_out(text), lines[i].count, 0.0);
    }
}

// m 8, n 4, k 6; counts as in perfect_test.c, with results read on their way up.
static const line_case products[] = {
    {"dram", "A", AUG_FLOW_READ, "24 words of a tile x 2 of for m:4", 48},
    {"dram", "A", AUG_FLOW_FILL, "none: it is the outermost store", 0},
    {"dram", "A", AUG_FLOW_UPDATE, "none: an input", 0},
    {"dram", "B", AUG_FLOW_READ, "24 words of a tile", 24},
    {"dram", "Z", AUG_FLOW_UPDATE, "16 words of a tile x 2 of for m:4", 32},
    {"dram", "Z", AUG_FLOW_FILL, "none: it is the outermost store", 0},
    {"dram", "Z", AUG_FLOW_READ, "16 words of a tile x 2 of for m:4 - 32 that nothing has been added to before", 0},
    {"buffer", "A", AUG_FLOW_FILL, "24 words of a tile x 2 of for m:4", 48},
    {"buffer", "A", AUG_FLOW_READ,
     "1 word per operation x 2 of for m:4 x 1 for the 4 of par x n:1 that share x 2 of par y k:3 x 4 of for m:1 x 3 of for k:1", 48},
    {"buffer", "B", AUG_FLOW_READ, "1 word per operation x 2 of for m:4 x 4 of par x n:1 x 2 of par y k:3 x 4 of for m:1 x 3 of for k:1", 192},
    {"buffer", "Z", AUG_FLOW_UPDATE, "4 words of a tile x 2 of for m:4 x 4 of par x n:1 x 1 for the 2 of par y k:3 that sum up", 32},
    {"buffer", "Z", AUG_FLOW_READ,
     "4 words of a tile x 2 of for m:4 x 4 of par x n:1 x 1 for the 2 of par y k:3 that share - 32 that nothing has been added to before + 32 on their "
     "way up", 32},
    {"register", "Z", AUG_FLOW_FILL, "4 words of a tile x 2 of for m:4 x 4 of par x n:1 x 2 of par y k:3 - 64 that nothing has been added to before", 0},
    {"register", "Z", AUG_FLOW_READ,
     "1 word per operation x 2 of for m:4 x 4 of par x n:1 x 2 of par y k:3 x 4 of for m:1 x 3 of for k:1 - 64 that nothing has been added to before + "
     "64 on their way up", 192},
};

static void products_of_even_tiles(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, COST_PRODUCT, "m=8 n=4 k=6", "dram buffer x:4 y:2 register mac");
    b.problem.drain_reads = true;
    cost_evaluate(&b, "dram[A B Z] for m:4 buffer[A B Z] par x n:1 par y k:3 register[Z] for m:1 for k:1 mac");
    expect_lines(&b, products, AUG_COUNT(products));
    cost_end(&b);
}

// Loops further in than the last one that moves a tensor are left out, unless it is fetched whole.
static const line_case wholes[] = {
    {"dram", "A", AUG_FLOW_READ, "24 words of a tile x 2 of for m:4", 48},
    {"dram", "B", AUG_FLOW_READ, "12 words of a tile x 2 of for m:4 x 2 of for n:2", 48},
    {"dram", "Z", AUG_FLOW_UPDATE, "8 words of a tile x 2 of for m:4 x 2 of for n:2", 32},
};
static const line_case whole_ones[] = {
    {"dram", "A", AUG_FLOW_READ, "24 words of a tile x 2 of for m:4 x 2 of for n:2", 96},
};

static void whole_tiles_take_all_loops(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, COST_PRODUCT, "m=8 n=4 k=6", "dram buffer mac");
    cost_evaluate(&b, "dram[A B Z] for m:4 for n:2 buffer[A B Z] for m:1 for n:1 for k:1 mac");
    expect_lines(&b, wholes, AUG_COUNT(wholes));
    cost_evaluate(&b, "dram[A B Z] for m:4 for n:2 buffer[A! B Z] for m:1 for n:1 for k:1 mac");
    expect_lines(&b, whole_ones, AUG_COUNT(whole_ones));
    cost_end(&b);
}

// The example of src/cost/README.md: p 7 in tiles of 4 and 3, r 3.
//   I   boxes of 6 and 5 words, 2 stay: 9; a word for each of 21 operations of both cells, 21
//   W   3 and 3, all stay: 3; of 21 operations 9 of cell 1 use what cell 0 uses
//   O   4 and 3; 21 updates, 7 of them the first
static const line_case sums[] = {
    {"dram", "I", AUG_FLOW_READ, "11 words of 2 tiles - 2 kept at 1 step of for p:4", 9},
    {"buffer", "I", AUG_FLOW_FILL, "11 words of 2 tiles - 2 kept at 1 step of for p:4", 9},
    {"buffer", "W", AUG_FLOW_FILL, "6 words of 2 tiles - 3 kept at 1 step of for p:4", 3},
    {"buffer", "W", AUG_FLOW_READ, "21 words of 21 tiles - 9 of sets that children share", 12},
    {"buffer", "O", AUG_FLOW_FILL, "7 words of 2 tiles - 7 that nothing has been added to before", 0},
    {"register", "O", AUG_FLOW_UPDATE, "21 words of 21 tiles", 21},
    {"register", "O", AUG_FLOW_READ, "21 words of 21 tiles - 7 that nothing has been added to before + 7 on their way up", 21},
};

static void sums_of_uneven_tiles(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, COST_WINDOW, "p=7 r=3", "dram buffer x:2 register mac");
    b.problem.drain_reads = true;
    cost_evaluate(&b, "dram[I W O] for p:4 buffer[I W O] par x p:2 register[O] for r:1 for p:1 mac");
    expect_lines(&b, sums, AUG_COUNT(sums));
    cost_end(&b);
}

// A loop may stand outside of all stores. m 8 and 7 in fours, n 4, k 6: B stays where it is.
static const line_case from_outside[] = {
    {"buffer", "B", AUG_FLOW_FILL, "24 words of a tile", 24},
    {"dram", "A", AUG_FLOW_READ, "1 word per operation x 2 of for m:4 x 4 of for m:1 x 4 of for n:1 x 6 of for k:1", 192},
};
static const line_case from_outside_in_whole[] = {{"buffer", "B", AUG_FLOW_FILL, "24 words of a tile x 2 of for m:4", 48}};
static const line_case from_outside_uneven[] = {{"buffer", "B", AUG_FLOW_FILL, "48 words of 2 tiles - 24 kept at 1 step of for m:4", 24}};

static void loops_outside_of_all_stores(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, COST_PRODUCT, "m=8 n=4 k=6", "dram buffer mac");
    cost_evaluate(&b, "for m:4 dram[A B Z] buffer[B] for m:1 for n:1 for k:1 mac");
    expect_lines(&b, from_outside, AUG_COUNT(from_outside));
    cost_evaluate(&b, "for m:4 dram[A B Z] buffer[B!] for m:1 for n:1 for k:1 mac");
    expect_lines(&b, from_outside_in_whole, AUG_COUNT(from_outside_in_whole));
    cost_end(&b);
    cost_begin(&b, COST_PRODUCT, "m=7 n=4 k=6", "dram buffer mac");
    cost_evaluate(&b, "for m:4 dram[A B Z] buffer[B] for m:1 for n:1 for k:1 mac");
    expect_lines(&b, from_outside_uneven, AUG_COUNT(from_outside_uneven));
    cost_end(&b);
}

// Results that overlap are walked; an input beside them is still a product: 1 word for 3 places of m, 4 of p, 2 of r.
static const line_case walked[] = {
    {"dram", "Z", AUG_FLOW_UPDATE, "walked: tiles of this output overlap", 8},
    {"dram", "A", AUG_FLOW_READ, "1 word per operation x 3 of par x m:1 x 4 of for p:1 x 2 of for r:1", 24},
    {"dram", "B", AUG_FLOW_READ, "1 word per operation x 1 for the 3 of par x m:1 that share x 4 of for p:1 x 2 of for r:1", 8},
};

static void outputs_that_overlap_are_walked(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, "Z[p+r] += A[m] * B[p,r]", "p=4 r=2 m=3", "dram x:3 mac");
    cost_evaluate(&b, "dram[A B Z] par x m:1 for p:1 for r:1 mac");
    expect_lines(&b, walked, AUG_COUNT(walked));
    cost_end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_of_even_tiles),
        cmocka_unit_test(whole_tiles_take_all_loops),
        cmocka_unit_test(sums_of_uneven_tiles),
        cmocka_unit_test(loops_outside_of_all_stores),
        cmocka_unit_test(outputs_that_overlap_are_walked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
