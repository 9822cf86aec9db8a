// Nanoseconds per evaluation of one mapping: median of many batches, one thread.
//
// The problems are built by hand, so that reading files is not measured. Pass a name and a count to run one
// case alone, for counting instructions; a third argument evaluates totals alone:   valgrind --tool=callgrind
// evaluate_bench gemm 10000 totals
#include "cost/batch.h"
#include "cost/quick.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// ---- Problems

static void add_memory(aug_problem *p, const char *name, double bits_per_cycle, double capacity_bits,
                       double pj) {
    aug_problem_memory *m = &p->memories[p->memory_count++];
    *m = (aug_problem_memory){.name = name,
                              .axes_above = p->axis_count,
                              .instances = 1,
                              .capacity_bits = capacity_bits,
                              .buffers = 1,
                              .read_bits_per_cycle = bits_per_cycle,
                              .write_bits_per_cycle = bits_per_cycle,
                              .shared_port = true,
                              .block = 1,
                              .gated_at = -1,
                              .area_um2 = (double)NAN};
    for (int a = 0; a < p->axis_count; a++)
        m->instances *= p->axes[a].fanout;
    for (int t = 0; t < AUG_PROBLEM_TENSORS; t++) {
        m->bits[t] = 16.0;
        for (int a = 0; a < AUG_ACTION_COUNT; a++)
            m->energy_pj[t][a] = pj;
    }
}

static void add_array(aug_problem *p, const char *x, aug_count fanout_x, const char *y, aug_count fanout_y) {
    aug_problem_array *array = &p->arrays[p->array_count++];
    *array = (aug_problem_array){.name = "pe", .first_axis = p->axis_count, .axis_count = 2};
    p->axes[p->axis_count++] = (aug_problem_axis){x, p->array_count - 1, p->memory_count, fanout_x, ~0u, ~0u};
    p->axes[p->axis_count++] = (aug_problem_axis){y, p->array_count - 1, p->memory_count, fanout_y, ~0u, ~0u};
}

static void add_mac(aug_problem *p) {
    aug_problem_compute *c = &p->computes[p->compute_count++];
    *c = (aug_problem_compute){.name = "mac",
                               .memories_above = p->memory_count,
                               .axes_above = p->axis_count,
                               .instances = 1,
                               .rate_per_cycle = 1.0,
                               .energy_pj = 0.2,
                               .area_um2 = (double)NAN};
    for (int a = 0; a < p->axis_count; a++)
        c->instances *= p->axes[a].fanout;
}

static void add_rank(aug_problem *p, const char *name, aug_count size) {
    p->ranks[p->rank_count] = name;
    p->sizes[p->rank_count++] = size;
    p->operations = p->operations ? p->operations * size : size;
}

static int rank_of(const aug_problem *p, char letter) {
    for (int r = 0; r < p->rank_count; r++)
        if (p->ranks[r][0] == letter)
            return r;
    abort();
}

// Index text such as "n,c,p+r,q+s".
static void add_tensor(aug_problem *p, const char *name, const char *index) {
    aug_problem_tensor *t = &p->tensors[p->tensor_count++];
    *t = (aug_problem_tensor){.name = name, .dim_count = 1};
    for (const char *c = index; *c; c++) {
        if (*c == ',')
            t->dim_count++;
        if (*c == ',' || *c == '+')
            continue;
        aug_problem_dim *dim = &t->dims[t->dim_count - 1];
        dim->terms[dim->term_count++] = (aug_problem_term){rank_of(p, *c), 1};
        t->ranks |= 1u << rank_of(p, *c);
    }
}

// ---- Mappings: a word per node, as "S0:7" (store of memory 0, tensors 7), "m64" (for), "0m16" (par on axis
// 0)

static void read_mapping(const aug_problem *p, const char *text, aug_mapping *m) {
    char copy[512];
    snprintf(copy, sizeof copy, "%s", text);
    m->count = 0;
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " ")) {
        aug_mapping_node *node = &m->nodes[m->count++];
        *node = (aug_mapping_node){.kind = AUG_MAPPING_FOR};
        if (word[0] == 'S') {
            node->kind = AUG_MAPPING_STORE;
            node->memory = word[1] - '0';
            node->tensors = (unsigned)atoi(word + 3);
            continue;
        }
        if (word[0] >= '0' && word[0] <= '9') {
            node->kind = AUG_MAPPING_PAR;
            node->axis = *word++ - '0';
        }
        node->rank = rank_of(p, word[0]);
        node->tile = strtoull(word + 1, NULL, 10);
    }
    m->nodes[m->count++] = (aug_mapping_node){.kind = AUG_MAPPING_COMPUTE};
}

