// Parts of one large search, on several threads.
//
// When a search has seen many nodes, what it comes to next is put off: the beginnings of nests with a store
// or two of the outermost segment are gathered, and done in lists, each beginning as a search of its own that
// knows what was known when its list began. What the parts find is gathered in their order. A part that is
// large has lists of its own. When parts are put off depends on nodes alone, and so does the answer: any
// number of threads, one included, does the same.
//
//     10000 nodes seen: `for m:16 buffer[A] ..`, `for m:8 buffer[A] ..`, ... 32 of them, then all 32 at once
//
// The walk of a part is aug_search_walk_segment's, from a frame further in; the stage of the outermost
// segment is worked off first, since a part needs one.
#include "mapper/search_walk.h"

#include <string.h>

enum {
    ALONE = 10000, // nodes of a search, or of a part, before the rest is put off
    ROOM = 32,     // parts of a list
    DEPTH = 3,     // stores that a beginning has at most, beside those of the search or part that it is of
};

typedef struct part {
    aug_frame frame;
    aug_item path[AUG_PATH_ITEMS];
    aug_arena arena;
    aug_incumbent incumbent;
    uint64_t nodes;
    bool stopped, failed; // out of memory
    jmp_buf failure;
} part;

struct aug_fork {
    aug_search *siblings;
    const aug_keeping *keeping;
    const aug_plain_plan *plan;
    aug_spreads chosen;
    const aug_incumbent *known; // when the list begins
    aug_value root;
    int level;
    uint64_t limit; // nodes of each part; 0: none
    int count;
    part parts[ROOM];
};

void aug_search_join(aug_crew *crew, aug_search *searches, int count) {
    for (int i = 0; i < count; i++) {
        searches[i].crew = crew;
        searches[i].worker = i;
        searches[i].siblings = searches;
    }
}

int aug_search_stores(const aug_search *s, const aug_frame *frame) {
    int stores = 0;
    for (int t = 0; t < s->space->tensor_count; t++)
        stores += frame->declared[t];
    return stores;
}

static uint64_t alone_nodes(const aug_search *s) {
    return s->options->part_nodes ? s->options->part_nodes : ALONE;
}

// ---- One part

static void search_part(aug_search *s, const aug_fork *fork, part *of) {
    aug_incumbent_copy(&of->arena, fork->known, &of->incumbent);
    s->keeping = fork->keeping;
    s->plan = fork->plan;
    s->chosen = fork->chosen;
    if (s->chosen.count)
        aug_spreads_lend(&s->spreads[s->space->groups[s->chosen.group].segment], &s->chosen);
    s->incumbent = &of->incumbent;
    s->root = fork->root;
    s->nodes = 0;
    s->node_limit = fork->limit;
    s->stopped = false;
    s->fork_level = fork->level + 1;
    s->fork_depth = aug_search_stores(s, &of->frame);
    memcpy(s->path, of->path, sizeof s->path);
    aug_stage_begin(&s->stages[0], &of->frame);
    if (!aug_search_promising(s, &of->frame, aug_search_first_group(s, of->frame.segment)))
        return;
    aug_value bound = s->bound;
    aug_search_explore_now(s, &of->frame, &bound);
    aug_search_join_up(s);
    if (s->keeping->segment_count > 1)
        aug_search_work_off(s, &s->stages[0], aug_search_cross_array);
}

// The search that does a part may be in one of its own.
static void do_part(void *context, int worker, uint64_t index) {
    aug_fork *fork = context;
    part *of = &fork->parts[index];
    aug_search *s = &fork->siblings[worker];
    const struct {
        const aug_keeping *keeping;
        const aug_plain_plan *plan;
        aug_incumbent *incumbent;
        jmp_buf *failure;
        aug_value root;
        uint64_t nodes, node_limit;
        int fork_level, fork_depth;
        bool stopped;
    } was = {s->keeping,    s->plan,       s->incumbent,  s->memory->table.failure,
             s->root,       s->nodes,      s->node_limit,
             s->fork_level, s->fork_depth, s->stopped};
    const aug_spreads chosen = s->chosen;
    aug_arena_init(&of->arena, &of->failure);
    s->memory->table.failure = s->memory->scratch.failure = &of->failure;
    of->failed = setjmp(of->failure) != 0;
    if (!of->failed)
        search_part(s, fork, of);
    of->nodes = s->nodes;
    of->stopped = s->stopped;
    s->memory->table.failure = s->memory->scratch.failure = was.failure;
    s->keeping = was.keeping;
    s->plan = was.plan;
    s->chosen = chosen;
    s->incumbent = was.incumbent;
    s->root = was.root;
    s->nodes = was.nodes;
    s->node_limit = was.node_limit;
    s->fork_level = was.fork_level;
    s->fork_depth = was.fork_depth;
    s->stopped = was.stopped;
}

