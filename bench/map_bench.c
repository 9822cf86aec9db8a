// Milliseconds of CPU time until the best mapping is proven, one thread: the machines that ship for this,
// products and convolutions.
//
// usage: map_bench [MACHINE [WORKLOAD [OBJECTIVE [perfect|imperfect]]]]
//        map_bench growth [MACHINE]
//        map_bench fused [MACHINE [WORKLOAD [OBJECTIVE [perfect|imperfect]]]]
//
// Without arguments all cases. WORKLOAD is the name of a case below or an einsum with sizes, such as
// "Z[m,n] += A[m,k] * B[k,n] : m 4096, k 4096, n 4096". Words have 16 bits. The median of several runs
// counts. A search ends after NODES, or MAP_BENCH_NODES of the environment, and then shows its gap.
//
// The last column says how many times as long AccelForge takes for a product: 0.9 CPU seconds at least for
// one product and objective with tiles that divide, 19 with others (measured on a machine like that of
// docs/performance.md, git 1c1929c2).
//
// growth: the same products with every size doubled, and with one more rank.
//
// fused: the einsums of a shipped workload, each by itself and in groups; the last column is the time against
// the floor of attention of 32 heads of 2048 x 2048 x 128, any tiles: 60 ms with one array, 150 ms with two.
#include "fusion/group.h"
#include "workload/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct bench_case {
    const char *name, *einsum;
} bench_case;

#define GEMM  "Z[m,n] += A[m,k] * B[k,n] : "
#define CONV  "O[n,k,p,q] += I[n,c,%s] * W[k,c,r,s] : "
#define CONV1 "O[k,p,q] += I[c,p+r,q+s] * W[k,c,r,s] : "
#define CONV2 "O[k,p,q] += I[c,2*p+r,2*q+s] * W[k,c,r,s] : "

static const bench_case cases[] = {
    {"gemm4096", GEMM "m 4096, k 4096, n 4096"},
    {"gemm8", GEMM "m 8, k 4096, n 14336"},
    {"gemv", GEMM "m 1, k 8192, n 128256"},
    {"conv1", CONV2 "k 64, c 3, p 112, q 112, r 7, s 7"},
    {"conv2-1x1a", CONV1 "k 64, c 64, p 56, q 56, r 1, s 1"},
    {"conv2-3x3", CONV1 "k 64, c 64, p 56, q 56, r 3, s 3"},
    {"conv2-1x1b", CONV1 "k 256, c 64, p 56, q 56, r 1, s 1"},
    {"conv3-3x3s2", CONV2 "k 128, c 128, p 28, q 28, r 3, s 3"},
    {"conv3-3x3", CONV1 "k 128, c 128, p 28, q 28, r 3, s 3"},
    {"conv4-3x3", CONV1 "k 256, c 256, p 14, q 14, r 3, s 3"},
    {"conv4-1x1", CONV1 "k 256, c 1024, p 14, q 14, r 1, s 1"},
    {"conv4-1x1s2", CONV2 "k 1024, c 512, p 14, q 14, r 1, s 1"},
    {"conv5-3x3", CONV1 "k 512, c 512, p 7, q 7, r 3, s 3"},
    {"conv5-1x1", CONV1 "k 2048, c 512, p 7, q 7, r 1, s 1"},
};

static double now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now); // other work beside it counts less
    return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

static const aug_document *parse(const aug_reader *reader, const char *name, const char *text) {
    return aug_document_parse(reader->arena, reader->errors, name, text, strlen(text));
}