static aug_problem gemm(aug_count m, aug_count n, aug_count k, aug_count side) {
    aug_problem p = {.name = "gemm", .drain_reads = true};
    add_memory(&p, "dram", 256.0, (double)INFINITY, 200.0);
    add_memory(&p, "buffer", 2048.0, 1048576.0, 6.0);
    add_array(&p, "pe.x", side, "pe.y", side);
    add_memory(&p, "register", (double)INFINITY, 4096.0, 1.0);
    add_mac(&p);
    add_rank(&p, "m", m);
    add_rank(&p, "n", n);
    add_rank(&p, "k", k);
    add_tensor(&p, "A", "m,k");
    add_tensor(&p, "B", "k,n");
    add_tensor(&p, "Z", "m,n");
    p.tensors[2].is_output = true;
    return p;
}

static aug_problem convolution(void) {
    aug_problem p = {.name = "convolution", .drain_reads = true};
    add_memory(&p, "dram", 256.0, (double)INFINITY, 200.0);
    add_memory(&p, "cache", 2048.0, 8388608.0 * 8.0, 20.0);
    add_memory(&p, "buffer", 1024.0, 2097152.0, 6.0);
    add_array(&p, "pe.x", 16, "pe.y", 16);
    add_memory(&p, "register", (double)INFINITY, 4096.0, 1.0);
    add_mac(&p);
    add_rank(&p, "k", 256);
    add_rank(&p, "c", 256);
    add_rank(&p, "p", 56);
    add_rank(&p, "q", 56);
    add_rank(&p, "r", 3);
    add_rank(&p, "s", 3);
    add_tensor(&p, "I", "c,p+r,q+s");
    add_tensor(&p, "W", "k,c,r,s");
    add_tensor(&p, "O", "k,p,q");
    p.tensors[2].is_output = true;
    return p;
}

typedef struct bench_case {
    const char *name, *about;
    aug_problem problem;
    const char *mapping;
} bench_case;

static double median_of(double *values, int count) {
    for (int i = 1; i < count; i++)
        for (int j = i; j > 0 && values[j - 1] > values[j]; j--) {
            double swap = values[j];
            values[j] = values[j - 1];
            values[j - 1] = swap;
        }
    return values[count / 2];
}

enum { BATCHES = 31 };

static void run(const bench_case *c, int count, bool totals_alone) {
    aug_arena arena;
    aug_arena_init(&arena, NULL);
    aug_cost_scratch *scratch = aug_cost_scratch_new(&arena);
    aug_cost *cost = AUG_NEW(&arena, aug_cost);
    aug_mapping mapping;
    read_mapping(&c->problem, c->mapping, &mapping);
    bool fits = aug_cost_evaluate(&c->problem, &mapping, scratch, cost);
    double times[BATCHES];
    for (int b = 0; b < (count ? 1 : BATCHES); b++) {
        int repeats = count ? count : 2000;
        double start = seconds_now();
        for (int i = 0; i < repeats; i++) {
            aug_totals found;
            if (totals_alone)
                aug_cost_totals(&c->problem, &mapping, scratch, cost, &found);
            else
                aug_cost_evaluate(&c->problem, &mapping, scratch, cost);
        }
        times[b] = (seconds_now() - start) / repeats;
    }
    double quick[BATCHES];
    aug_totals totals = {0};
    for (int b = 0; b < (count ? 0 : BATCHES); b++) {
        double start = seconds_now();
        for (int i = 0; i < 2000; i++)
            aug_cost_totals(&c->problem, &mapping, scratch, cost, &totals);
        quick[b] = (seconds_now() - start) / 2000;
    }
    if (!count)
        printf("%-12s %9.0f ns   totals alone\n", c->name, 1e9 * median_of(quick, BATCHES));
    printf("%-12s %9.0f ns   %s: %.6g pJ, %.0f cycles%s\n", c->name,
           1e9 * median_of(times, count ? 1 : BATCHES), c->about, cost->energy_pj, cost->cycles,
           fits ? "" : " (does not fit)");
    aug_arena_free(&arena);
}

