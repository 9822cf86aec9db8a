// A small family of machines and tables of measurements that its kernel models made: what is fitted to them is known.
#ifndef AUGER_TESTS_TEST_CAMPAIGN_H
#define AUGER_TESTS_TEST_CAMPAIGN_H

#include "support/test_files.h"
#include "support/test_machine.h"

#include "validation/calibration.h"

#define TEST_LEVELS(bandwidth, peak)                                                                         \
    "levels:\n  - {memory: dram, size: 80 GB, bandwidth: " bandwidth "}\n  - {memory: l2, size: 40 MB}\n"     \
    "  - {array: core, fanout: {x: 100}}\n  - {compute: matrix, peak: {bf16: " peak "}}\n"

static const test_file campaign_files[] = {
    {"families/root.yaml", "auger: family/1\nname: root\n"
                           "kernels: {gemm: {launch: 2 us, memory: 0.9, cache: 6, step: 80 ns, matrix: 0.95}}\n"},
    {"families/kin.yaml", "auger: family/1\n# of no maker\nname: kin\nparent: root\nlibrary: plain\nkernels:\n  gemm:\n    memory: 0.85\n  scan: {launch: 4 us}\n\n"
                          "# where it is from\nsources: {kernels: a test}\n"},
    {"libraries/plain.yaml", "auger: library/1\nname: plain\noverheads: {gemm: {fp8: 9 us, bf16: 500 ns}, scan: {all: 1 us}}\nfacts: {gemm: {step_bytes: {all: 128}}}\n"},
    {"machines/one.yaml", "auger: machine/1 # first\nname: one\nmodel: kernel\nfamily: kin\n" TEST_LEVELS("2 TB/s", "300 TFLOP/s")
                          "kernels:\n  gemm: {launch: 2.5 us}\n  scan:\n    launch: 6 us\n  # of the scan\n\n# what it costs\nprice: 1000 USD # much\n"},
    {"machines/two.yaml", "auger: machine/1\nname: two\nmodel: kernel\nfamily: kin\n" TEST_LEVELS("1 TB/s", "100 TFLOP/s")},
    {"machines/three.json", "{\"auger\": \"machine/1\", \"name\": \"three\", \"maker\": \"a \\\"b\\\" \\\\ c\", \"model\": \"kernel\",\n \"family\": \"kin\","
                            " \"kernels\": {\"scan\": {\"launch\": \"6 us\"}}, \"levels\": [{\"memory\": \"dram\", \"size\": \"80 GB\", \"bandwidth\": \"2 TB/s\"},\n"
                            " {\"compute\": \"matrix\", \"peak\": {\"bf16\": \"300 TFLOP/s\"}}]}\n"},
    {"tables/one.yaml", "auger: machine/1\nname: one\nmodel: kernel\nfamily: kin\n" TEST_LEVELS("1 TB/s", "300 TFLOP/s")},
    {"tables/own.yaml", "auger: machine/1\nname: own\nmodel: kernel\nfamily: kin\n" TEST_LEVELS("1 TB/s", "300 TFLOP/s")},
    {"tables/rows.csv", ""},
    {"tables/more.csv", ""},
    {"machines/fitted.yaml", ""},
};

typedef struct campaign {
    test_ground ground;
    test_folder folder;
    aug_buffer rows;
    char path[256];
    const char *paths[1];
} campaign;

static inline void campaign_begin(campaign *c) {
    test_begin(&c->ground);
    test_make_files(&c->folder, campaign_files, AUG_COUNT(campaign_files));
    aug_buffer_init(&c->rows, &c->ground.arena);
    aug_buffer_put(&c->rows, "device,weight_dtype,act_dtype,m,n,k,latency_us,framework\n");
    c->paths[0] = test_path(&c->folder, "tables/rows.csv", c->path);
}

static inline void campaign_end(campaign *c) {
    test_remove_files(&c->folder);
    test_end(&c->ground);
}

typedef struct campaign_truth {
    double launch_seconds, memory, matrix, software_seconds;
    double noise; // every other row is longer by this share, every other shorter
} campaign_truth;

// What products of `count` shapes take on a machine whose constants are its family's but for those given. Shapes: small ones that wait
// for the launch, few rows that wait for the memory, large ones.
static inline void campaign_add(campaign *c, const char *machine_name, const char *device, int count, const campaign_truth *truth) {
    static const double ms[] = {1, 16, 256, 4096}, sides[] = {256, 1024, 4096, 8192, 12288};
    aug_machine *machine = test_machine(&c->folder.library, &c->ground.arena, &c->ground.errors, machine_name);
    assert_non_null(machine);
    aug_chip chip;
    aug_chip_of(machine, &chip);
    aug_machine bare = {.name = "bare", .family = "kin", .model = AUG_MACHINE_KERNEL};
    aug_kernels *kernels = aug_kernels_load(&c->folder.library, &c->ground.arena, &c->ground.errors, &bare);
    assert_non_null(kernels);
    double *constants = kernels->fits[AUG_KERNEL_KIND_GEMM].constants;
    constants[AUG_GEMM_LAUNCH] = truth->launch_seconds;
    constants[AUG_GEMM_MEMORY] = truth->memory;
    constants[AUG_GEMM_MATRIX] = truth->matrix;
    for (int i = 0; i < count; i++) {
        double side = sides[i / 4 % 5], k = sides[(i / 20 + i) % 5];
        aug_gemm_shape shape = {.m = ms[i % 4], .n = side, .k = k, .batch = 1.0, .weights = AUG_FORMAT_BF16, .activations = AUG_FORMAT_BF16,
                                .output = AUG_FORMAT_BF16, .facts = {.step_bytes = 128.0}, .software_seconds = truth->software_seconds};
        double seconds = aug_gemm_time(&chip, constants, &shape).seconds * (i % 2 ? 1.0 + truth->noise : 1.0 / (1.0 + truth->noise));
        aug_buffer_print(&c->rows, "%s,bf16,bf16,%.0f,%.0f,%.0f,%.9g,plain\n", device, shape.m, shape.n, shape.k, seconds * 1e6);
    }
}

static inline const aug_calibration *campaign_run(campaign *c, const char *name) {
    test_write(&c->folder, "tables/rows.csv", aug_buffer_text(&c->rows));
    return aug_calibration_run(&c->folder.library, &c->ground.arena, &c->ground.errors, name, c->paths, 1);
}

#endif
