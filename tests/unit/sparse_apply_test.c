// Counts of stored cases of Timeloop, and what differs on purpose.
#include "support/sparse_problem.h"

#define RANKS "{m: 16, n: 16, k: 16}"
#define EINSUM "Z[m,n] += A[m,k] * B[k,n]"
#define BOTH "{A: {density: 0.25}, B: {density: 0.5}}"
#define NEST "dram[A B Z] for m:8 for n:8 buffer[A B Z] for m:1 for n:1 for k:1 mac"

static void check_sum(const aug_flow *flow) {
    assert_near(flow->actual + flow->gated + flow->skipped + flow->absent, (double)flow->dense, 1e-12);
}

static void sums_hold(const sparse_ground *s) {
    for (int m = 0; m < s->problem.memory_count; m++)
        for (int t = 0; t < s->problem.tensor_count; t++)
            for (int f = 0; f < AUG_FLOW_COUNT; f++)
                check_sum(sparse_flow(s, m, t, (aug_flow_kind)f));
    const aug_compute_cost *c = &s->cost.compute;
    assert_near(c->actual + c->gated + c->skipped + c->absent, (double)c->operations, 1e-12);
}

static void begin(sparse_ground *s, const char *tensors, const char *machine, const char *nest) {
    sparse_begin(s, RANKS, EINSUM, tensors, machine);
    sparse_evaluate(s, nest);
    sums_hold(s);
}

// s01: 4096 operations, of which 1/8 have two non-zeros; the others are gated and take their time.
static void compute_is_gated(void **state) {
    (void)state;
    sparse_ground s;
    begin(&s, BOTH, SPARSE_MACHINE("", ", zeros: gate", ""), NEST);
    assert_true(s.cost.compute.actual == 512.0 && s.cost.compute.gated == 3584.0 && s.cost.cycles == 4096.0);
    assert_near(s.cost.compute.energy_pj, 435.2, 1e-12);
    assert_true(sparse_flow(&s, 1, 0, AUG_FLOW_READ)->actual == 4096.0);
    sparse_end(&s);
}

// s02: reads of B gated on A. Timeloop takes the gated ones out of the cycles; gating saves energy alone.
static void gated_reads_take_time(void **state) {
    (void)state;
    sparse_ground s;
    begin(&s, BOTH, SPARSE_MACHINE(", sparse: {gate: [{tensor: B, on: [A]}], gated: {read: 0.4 pJ}}", ", zeros: gate", ""), NEST);
    const aug_flow *read = sparse_flow(&s, 1, 1, AUG_FLOW_READ);
    assert_true(read->actual == 1024.0 && read->gated == 3072.0 && read->skipped == 0.0);
    assert_near(s.cost.memories[1].tensors[1].energy_pj, 1024.0 * 4.0 + 3072.0 * 0.4 + 512.0 * 5.0, 1e-12);
    assert_true(s.cost.compute.actual == 512.0 && s.cost.compute.gated == 3584.0 && s.cost.cycles == 4096.0);
    sparse_end(&s);
}

// s04: both compressed and skipped on each other as one intersection, Z on both.
static void both_sides_skip(void **state) {
    (void)state;
    sparse_ground s;
    begin(&s, BOTH,
          SPARSE_MACHINE(", sparse: {formats: {A: [offsets, coordinates], B: [offsets, coordinates]}, metadata_bits: 4, metadata_vector: 2, "
                         "metadata_energy: {read: 1 pJ, write: 1.25 pJ, gated: 0.1 pJ, skipped: 0.1 pJ}, "
                         "skip: [[{tensor: A, on: [B]}, {tensor: B, on: [A]}], {tensor: Z, on: [A, B]}]}", "", "expectations: whole\n"), NEST);
    const aug_flow *a = sparse_flow(&s, 1, 0, AUG_FLOW_READ), *b = sparse_flow(&s, 1, 1, AUG_FLOW_READ), *z = sparse_flow(&s, 1, 2, AUG_FLOW_READ);
    assert_true(a->actual == 1024.0 && a->skipped == 0.0 && a->absent == 3072.0);
    assert_true(b->actual == 512.0 && b->skipped == 1536.0 && b->absent == 2048.0);
    assert_true(z->actual == 480.0 && z->skipped == 3360.0);
    assert_true(sparse_flow(&s, 1, 2, AUG_FLOW_UPDATE)->actual == 512.0 && sparse_flow(&s, 1, 1, AUG_FLOW_FILL)->actual == 256.0);
    assert_true(s.cost.compute.actual == 1024.0 && s.cost.compute.absent == 3072.0 && s.cost.cycles == 1024.0);
    assert_near(s.cost.memories[1].tensors[0].energy_pj, 5180.25, 1e-12);
    assert_near(s.cost.memories[1].tensors[1].energy_pj, 3917.05, 1e-12);
    assert_true(s.cost.memories[1].tensors[0].stored_words == 64.0 && s.cost.memories[1].tensors[1].stored_words == 128.0);
    sparse_end(&s);
}