// "einsum : m 4, k 5" as a workload file.
static const char *workload_text(aug_arena *arena, const char *einsum) {
    const char *colon = strstr(einsum, " : ");
    aug_buffer text;
    aug_buffer_init(&text, arena);
    aug_buffer_print(&text, "auger: workload/1\nranks: {");
    for (const char *at = colon + 3; *at; at++)
        if (*at == ' ' && at[-1] != ',')
            aug_buffer_put(&text, ": ");
        else
            aug_buffer_print(&text, "%c", *at);
    aug_buffer_print(&text, "}\neinsums: ['%.*s']\ntensors:\n", (int)(colon - einsum), einsum);
    for (const char *at = einsum; at < colon; at++)
        if (at[0] >= 'A' && at[0] <= 'Z' && at[1] == '[')
            aug_buffer_print(&text, "  %c: {bits: 16}\n", *at);
    return aug_buffer_text(&text);
}

static void fail(const aug_errors *errors) {
    fprintf(stderr, "map_bench: %s\n", aug_errors_total(errors) ? errors->items[0].message : "cannot read");
    exit(1);
}

static const aug_problem *load(const aug_reader *reader, const aug_library *library, const char *machine_name,
                               const char *einsum) {
    aug_machine *machine = aug_machine_load(library, reader->arena, reader->errors, machine_name);
    const aug_document *document = parse(reader, "workload", workload_text(reader->arena, einsum));
    aug_model *model = AUG_NEW(reader->arena, aug_model);
    aug_problem *problem = AUG_NEW(reader->arena, aug_problem);
    aug_count sizes[AUG_EINSUM_RANKS];
    if (!machine || !document || !aug_model_from_workload(reader, document->root, "bench", model))
        fail(reader->errors);
    const aug_operator *operation = &model->stages[0].graph.operators[0];
    if (!aug_operator_counts(operation, sizes) ||
        !aug_problem_bind(reader, operation, sizes, machine, problem))
        fail(reader->errors);
    return problem;
}

