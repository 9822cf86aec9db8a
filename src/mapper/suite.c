// Threads go over members, and help with those that take long. Each search has an arena
// of its own, which goes with it; what it found is copied out in the order of members.
#include "mapper/suite.h"

#include "mapper/mapping_cache.h"
#include "mapper/problem_key.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

typedef struct job {
    int member;
    aug_arena room, arena; // of the search while it runs; of its result
    jmp_buf failure;
    bool failed; // out of memory
} job;

typedef struct suite {
    aug_arena *arena;
    const aug_suite_member *members;
    const aug_mapper_options *options;
    aug_suite_answer *answers;
    const char **keys; // of each member; NULL: equal to none
    job *jobs;
    int job_count;
    aug_crew *crew;
    pthread_mutex_t telling; // holds jobs_done and what is told of it
    int jobs_done;
} suite;

static aug_mapper_options options_of(const suite *s, int member) {
    aug_mapper_options options = *s->options;
    options.restriction = s->members[member].restriction;
    if (s->members[member].cutoff > 0.0) {
        double none = (double)INFINITY, cutoff = s->members[member].cutoff;
        options.has_cutoff = true;
        options.cutoff_energy_pj = options.objective == AUG_OBJECTIVE_ENERGY ? cutoff : none;
        options.cutoff_cycles = options.objective == AUG_OBJECTIVE_LATENCY ? cutoff : none;
        options.cutoff_edp = options.objective == AUG_OBJECTIVE_EDP ? cutoff : none;
    }
    return options;
}

static const char *key_of(const suite *s, int member) {
    const aug_problem *problem = s->members[member].problem;
    const aug_mapper_options options = options_of(s, member);
    aug_buffer key;
    aug_buffer_init(&key, s->arena);
    if (!aug_problem_key(&key, problem))
        return NULL;
    aug_problem_key_options(&key, problem, &options);
    return aug_buffer_text(&key);
}

static int first_equal(const suite *s, int member) {
    for (int i = 0; s->keys[member] && i < member; i++)
        if (s->keys[i] && strcmp(s->keys[i], s->keys[member]) == 0)
            return i;
    return member;
}

static bool find_in_cache(const suite *s, int member, const char *cache) {
    const aug_mapper_options options = options_of(s, member);
    aug_suite_answer *answer = &s->answers[member];
    if (!cache || !s->keys[member] ||
        !aug_mapping_cache_find(s->arena, cache, s->keys[member], s->members[member].problem, &options,
                                &answer->result))
        return false;
    answer->status = AUG_MAPPER_FOUND;
    answer->from_cache = true;
    return true;
}

// Into another arena. False where there is no room.
static bool copy_result(aug_arena *to, aug_mapper_result *result) {
    size_t bytes = (size_t)result->point_count * sizeof *result->points;
    size_t length = result->why ? strlen(result->why) + 1 : 0;
    aug_mapper_point *points = aug_arena_try(to, bytes);
    char *why = aug_arena_try(to, length);
    if (!points || !why)
        return false;
    if (bytes > 0)
        memcpy(points, result->points, bytes);
    if (length > 0)
        memcpy(why, result->why, length);
    result->points = points;
    result->why = length > 0 ? why : NULL;
    return true;
}

static void tell_one_more(suite *s) {
    if (!s->options->tells_progress || pthread_mutex_lock(&s->telling) != 0)
        return;
    s->jobs_done++;
    aug_progress_report(s->options->progress, (uint64_t)s->jobs_done, (uint64_t)s->job_count);
    pthread_mutex_unlock(&s->telling);
}

static void search(void *context, int worker, uint64_t index) {
    suite *s = context;
    job *of = &s->jobs[index];
    aug_suite_answer *answer = &s->answers[of->member];
    aug_mapper_options options = options_of(s, of->member);
    options.crew = s->crew;
    options.worker = worker;
    if (setjmp(of->failure) != 0) {
        of->failed = true;
    } else {
        answer->status = aug_mapper_run(&of->room, s->members[of->member].problem, &options, &answer->result);
        of->failed = !copy_result(&of->arena, &answer->result);
    }
    aug_arena_free(&of->room);
    tell_one_more(s);
}

static void give_up(const suite *s) {
    for (int i = 0; i < s->job_count; i++)
        aug_arena_free(&s->jobs[i].arena);
    aug_arena_fail(s->arena);
}

static void search_all(suite *s) {
    s->crew = aug_crew_new(s->options->threads);
    if (!s->crew)
        aug_arena_fail(s->arena);
    for (int i = 0; i < s->job_count; i++) {
        aug_arena_init(&s->jobs[i].room, &s->jobs[i].failure);
        aug_arena_init(&s->jobs[i].arena, &s->jobs[i].failure);
    }
    aug_crew_run(s->crew, 0, (uint64_t)s->job_count, search, s);
    aug_crew_free(s->crew);
    for (int i = 0; i < s->job_count; i++)
        if (s->jobs[i].failed || !copy_result(s->arena, &s->answers[s->jobs[i].member].result))
            give_up(s);
    for (int i = 0; i < s->job_count; i++)
        aug_arena_free(&s->jobs[i].arena);
}

void aug_suite_run(aug_arena *arena, const aug_suite_member *members, int count,
                   const aug_mapper_options *options, const char *cache, aug_suite_answer *answers) {
    suite s = {.arena = arena,
               .members = members,
               .options = options,
               .answers = answers,
               .telling = PTHREAD_MUTEX_INITIALIZER};
    s.keys = AUG_NEW_ARRAY(arena, const char *, (size_t)count);
    s.jobs = AUG_NEW_ARRAY(arena, job, (size_t)count);
    for (int i = 0; i < count; i++) {
        answers[i] = (aug_suite_answer){0};
        s.keys[i] = key_of(&s, i);
        answers[i].same_as = first_equal(&s, i);
        if (answers[i].same_as == i && !find_in_cache(&s, i, cache))
            s.jobs[s.job_count++].member = i;
    }
    search_all(&s);
    for (int i = 0; cache && i < s.job_count; i++) {
        int member = s.jobs[i].member;
        if (s.keys[member] && answers[member].status == AUG_MAPPER_FOUND)
            aug_mapping_cache_keep(arena, cache, s.keys[member], &answers[member].result);
    }
    for (int i = 0; i < count; i++) {
        int same = answers[i].same_as;
        answers[i] = answers[same];
        answers[i].same_as = same;
    }
}