// The same mapping with other tiles each time, one by one.
static void run_quick(const bench_case *c, int count) {
    aug_arena arena;
    aug_arena_init(&arena, NULL);
    aug_mapping mapping;
    read_mapping(&c->problem, c->mapping, &mapping);
    const aug_quick *quick = aug_quick_new(&arena, &c->problem, &mapping);
    aug_count tiles[AUG_MAPPING_NODES];
    aug_totals totals = {0};
    int loops = 0;
    for (int n = 0; n < mapping.count; n++)
        if (mapping.nodes[n].kind == AUG_MAPPING_FOR || mapping.nodes[n].kind == AUG_MAPPING_PAR)
            tiles[loops++] = mapping.nodes[n].tile;
    double times[BATCHES];
    for (int b = 0; b < (count ? 1 : BATCHES); b++) {
        int repeats = count ? count : 5000;
        double start = seconds_now();
        for (int i = 0; i < repeats; i++)
            aug_quick_run(quick, tiles, &totals);
        times[b] = (seconds_now() - start) / repeats;
    }
    printf("%-12s %9.1f ns   prepared, totals of one choice of tiles: %.6g pJ, %.0f cycles\n", c->name,
           1e9 * median_of(times, count ? 1 : BATCHES), totals.energy_pj, totals.cycles);
    aug_arena_free(&arena);
}

// The same mapping with many choices of tiles at once.
static void run_batch(const bench_case *c) {
    enum { CHOICES = 4096 };
    aug_arena arena;
    aug_arena_init(&arena, NULL);
    aug_mapping mapping;
    read_mapping(&c->problem, c->mapping, &mapping);
    aug_batch *batch = aug_batch_new(&arena, &c->problem, &mapping);
    double *tiles[AUG_MAPPING_NODES], *energy = AUG_NEW_ARRAY(&arena, double, CHOICES),
                                      *cycles = AUG_NEW_ARRAY(&arena, double, CHOICES);
    bool *fits = AUG_NEW_ARRAY(&arena, bool, CHOICES);
    int loops = 0;
    for (int n = 0; n < mapping.count; n++) {
        if (mapping.nodes[n].kind != AUG_MAPPING_FOR && mapping.nodes[n].kind != AUG_MAPPING_PAR)
            continue;
        tiles[loops] = AUG_NEW_ARRAY(&arena, double, CHOICES);
        for (int i = 0; i < CHOICES; i++)
            tiles[loops][i] = (double)mapping.nodes[n].tile;
        loops++;
    }
    double times[BATCHES];
    for (int b = 0; b < BATCHES; b++) {
        double start = seconds_now();
        for (int i = 0; i < 10; i++)
            aug_batch_run(batch, (const double *const *)tiles, CHOICES, energy, cycles, fits);
        times[b] = (seconds_now() - start) / (10 * CHOICES);
    }
    printf("%-12s %9.1f ns   in a batch of %d: %.6g pJ, %.0f cycles\n", c->name,
           1e9 * median_of(times, BATCHES), CHOICES, energy[CHOICES - 1], cycles[CHOICES - 1]);
    aug_arena_free(&arena);
}

int main(int argc, char **argv) {
    bench_case cases[] = {
        {"gemm", "three levels, 4096^3, 16x16", gemm(4096, 4096, 4096, 16),
         "S0:7 m64 n128 S1:7 k64 m16 n16 0m1 1n1 S2:7 k1 "},
        {"gemm-128", "the same on 128x128", gemm(4096, 4096, 4096, 128),
         "S0:7 m128 n128 S1:7 k64 0m1 1n1 S2:7 k1 "},
        {"gemm-odd", "three levels, 4000x4001x4003", gemm(4000, 4001, 4003, 16),
         "S0:7 m64 n128 S1:7 k64 m16 n16 0m1 1n1 S2:7 k1 "},
        {"conv", "four levels, windows, row-stationary", convolution(),
         "S0:7 k64 p14 S1:7 c64 q14 S2:7 k16 c8 0p1 1r1 S3:7 k1 c1 q1 s1 "},
        {"conv-odd", "the same with tiles that do not divide", convolution(),
         "S0:7 k60 p13 S1:7 c60 q13 S2:7 k16 c8 0p1 1r1 S3:7 k1 c1 q1 s1 "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (argc < 2 || strcmp(argv[1], cases[i].name) == 0)
            run(&cases[i], argc > 2 ? atoi(argv[2]) : 0, argc > 3);
    if (argc < 2 || strcmp(argv[1], "quick") == 0)
        run_quick(&cases[0], argc > 2 ? atoi(argv[2]) : 0);
    if (argc < 2 || strcmp(argv[1], "batch") == 0)
        run_batch(&cases[0]);
    return 0;
}