// Skipped on the outside with 3 non-zeros in A: 2048 reads of B, a leader of 8 words, 187 left; compute 374 of 4096; Z untouched.
static void what_is_skipped_outside_is_missing_inside(void **state) {
    (void)state;
    static const char machine[] = "auger: machine/1\nclock: 1 GHz\ndrain: free\n%slevels:\n  - {memory: dram, sparse: {skip: [{tensor: B, on: [A]}]}}\n"
                                  "  - {memory: buffer}\n  - {compute: mac, rate: 1/cycle}\n";
    static const char nest[] = "dram[A B Z] for m:2 for k:4 buffer[A B Z] for m:1 for n:1 for k:1 mac";
    char text[512];
    sparse_ground s;
    snprintf(text, sizeof text, machine, "expectations: whole\n");
    begin(&s, "{A: {density: 0.01}}", text, nest);
    assert_true(sparse_flow(&s, 0, 1, AUG_FLOW_READ)->dense == 2048 && sparse_flow(&s, 0, 1, AUG_FLOW_READ)->actual == 187.0);
    assert_true(sparse_flow(&s, 1, 1, AUG_FLOW_FILL)->actual == 187.0 && sparse_flow(&s, 1, 1, AUG_FLOW_FILL)->skipped == 0.0);
    assert_true(s.cost.compute.actual == 374.0 && sparse_flow(&s, 1, 2, AUG_FLOW_READ)->actual == 3840.0);
    sparse_end(&s);
    snprintf(text, sizeof text, machine, "");
    begin(&s, "{A: {density: 0.01}}", text, nest);
    double left = 1.0 - 248.0 * 247.0 * 246.0 / (256.0 * 255.0 * 254.0);
    assert_near(sparse_flow(&s, 0, 1, AUG_FLOW_READ)->actual, 2048.0 * left, 1e-12);
    assert_near(s.cost.compute.actual, 4096.0 * left, 1e-12);
    sparse_end(&s);
}

// s08: a band of 74 of 256 words.
static void a_band_is_skipped_exactly(void **state) {
    (void)state;
    sparse_ground s;
    begin(&s, "{A: {density: {model: banded, width: 2}}}",
          SPARSE_MACHINE(", sparse: {skip: [{tensor: B, on: [A]}, {tensor: Z, on: [A]}]}", "", ""), NEST);
    assert_near(sparse_flow(&s, 1, 1, AUG_FLOW_READ)->actual, 1184.0, 1e-12);
    assert_near(sparse_flow(&s, 1, 2, AUG_FLOW_READ)->actual, 1110.0, 1e-12);
    assert_true(s.cost.cycles == 1184.0);
    sparse_end(&s);
}

// s10: densities alone change nothing.
static void densities_alone_change_nothing(void **state) {
    (void)state;
    sparse_ground s;
    begin(&s, BOTH, SPARSE_MACHINE("", "", ""), NEST);
    assert_true(s.cost.compute.actual == 4096.0 && s.cost.cycles == 4096.0);
    assert_near(s.cost.energy_pj, 148224.0, 1e-12);
    sparse_end(&s);
}

// Skipping compute: time goes too. A compressed A that fits only without its zeros; occupancy counts the worst case and metadata.
static void time_and_room_shrink(void **state) {
    (void)state;
    sparse_ground s;
    begin(&s, BOTH, SPARSE_MACHINE(", sparse: {formats: {A: [bitmask]}}", ", zeros: skip", ""), NEST);
    assert_true(s.cost.compute.actual == 512.0 && s.cost.compute.skipped == 3584.0 && s.cost.cycles == 512.0);
    const aug_memory_cost *buffer = &s.cost.memories[1];
    assert_near(buffer->occupancy_bits, (64.0 + 128.0) * 8.0 + 64.0 * (double)s.problem.memories[1].bits[2] + 128.0, 1e-12);
    assert_near(buffer->expected_bits, (32.0 + 128.0) * 8.0 + 64.0 * (double)s.problem.memories[1].bits[2] + 128.0, 1e-12);
    sparse_end(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compute_is_gated),
        cmocka_unit_test(gated_reads_take_time),
        cmocka_unit_test(both_sides_skip),
        cmocka_unit_test(what_is_skipped_outside_is_missing_inside),
        cmocka_unit_test(a_band_is_skipped_exactly),
        cmocka_unit_test(densities_alone_change_nothing),
        cmocka_unit_test(time_and_room_shrink),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