static int by_time(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

enum { MOST_RUNS = 9, NODES = 20000000 };

static uint64_t node_limit(void) {
    const char *limit = getenv("MAP_BENCH_NODES");
    return limit ? strtoull(limit, NULL, 10) : NODES;
}

// One run for the answer, and its end for those that follow.
static void print_answer(const char *machine, const char *name, aug_objective objective, bool perfect,
                         aug_mapper_status status, const aug_mapper_result *result) {
    printf("%-13s %-12s %-8s %-9s %11.5g ", machine, name, aug_objective_names[objective],
           perfect ? "perfect" : "imperfect", result->value);
    if (status == AUG_MAPPER_FOUND)
        printf("%-9s", "proven");
    else
        printf("gap %4.1f%%", 100.0 * (1.0 - result->lower_bound / result->value));
    fflush(stdout);
}

static void run_case(const char *machine, const char *name, const char *einsum, aug_objective objective,
                     bool perfect) {
    aug_arena arena;
    aug_errors errors = {.count = 0};
    aug_arena_init(&arena, NULL);
    const aug_library library = {BENCH_DATA};
    const aug_reader reader = {&arena, &errors};
    const aug_problem *problem = load(&reader, &library, machine, einsum);
    double times[MOST_RUNS];
    int runs = 0;
    aug_mapper_result result;
    aug_mapper_status status;
    double start = now_ms();
    do {
        aug_arena own;
        aug_arena_init(&own, NULL);
        aug_mapper_options options = {
            .objective = objective, .perfect = perfect, .breaks_ties = true, .threads = 1, .node_limit = node_limit()};
        double before = now_ms();
        status = aug_mapper_run(&own, problem, &options, &result);
        times[runs++] = now_ms() - before;
        if (runs == 1)
            print_answer(machine, name, objective, perfect, status, &result);
        aug_arena_free(&own);
    } while (runs < MOST_RUNS && now_ms() - start < 500.0);
    qsort(times, (size_t)runs, sizeof *times, by_time);
    double median = times[runs / 2];
    printf(" %10.2f ms %9llu nodes", median, (unsigned long long)result.nodes);
    if (strchr(name, 'g') == name && status == AUG_MAPPER_FOUND)
        printf("  x %.0f", (perfect ? 900.0 : 19000.0) / median);
    printf("\n");
    aug_arena_free(&arena);
}

static const char *const machines[] = {"bench-256", "bench-tpu", "bench-4level"};

static aug_objective objective_of(const char *name) {
    for (int o = 0; aug_objective_names[o]; o++)
        if (strcmp(aug_objective_names[o], name) == 0)
            return (aug_objective)o;
    fprintf(stderr, "map_bench: no objective '%s'\n", name);
    exit(2);
}

// ---- Groups

typedef struct fused_case {
    const char *machine, *workload;
    double floor_ms; // 0: none is stated
} fused_case;

static const fused_case fused_cases[] = {
    {"bench-256", "attention-32-heads", 60.0},     {"bench-tpu", "attention-32-heads", 150.0},
    {"attention-chip", "attention-32-heads", 0.0}, {"bench-256", "two-products", 0.0},
    {"bench-256", "gated-feed-forward", 0.0},      {"attention-chip", "one-pass-attention", 0.0},
    {"fusemax-like", "one-pass-attention", 0.0},
};

enum { FUSED_EINSUMS = 16, FUSED_NODES = 8000000 };

typedef struct fused_chain {
    int count;
    const aug_problem *members[FUSED_EINSUMS];
    const char *running[FUSED_EINSUMS + 1];
} fused_chain;

static void load_chain(const aug_reader *reader, const fused_case *of, fused_chain *chain) {
    const aug_library library = {BENCH_DATA};
    aug_machine *machine = aug_machine_load(&library, reader->arena, reader->errors, of->machine);
    const char *path = aug_arena_print(reader->arena, "%s/workloads/%s.yaml", BENCH_DATA, of->workload);
    const aug_document *document = aug_document_load(reader->arena, reader->errors, path);
    aug_model *model = AUG_NEW(reader->arena, aug_model);
    if (!machine || !document || !aug_model_from_workload(reader, document->root, "bench", model))
        fail(reader->errors);
    const aug_graph *graph = &model->stages[0].graph;
    int running = 0;
    *chain = (fused_chain){.count = graph->count};
    for (int i = 0; i < chain->count && i < FUSED_EINSUMS; i++) {
        const aug_operator *operation = &graph->operators[i];
        aug_problem *problem = AUG_NEW(reader->arena, aug_problem);
        aug_count sizes[AUG_EINSUM_RANKS];
        if (!aug_operator_counts(operation, sizes) ||
            !aug_problem_bind(reader, operation, sizes, machine, problem))
            fail(reader->errors);
        chain->members[i] = problem;
        for (int t = 0; t < operation->einsum.tensor_count; t++)
            if (operation->uses[t].running && running < FUSED_EINSUMS)
                chain->running[running++] = operation->einsum.tensors[t].name;
    }
}

static void run_fused(const fused_case *of, aug_objective objective, bool perfect) {
    aug_arena arena;
    aug_errors errors = {.count = 0};
    aug_arena_init(&arena, NULL);
    const aug_reader reader = {&arena, &errors};
    fused_chain *chain = AUG_NEW(&arena, fused_chain);
    load_chain(&reader, of, chain);
    aug_mapper_options options = {
        .objective = objective, .perfect = perfect, .breaks_ties = true, .threads = 1, .node_limit = FUSED_NODES};
    if (getenv("MAP_BENCH_NODES"))
        options.node_limit = node_limit();
    aug_group_result result;
    double before = now_ms();
    aug_group_map(
        &arena,
        &(aug_group_chain){.members = chain->members, .count = chain->count, .running = chain->running},
        &options, &result);
    double time = now_ms() - before;
    printf("%-14s %-18s %-8s %-9s %11.5g ", of->machine, of->workload, aug_objective_names[objective],
           perfect ? "perfect" : "imperfect", result.value);
    if (result.proven)
        printf("proven   ");
    else
        printf("gap %4.1f%%", 100.0 * (1.0 - result.lower_bound / result.value));
    printf(" %9.1f ms %5llu prefixes %6llu searches %9llu nodes", time, (unsigned long long)result.prefixes,
           (unsigned long long)result.runs, (unsigned long long)result.nodes);
    if (of->floor_ms > 0.0 && !perfect)
        printf("  x %.2f of the floor", time / of->floor_ms);
    printf("\n");
    aug_arena_free(&arena);
}

static bool wanted(int count, char **arguments, int place, const char *name) {
    return count <= place || strcmp(arguments[place], name) == 0 || strcmp(arguments[place], "all") == 0;
}

static void run_growth(const char *machine) {
    for (int size = 64; size <= 65536; size *= 2) {
        char name[32], einsum[128];
        snprintf(name, sizeof name, "m,n,k %d", size);
        snprintf(einsum, sizeof einsum, GEMM "m %d, k %d, n %d", size, size, size);
        run_case(machine, name, einsum, AUG_OBJECTIVE_ENERGY, true);
    }
    static const bench_case more[] = {
        {"2 ranks", "Z[m] += A[m,k] * B[k] : m 1024, k 1024"},
        {"3 ranks", GEMM "m 1024, k 1024, n 1024"},
        {"4 ranks", "Z[b,m,n] += A[b,m,k] * B[b,k,n] : b 32, m 1024, k 1024, n 1024"},
        {"5 ranks", "Z[b,m,n] += A[b,m,k,j] * B[b,j,n] * C[k] : b 32, m 256, k 64, j 64, n 256"},
        {"1-d window", "Z[p,k] += A[p+r,c] * B[r,c,k] : p 56, r 3, c 64, k 64"},
        {"2-d window", "Z[p,q,k] += A[p+r,q+s,c] * B[r,s,c,k] : p 14, q 14, r 3, s 3, c 32, k 32"},
    };
    for (size_t c = 0; c < sizeof more / sizeof *more; c++)
        run_case(machine, more[c].name, more[c].einsum, AUG_OBJECTIVE_ENERGY, true);
}

static int run_all_fused(int count, char **arguments) {
    for (int perfect = 1; perfect >= 0; perfect--)
        for (size_t c = 0; c < sizeof fused_cases / sizeof *fused_cases; c++)
            for (int o = 0; o < AUG_OBJECTIVE_COUNT; o++)
                if (wanted(count, arguments, 2, fused_cases[c].machine) &&
                    wanted(count, arguments, 3, fused_cases[c].workload) &&
                    wanted(count, arguments, 4, aug_objective_names[o]) &&
                    wanted(count, arguments, 5, perfect ? "perfect" : "imperfect"))
                    run_fused(&fused_cases[c], (aug_objective)o, perfect);
    return 0;
}

int main(int count, char **arguments) {
    if (count > 1 && strcmp(arguments[1], "fused") == 0)
        return run_all_fused(count, arguments);
    if (count > 1 && strcmp(arguments[1], "growth") == 0) {
        for (size_t m = 0; m < sizeof machines / sizeof *machines; m++)
            if (count < 3 || strcmp(arguments[2], machines[m]) == 0)
                run_growth(machines[m]);
        return 0;
    }
    if (count > 2 && strstr(arguments[2], " : ")) {
        run_case(arguments[1], "einsum", arguments[2], objective_of(count > 3 ? arguments[3] : "energy"),
                 count <= 4 || strcmp(arguments[4], "perfect") == 0);
        return 0;
    }
    for (int perfect = 1; perfect >= 0; perfect--)
        for (size_t m = 0; m < sizeof machines / sizeof *machines; m++)
            for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
                for (int o = 0; o < AUG_OBJECTIVE_COUNT; o++)
                    if (wanted(count, arguments, 1, machines[m]) &&
                        wanted(count, arguments, 2, cases[c].name) &&
                        wanted(count, arguments, 3, aug_objective_names[o]) &&
                        wanted(count, arguments, 4, perfect ? "perfect" : "imperfect"))
                        run_case(machines[m], cases[c].name, cases[c].einsum, (aug_objective)o, perfect);
    return 0;
}