// ---- A list of them

static void free_parts(aug_fork *fork, int from, int to) {
    for (int i = from; i < to; i++)
        aug_arena_free(&fork->parts[i].arena);
}

// What a part has found; out of memory where it was, or where that cannot be kept.
static void take_part(aug_search *s, const part *of) {
    s->nodes += of->nodes;
    if (of->failed)
        aug_arena_fail(s->incumbent->arena);
    aug_incumbent_join(s->incumbent, &of->incumbent);
}

static void take_parts(aug_search *s, aug_fork *fork, int from, int to) {
    jmp_buf failure, *before = s->incumbent->arena->failure;
    s->incumbent->arena->failure = &failure;
    if (setjmp(failure) != 0) {
        s->incumbent->arena->failure = before;
        free_parts(fork, from, to);
        fork->count = 0;
        aug_arena_fail(s->incumbent->arena);
    }
    for (int i = from; i < to; i++)
        take_part(s, &fork->parts[i]);
    s->incumbent->arena->failure = before;
    free_parts(fork, from, to);
}

// Parts share what is left of the limit; those that need more have it one after the other.
static void do_parts(aug_search *s, aug_fork *fork) {
    uint64_t count = (uint64_t)fork->count, limit = s->node_limit;
    fork->limit = limit ? (limit > s->nodes ? (limit - s->nodes) / count : 0) + alone_nodes(s) : 0;
    aug_crew_run(s->crew, s->worker, count, do_part, fork);
    take_parts(s, fork, 0, fork->count);
    for (int i = 0; i < fork->count && !s->stopped; i++) {
        if (!fork->parts[i].stopped)
            continue;
        if (s->nodes >= limit || aug_progress_stopped(s->options->progress)) {
            s->stopped = true;
            return;
        }
        fork->limit = limit - s->nodes;
        do_part(fork, s->worker, (uint64_t)i);
        take_parts(s, fork, i, i + 1);
        s->stopped = fork->parts[i].stopped;
    }
}

void aug_search_join_up(aug_search *s) {
    aug_fork *fork = s->fork_level < AUG_FORK_LEVELS ? s->forks[s->fork_level] : NULL;
    if (!fork || fork->count == 0)
        return;
    aug_stage *stage = &s->stages[0];
    aug_item path[AUG_PATH_ITEMS];
    memcpy(path, s->path, sizeof path);
    aug_search_work_off(s, stage, aug_search_cross_array);
    int start = stage->path_start;
    if (!s->stopped) {
        fork->siblings = s->siblings;
        fork->keeping = s->keeping;
        fork->plan = s->plan;
        fork->chosen = s->chosen;
        fork->known = s->incumbent;
        fork->root = s->root;
        fork->level = s->fork_level;
        do_parts(s, fork);
    }
    fork->count = 0;
    stage->count = stage->come = 0;
    stage->path_start = start;
    memcpy(s->path, path, sizeof path);
}

bool aug_search_put_off(aug_search *s, const aug_frame *frame) {
    if (!s->crew || s->nodes < alone_nodes(s) || s->fork_level >= AUG_FORK_LEVELS || frame->segment > 0 ||
        s->dive || s->keeping->only >= 0 || s->stopped || aug_search_stores(s, frame) > s->fork_depth + DEPTH)
        return false;
    aug_fork *fork = s->forks[s->fork_level];
    if (!fork) // small searches have none
        fork = s->forks[s->fork_level] = AUG_NEW(&s->memory->scratch, aug_fork);
    part *of = &fork->parts[fork->count++];
    of->frame = *frame;
    memcpy(of->path, s->path, sizeof of->path);
    if (fork->count == ROOM)
        aug_search_join_up(s);
    return true;
}
