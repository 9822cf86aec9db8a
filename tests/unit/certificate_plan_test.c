// Certificates of fused plans: what is found is certified, and what is changed of it is refused.
#include "support/group_world.h"

#include "proof/certificate.h"
#include "proof/certificate_check.h"

#include <ctype.h>

typedef struct bench {
    test_ground ground;
    const char *text;
} bench;

// Three einsums, of which the first two share m in a buffer of 40 words.
#define CHAIN                                                                                                          \
    "auger: workload/1\nranks: {m: 8, k: 4, a: 4, n: 4}\n"                                                             \
    "einsums: ['T[m,a] += A[m,k] * B[k,a]', 'U[m,n] += T[m,a] * C[a,n]', 'Z[m,n] = exp(U[m,n])']\n"
#define CHIP(words)                                                                                                    \
    "auger: machine/1\nname: chip\nclock: 1 GHz\ndrain: read\nlevels:\n"                                               \
    "  - {memory: dram, size: inf, bandwidth: 8 bit/cycle, energy: 20 pJ/bit}\n"                                       \
    "  - {memory: buffer, size: " words " bit, bandwidth: 64 bit/cycle, energy: 1 pJ/bit}\n"                           \
    "  - {compute: mac, rate: 1/cycle, energy: 1 pJ}\n"

static void set_up_chain(bench *b, const char *workload, const char *machine, aug_objective objective) {
    group_world world;
    aug_certificate_part parts[GROUP_WORLD_MOST];
    aug_mapper_result alone[GROUP_WORLD_MOST];
    const char *groups[GROUP_WORLD_MOST];
    aug_group_result result;
    aug_buffer out;
    int count = 0;
    test_begin(&b->ground);
    aug_arena *arena = &b->ground.arena;
    group_world_read(&b->ground, workload, machine, &world);
    aug_mapper_options options = {.objective = objective, .perfect = true, .threads = 1};
    const aug_group_chain chain = {.members = world.members, .count = world.count, .overlap = AUG_OVERLAP_TURNS};
    aug_group_map(arena, &chain, &options, &result);
    for (int i = 0; i < world.count; i++) {
        aug_mapper_run(arena, world.members[i], &options, &alone[i]);
        parts[i] = (aug_certificate_part){world.members[i]->name, 1.0, world.members[i], &alone[i], NULL};
    }
    for (const aug_group_plan *plan = result.points[0].last; plan; plan = plan->before)
        count++;
    int at = count;
    for (const aug_group_plan *plan = result.points[0].last; plan; plan = plan->before) {
        aug_buffer text;
        aug_buffer_init(&text, arena);
        aug_group_print(&text, plan);
        groups[--at] = aug_buffer_text(&text);
    }
    const aug_certificate_plan plan = {groups, count, NULL};
    assert_null(aug_certificate_cannot_plan(arena, parts, world.count, &options));
    aug_buffer_init(&out, arena);
    assert_true(aug_certificate_write_plan(&out, arena, parts, world.count, &plan, &options));
    b->text = aug_buffer_text(&out);
}

static void set_up(bench *b, const char *machine, aug_objective objective) {
    set_up_chain(b, CHAIN, machine, objective);
}

static const char *check(bench *b, const char *text) {
    aug_errors *errors = AUG_NEW(&b->ground.arena, aug_errors);
    const aug_reader reader = {&b->ground.arena, errors};
    const aug_document *document = aug_document_parse(&b->ground.arena, errors, "proof", text, strlen(text));
    const char *said = document ? aug_certificate_check(&reader, document) : NULL;
    assert_true((said == NULL) == (errors->count > 0)); // what is refused is told
    return said;
}

// The text with `old` replaced, `times` times from `from` on.
static const char *with(bench *b, const char *from, const char *old, const char *instead, int times) {
    aug_buffer out;
    aug_buffer_init(&out, &b->ground.arena);
    const char *at = strstr(b->text, from);
    assert_non_null(at);
    aug_buffer_add(&out, b->text, (size_t)(at - b->text));
    for (; times > 0; times--) {
        const char *next = strstr(at, old);
        assert_non_null(next);
        aug_buffer_add(&out, at, (size_t)(next - at));
        aug_buffer_put(&out, instead);
        at = next + strlen(old);
    }
    aug_buffer_put(&out, at);
    return aug_buffer_text(&out);
}

static void is_refused(bench *b, const char *from, const char *old, const char *instead, int times) {
    const char *said = check(b, with(b, from, old, instead, times));
    if (said)
        print_error("'%s' for '%s' is not refused: %s\n", instead, old, said);
    assert_null(said);
}

static void what_is_found_is_certified(void **state) {
    (void)state;
    for (int o = AUG_OBJECTIVE_ENERGY; o <= AUG_OBJECTIVE_LATENCY; o++) {
        bench b;
        set_up(&b, CHIP("320"), (aug_objective)o);
        const char *said = check(&b, b.text);
        assert_non_null(said);
        assert_non_null(strstr(said, o == AUG_OBJECTIVE_ENERGY ? "nJ" : "cycles"));
        assert_non_null(strstr(said, "3 einsums in 1 group"));
        test_end(&b.ground);
    }
}

