// A folder of its own; what is kept there is found again as it was, and nothing else is.
#include "support/small_problem.h"

#include "mapper/mapping_cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char nest[] = "dram[A B Z] for m:1 for n:1 for k:1 mac";
static const char key[] = "a question\n";
static const char path[] = "/a.mapping"; // of a copy under a fixed name

typedef struct bench {
    test_ground ground;
    char folder[64];
    aug_problem problem;
    aug_mapper_point point;
    aug_mapper_result result;
    aug_mapper_options options;
} bench;

static void set_up(bench *b) {
    memset(b, 0, sizeof *b);
    test_begin(&b->ground);
    strcpy(b->folder, "/tmp/auger-cache-XXXXXX");
    assert_non_null(mkdtemp(b->folder));
    small_problem(&b->problem);
    assert_true(
        aug_mapping_parse(&b->ground.reader, small_nest(&b->ground, nest), &b->problem, &b->point.mapping));
    aug_cost *cost = AUG_NEW(&b->ground.arena, aug_cost);
    assert_true(
        aug_cost_evaluate(&b->problem, &b->point.mapping, aug_cost_scratch_new(&b->ground.arena), cost));
    b->point.energy_pj = cost->energy_pj;
    b->point.cycles = cost->cycles;
    b->result = (aug_mapper_result){.point_count = 1, .points = &b->point, .proven = true};
    b->options = (aug_mapper_options){.objective = AUG_OBJECTIVE_LATENCY, .threads = 1};
}

// The one file of the folder; "" where there is none.
static const char *only_file(bench *b) {
    char command[128], name[128] = "";
    snprintf(command, sizeof command, "ls %s", b->folder);
    FILE *list = popen(command, "r");
    if (!list || !fgets(name, sizeof name, list))
        name[0] = '\0';
    if (list)
        pclose(list);
    name[strcspn(name, "\n")] = '\0';
    return name[0] ? aug_arena_print(&b->ground.arena, "%s/%s", b->folder, name) : "";
}

static void tear_down(bench *b) {
    const char *file = only_file(b);
    if (*file)
        remove(file);
    assert_int_equal(rmdir(b->folder), 0);
    test_end(&b->ground);
}

static bool find(bench *b, const char *question, aug_mapper_result *found) {
    return aug_mapping_cache_find(&b->ground.arena, b->folder, question, &b->problem, &b->options, found);
}

static void what_is_kept_is_found(void **state) {
    bench b;
    aug_mapper_result found;
    (void)state;
    set_up(&b);
    assert_false(find(&b, key, &found));
    assert_true(aug_mapping_cache_keep(&b.ground.arena, b.folder, key, &b.result));
    assert_true(find(&b, key, &found));
    assert_true(found.proven && found.value == b.point.cycles && found.lower_bound == b.point.cycles);
    assert_int_equal(found.points[0].mapping.count, b.point.mapping.count);
    assert_true(found.points[0].energy_pj == b.point.energy_pj);
    assert_false(find(&b, "another question\n", &found));
    tear_down(&b);
}

// A machine whose figures are others, though the question is said to be the same: the mapping costs something
// else.
static void other_costs_are_rejected(void **state) {
    bench b;
    aug_mapper_result found;
    (void)state;
    set_up(&b);
    assert_true(aug_mapping_cache_keep(&b.ground.arena, b.folder, key, &b.result));
    b.problem.memories[SMALL_DRAM].energy_pj[SMALL_A][AUG_ACTION_READ] *= 2.0;
    assert_false(find(&b, key, &found));
    tear_down(&b);
}

// Every prefix of the file but the whole, and every file with one byte changed into '~', is nothing.
static void broken_files_are_nothing(void **state) {
    bench b;
    aug_mapper_result found;
    static char text[4096];
    (void)state;
    set_up(&b);
    assert_true(aug_mapping_cache_keep(&b.ground.arena, b.folder, key, &b.result));
    const char *name = only_file(&b);
    FILE *file = fopen(name, "rb");
    assert_non_null(file);
    size_t length = fread(text, 1, sizeof text, file);
    fclose(file);
    for (size_t cut = 0; cut < 2 * length; cut++) {
        char kept = text[cut % length];
        file = fopen(name, "wb");
        text[cut % length] = cut < length ? kept : '~';
        fwrite(text, 1, cut < length ? cut : length, file);
        fclose(file);
        text[cut % length] = kept;
        assert_false(find(&b, key, &found));
    }
    tear_down(&b);
}

static void folders_that_are_none_keep_nothing(void **state) {
    bench b;
    aug_mapper_result found;
    (void)state;
    set_up(&b);
    const char *none = aug_arena_print(&b.ground.arena, "%s%s", b.folder, path);
    assert_false(aug_mapping_cache_keep(&b.ground.arena, none, key, &b.result));
    assert_false(aug_mapping_cache_find(&b.ground.arena, none, key, &b.problem, &b.options, &found));
    tear_down(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_kept_is_found),
        cmocka_unit_test(other_costs_are_rejected),
        cmocka_unit_test(broken_files_are_nothing),
        cmocka_unit_test(folders_that_are_none_keep_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