// Each digit of each figure changed. What a case of a family is shown to take may be changed as far as the tree still shows it and
// nothing else depends on it: then the same is said.
static void change_figures(bench *b, const char *key) {
    const char *before = check(b, b->text);
    for (const char *at = strstr(b->text, key); at; at = strstr(at + 1, key))
        for (const char *digit = at + strlen(key); isdigit((unsigned char)*digit); digit++) {
            char *changed = aug_arena_copy(&b->ground.arena, b->text, strlen(b->text));
            changed[digit - b->text] = *digit == '9' ? '8' : (char)(*digit + 1);
            const char *said = check(b, changed);
            assert_true(!said || (strcmp(key, "value: ") == 0 && strcmp(said, before) == 0));
        }
}

static void changed_figures_are_refused(void **state) {
    (void)state;
    bench b;
    set_up(&b, CHIP("320"), AUG_OBJECTIVE_ENERGY);
    change_figures(&b, "value: ");
    change_figures(&b, "bound: ");
    change_figures(&b, "repeats: ");
    change_figures(&b, "nodes: ");
    test_end(&b.ground);
}

// A tree that is taken out leaves a floor of nothing: the bound is lower than the file says.
static void floors_that_are_missing_are_missed(void **state) {
    (void)state;
    bench b;
    set_up(&b, CHIP("320"), AUG_OBJECTIVE_ENERGY);
    is_refused(&b, "einsums:", "homes: \"T buffer\"", "homes: \"\"", 1);
    is_refused(&b, "einsums:", "homes: \"T buffer\"", "homes: \"T dram\"", 1);
    is_refused(&b, "einsums:", "homes: \"T buffer\"", "homes: \"A buffer\"", 1);
    is_refused(&b, "einsums:", "homes: \"T buffer\"", "homes: \"T disk\"", 1);
    test_end(&b.ground);
}

// Families of shared loops: the bound is that of all of them, in all orders.
static void families_are_checked(void **state) {
    (void)state;
    bench b;
    set_up_chain(&b, GROUP_CHAIN, GROUP_CHAIN_MACHINE, AUG_OBJECTIVE_ENERGY);
    assert_non_null(strstr(check(&b, b.text), "188.416 nJ; no plan takes less"));
    is_refused(&b, "families:", "run: 1 2", "run: 2 2", 1);
    is_refused(&b, "families:", "run: 1 2", "run: 1 3", 1);
    is_refused(&b, "families:", "order: any", "order: some", 1);
    is_refused(&b, "families:", "steps: \"m 1", "steps: \"n0 1", 1);
    is_refused(&b, "families:", "T1 GLB", "T1 DRAM", 1);
    is_refused(&b, "families:", "T1 GLB", "", 1);
    is_refused(&b, "families:", "families:", "families: []\nothers:", 1);
    change_figures(&b, "steps: \"m ");
    test_end(&b.ground);
}

static void plans_that_are_none_are_refused(void **state) {
    (void)state;
    bench b;
    set_up(&b, CHIP("320"), AUG_OBJECTIVE_ENERGY);
    const char *plan = strstr(b.text, "plan:");
    assert_non_null(strstr(plan, "for m:"));
    is_refused(&b, "plan:", "for m:", "for k:", 1);
    is_refused(&b, "plan:", "buffer[", "buffer[X ", 1);
    is_refused(&b, "plan:", "{ ", "{ not ", 1);
    is_refused(&b, "plan:", "dram[", "buffer[", 1);
    is_refused(&b, "plan:", "T", "", 1);
    is_refused(&b, "plan:", " }", "", 1);
    is_refused(&b, "plan:", "for ", "for m:1 for ", 1);
    test_end(&b.ground);
}

// The machine that is stated: room of the buffer in all einsums (then the plan has none), or in one.
static void room_is_checked(void **state) {
    (void)state;
    bench b;
    set_up(&b, CHIP("320"), AUG_OBJECTIVE_ENERGY);
    is_refused(&b, "einsums:", "buffer 0 320", "buffer 0 160", 3);
    is_refused(&b, "einsums:", "buffer 0 320", "buffer 0 640", 1);
    test_end(&b.ground);
}

// The einsums that are stated: what passes is needed elsewhere, or has another shape.
static void einsums_are_checked(void **state) {
    (void)state;
    bench b;
    set_up(&b, CHIP("320"), AUG_OBJECTIVE_ENERGY);
    is_refused(&b, "einsums:", "T input m a", "T input a m", 1);
    is_refused(&b, "einsums:", "T output m a", "T sums m a", 1);
    is_refused(&b, "einsums:", "C input a n", "U input a n", 1);
    is_refused(&b, "einsums:", "least:", "limits:\n      - tile buffer m 1 2\n    least:", 1);
    test_end(&b.ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_found_is_certified),
        cmocka_unit_test(changed_figures_are_refused),
        cmocka_unit_test(floors_that_are_missing_are_missed),
        cmocka_unit_test(families_are_checked),
        cmocka_unit_test(plans_that_are_none_are_refused),
        cmocka_unit_test(room_is_checked),
        cmocka_unit_test(einsums_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
