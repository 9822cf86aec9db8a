#include "fusion/group_member.h"

#include "base/pool.h"
#include "fusion/group_cap.h"
#include "fusion/group_same.h"

#include <math.h>
#include <setjmp.h>
#include <string.h>

// A search takes as long as RUN_NODES nodes to set up. Of what is left, one search gets a part, so that a
// hard member does not use up all; one for a floor a small part. SCRATCH_BYTES are as much as most searches
// work in.
enum {
    BUCKETS = 4096,
    RUN_NODES = 500,
    PART = 8,
    LEAST_PART = 8,
    FLOOR_PART = 64,
    MANY = 256,
    SCRATCH_BYTES = 4 << 20
};

typedef struct known {
    struct known *next;
    aug_group_question question; // its cutoff: of the search that gave the answer
    aug_group_best best;
    bool is_asked; // its search is to come
} known;

// A search: its answer waits in an arena of its own until all are done.
typedef struct job {
    known *entry;
    aug_arena arena;
    jmp_buf failure;
    bool failed; // out of memory
    aug_mapper_status status;
    aug_mapper_result result;
} job;

struct aug_group_members {
    aug_arena *arena;
    const aug_mapper_options *options;
    uint64_t runs, nodes, allowed, used; // allowed 0: no limit
    uint64_t limit;                      // of each search that runs
    int scratch_count;
    aug_arena *scratch; // of each thread, for one search after the other
    int job_count;
    job jobs[AUG_GROUP_QUESTIONS];
    aug_group_sames sames;
    known *buckets[BUCKETS];
};

aug_group_members *aug_group_members_new(aug_arena *arena, const aug_mapper_options *options) {
    aug_group_members *members = AUG_NEW(arena, aug_group_members);
    members->arena = members->sames.arena = arena;
    members->options = options;
    int threads = options->threads < AUG_GROUP_QUESTIONS ? options->threads : AUG_GROUP_QUESTIONS;
    members->scratch = AUG_NEW_ARRAY(arena, aug_arena, (size_t)threads);
    members->scratch_count = threads;
    return members;
}

static void free_jobs(aug_group_members *members) {
    for (int i = 0; i < members->job_count; i++)
        aug_arena_free(&members->jobs[i].arena);
    members->job_count = 0;
}

void aug_group_members_end(aug_group_members *members) {
    free_jobs(members);
    for (int i = 0; i < members->scratch_count; i++)
        aug_arena_free(&members->scratch[i]);
}

void aug_group_members_allow(aug_group_members *members, uint64_t nodes) {
    members->allowed = nodes;
    members->used = 0;
}

bool aug_group_members_work(aug_group_members *members, uint64_t nodes) {
    members->nodes += nodes;
    members->used += nodes;
    return members->allowed == 0 || members->used < members->allowed;
}

bool aug_group_members_can_bound(const aug_group_members *members) {
    return members->allowed == 0 || members->used + (uint64_t)FLOOR_PART * RUN_NODES < members->allowed;
}

uint64_t aug_group_members_nodes(const aug_group_members *members) {
    return members->nodes;
}

uint64_t aug_group_members_runs(const aug_group_members *members) {
    return members->runs;
}

static bool same_node(const aug_mapping_node *a, const aug_mapping_node *b) {
    return a->kind == b->kind && a->memory == b->memory && a->tensors == b->tensors && a->rank == b->rank &&
           a->tile == b->tile;
}

static bool is_other(double a, double b) {
    return a < b || a > b;
}

static bool same_caps(const aug_group_load *a, const aug_group_load *b) {
    bool other = is_other(a->cycles, b->cycles);
    for (int m = 0; m < AUG_PROBLEM_MEMORIES; m++)
        for (int k = 0; k < AUG_PORT_KINDS; k++)
            other |= is_other(a->ports[m][k], b->ports[m][k]);
    return !other;
}

// But for the problem.
static bool same_question(const aug_group_question *a, const aug_group_question *b) {
    if (a->prefix_count != b->prefix_count || a->is_floor != b->is_floor ||
        a->floor_of != b->floor_of || a->breaks_ties != b->breaks_ties)
        return false;
    if (a->lasting.tensors != b->lasting.tensors || a->lasting.always != b->lasting.always)
        return false;
    for (int m = 0; m < AUG_PROBLEM_MEMORIES; m++)
        if (is_other(a->reserved_bits[m], b->reserved_bits[m]) ||
            is_other(a->lasting.bits[m], b->lasting.bits[m]))
            return false;
    for (int i = 0; i < a->prefix_count; i++)
        if (!same_node(&a->prefix[i], &b->prefix[i]))
            return false;
    return same_caps(&a->most, &b->most);
}

aug_group_question aug_group_question_of(const aug_problem *problem) {
    aug_group_question question = {
        .problem = problem, .most = aug_group_cap_none(), .cutoff = (double)INFINITY, .tie_pj = (double)INFINITY};
    for (int m = 0; m < AUG_PROBLEM_MEMORIES; m++)
        question.lasting.bits[m] = (double)INFINITY;
    return question;
}

static unsigned mix(uint64_t hash) {
    hash ^= hash >> 33;
    hash *= 0xff51afd7ed558ccdu;
    hash ^= hash >> 33;
    return (unsigned)(hash % BUCKETS);
}

static unsigned bucket_of(const aug_group_question *question) {
    uint64_t hash = 1469598103934665603u;
    for (int i = 0; i < question->prefix_count; i++) {
        const aug_mapping_node *node = &question->prefix[i];
        uint64_t word = node->tile ^ (uint64_t)node->tensors << 40 ^ (uint64_t)node->rank << 52 ^
                        (uint64_t)node->memory << 56 ^ (uint64_t)node->kind << 60;
        hash = (hash ^ word) * 1099511628211u;
    }
    for (int m = 0; m < AUG_PROBLEM_MEMORIES; m++)
        hash = (hash ^ (uint64_t)(int64_t)question->reserved_bits[m]) * 1099511628211u;
    if (!isinf(question->most.cycles))
        hash = (hash ^ (uint64_t)(int64_t)question->most.cycles) * 1099511628211u;
    return mix(hash);
}

// A nest whose first own store joined the last one of the prefix, for both are of one memory, with the two
// apart.
static void part_from_prefix(const aug_group_question *question, aug_mapping *nest) {
    int at = question->prefix_count;
    if (at == 0 || nest->nodes[at - 1].kind != AUG_MAPPING_STORE)
        return;
    unsigned own = nest->nodes[at - 1].tensors & ~question->prefix[at - 1].tensors;
    if (!own || nest->count == AUG_MAPPING_NODES)
        return;
    memmove(&nest->nodes[at + 1], &nest->nodes[at], (size_t)(nest->count - at) * sizeof *nest->nodes);
    nest->nodes[at] = nest->nodes[at - 1];
    nest->nodes[at - 1].tensors &= ~own;
    nest->nodes[at].tensors = own;
    nest->count++;
}

static void keep_points(aug_arena *arena, const aug_group_question *question, const aug_mapper_result *result,
                        aug_group_best *best) {
    const aug_mapper_point **points =
        AUG_NEW_ARRAY(arena, const aug_mapper_point *, (size_t)(result->point_count + 1));
    for (int i = 0; i < result->point_count; i++) {
        const aug_mapper_point *from = &result->points[i];
        aug_mapper_point *to = AUG_NEW(arena, aug_mapper_point);
        *to = *from;
        part_from_prefix(question, &to->mapping);
        points[i] = to;
    }
    best->count = result->point_count;
    best->points = points;
}

// Of what is left, one search may take an eighth, and all of several together a half.
static uint64_t part_of_limit(const aug_group_members *members) {
    uint64_t jobs = (uint64_t)members->job_count, part = jobs > PART / 2 ? 2 * jobs : PART;
    if (jobs == 1 && members->jobs[0].entry->question.is_floor)
        part = members->jobs[0].entry->question.is_least ? LEAST_PART : FLOOR_PART;
    if (members->allowed == 0)
        return 0;
    return members->used < members->allowed ? (members->allowed - members->used) / part + 1 : 1;
}

static uint64_t node_limit(const aug_group_members *members) {
    uint64_t limit = part_of_limit(members);
    const aug_group_question *first = &members->jobs[0].entry->question;
    uint64_t most = members->job_count == 0   ? 0
                    : first->is_many          ? members->allowed / MANY
                    : members->job_count == 1 ? first->most_nodes
                                              : 0;
    return most > 0 && (limit == 0 || limit > most) ? most : limit;
}

// Shared loops may cut a rank with a rest: then what the mapper knows of tiles that divide does not hold,
// though those behind the prefix have to.
static bool has_rest(const aug_group_question *question) {
    for (int i = 0; i < question->prefix_count; i++) {
        const aug_mapping_node *node = &question->prefix[i];
        if (node->kind == AUG_MAPPING_FOR && question->problem->sizes[node->rank] % node->tile != 0)
            return true;
    }
    return false;
}

static aug_mapper_options options_for(const aug_group_members *members, const aug_group_question *question) {
    aug_objective objective = question->is_floor ? question->floor_of : members->options->objective;
    bool perfect = members->options->perfect, mixed = has_rest(question);
    aug_mapper_options options = {.objective =
                                      objective == AUG_OBJECTIVE_EDP ? AUG_OBJECTIVE_FRONT : objective,
                                  .perfect = perfect && !mixed,
                                  .outside_in_prefix = true,
                                  .breaks_ties = question->breaks_ties,
                                  .divided = perfect && mixed ? ~0u : 0,
                                  .threads = 1,
                                  .node_limit = members->limit,
                                  .progress = members->options->progress,
                                  .prefix = question->prefix_count > 0 ? question->prefix : NULL,
                                  .prefix_count = question->prefix_count,
                                  .has_cutoff = !isinf(question->cutoff),
                                  .cutoff_energy_pj = (double)INFINITY,
                                  .cutoff_cycles = (double)INFINITY,
                                  .cutoff_edp = (double)INFINITY};
    memcpy(options.reserved_bits, question->reserved_bits, sizeof options.reserved_bits);
    for (int m = 0; m < AUG_PROBLEM_MEMORIES; m++)
        if (!isinf(question->lasting.bits[m]))
            options.lasting = &question->lasting;
    options.enough_pj = question->enough_pj;
    options.cycles_alone = question->is_floor;
    options.cut = question->cut;
    options.most_pj = question->most_pj;
    options.least_cycles = ceil(question->least_cycles * (1.0 - 1e-12)); // they are whole
    if (objective == AUG_OBJECTIVE_ENERGY)
        options.cutoff_energy_pj = question->cutoff * (1.0 + 1e-9);
    if (objective == AUG_OBJECTIVE_LATENCY) {
        bool all = isinf(question->tie_pj);
        options.cutoff_cycles = all ? nextafter(question->cutoff, (double)INFINITY) : question->cutoff;
        options.tie_pj = all ? 0.0 : question->tie_pj * (1.0 + 1e-9);
    }
    return options;
}

// In the memory of the thread; what was found is copied to the job's.
static void search(void *context, int worker, uint64_t index) {
    aug_group_members *members = context;
    job *of = &members->jobs[index];
    aug_arena *scratch = &members->scratch[worker];
    const aug_group_question *question = &of->entry->question;
    if (setjmp(of->failure) != 0) {
        of->failed = true;
        return;
    }
    scratch->failure = &of->failure;
    if (!scratch->block)
        aug_arena_room(scratch, SCRATCH_BYTES, 1);
    aug_arena_reset(scratch); // keeps a block of that size
    aug_mapper_options options = options_for(members, question);
    const aug_problem *problem = question->problem;
    if (aug_group_cap_is_any(&question->most)) {
        aug_problem *world = AUG_NEW(scratch, aug_problem);
        double most = aug_group_cap_world(problem, &question->most, world);
        if (options.objective == AUG_OBJECTIVE_LATENCY) {
            options.has_cutoff = true;
            options.cutoff_cycles = nextafter(most, (double)INFINITY);
            options.tie_pj = 0.0;
        } else {
            options.most_cycles = most + 0.25; // they are whole
        }
        problem = world;
        options.cut = (aug_product_cut){0.0, 0.0, 0.0}; // cycles are others there
        options.least_cycles = 0.0;
        options.most_pj = aug_problem_leaks(problem) ? 0.0 : options.most_pj;
    }
    of->status = aug_mapper_run(scratch, problem, &options, &of->result);
    aug_mapper_point *points =
        AUG_NEW_ARRAY(&of->arena, aug_mapper_point, (size_t)of->result.point_count + 1);
    for (int i = 0; i < of->result.point_count; i++)
        points[i] = of->result.points[i];
    of->result.points = points;
}

static void take_answer(aug_group_members *members, job *of) {
    const aug_group_question *question = &of->entry->question;
    aug_objective objective = question->is_floor ? question->floor_of : members->options->objective;
    bool has_bound = objective == AUG_OBJECTIVE_ENERGY || objective == AUG_OBJECTIVE_LATENCY;
    of->entry->best = (aug_group_best){.limited = of->status == AUG_MAPPER_LIMIT,
                                       .bound = has_bound ? of->result.lower_bound : 0.0};
    keep_points(members->arena, &of->entry->question, &of->result, &of->entry->best);
    of->entry->is_asked = false;
    members->runs++;
    aug_group_members_work(members, of->result.nodes + RUN_NODES);
}

// NULL: it was never asked.
static known *look_up(aug_group_members *members, const aug_group_question *question) {
    const aug_problem *problem = aug_group_same(&members->sames, question->problem);
    known *entry = members->buckets[bucket_of(question)];
    while (entry && (entry->question.problem != problem || !same_question(&entry->question, question)))
        entry = entry->next;
    return entry;
}

static known *find(aug_group_members *members, const aug_group_question *question) {
    known **bucket = &members->buckets[bucket_of(question)], *entry = look_up(members, question);
    if (entry)
        return entry;
    entry = AUG_NEW(members->arena, known);
    entry->next = *bucket;
    entry->question = *question;
    entry->question.problem = aug_group_same(&members->sames, question->problem);
    entry->question.cutoff = -1.0; // nothing is known of it
    return *bucket = entry;
}

// Whether all that matters to the other one matters to a cut.
static bool covers(const aug_product_cut *cut, const aug_product_cut *other) {
    return !(cut->product > 0.0) || (other->product > 0.0 && cut->product >= other->product &&
                                     cut->rest_pj <= other->rest_pj && cut->rest_cycles <= other->rest_cycles);
}

// What matters to either.
static aug_product_cut wider_cut(const aug_product_cut *a, const aug_product_cut *b) {
    if (!(a->product > 0.0) || !(b->product > 0.0))
        return (aug_product_cut){0.0, 0.0, 0.0};
    return (aug_product_cut){fmax(a->product, b->product), fmin(a->rest_pj, b->rest_pj),
                             fmin(a->rest_cycles, b->rest_cycles)};
}

static bool caps_less(double most_pj, double other_pj) {
    return !(most_pj > 0.0) || (other_pj > 0.0 && most_pj >= other_pj);
}

// Whether all that matters to a question was looked at in a search with the cutoff of another one.
static bool reaches(const aug_group_question *asked, const aug_group_question *question) {
    return asked->cutoff > question->cutoff ||
           (asked->cutoff >= question->cutoff && asked->tie_pj >= question->tie_pj);
}

// Whether an entry answers a question.
static bool answers(const known *entry, const aug_group_question *question) {
    return !entry->is_asked && entry->question.cutoff >= 0.0 && covers(&entry->question.cut, &question->cut) &&
           caps_less(entry->question.most_pj, question->most_pj) &&
           (entry->best.count > 0 || reaches(&entry->question, question));
}

// A search for what is not known: below a cutoff that is no less than any that was asked for.
static void add_job(aug_group_members *members, const aug_group_question *question) {
    known *entry = find(members, question);
    bool is_new = entry->question.cutoff < 0.0;
    if (answers(entry, question))
        return;
    entry->question.cut = is_new ? question->cut : wider_cut(&entry->question.cut, &question->cut);
    entry->question.most_pj = is_new || caps_less(question->most_pj, entry->question.most_pj) ? question->most_pj
                                                                                               : entry->question.most_pj;
    // A floor may know what alone is of interest to the one who asks.
    entry->question.least_cycles =
        is_new ? question->least_cycles : fmin(entry->question.least_cycles, question->least_cycles);
    if (!reaches(&entry->question, question)) {
        entry->question.cutoff = question->cutoff;
        entry->question.tie_pj = question->tie_pj;
    }
    entry->question.enough_pj = fmax(entry->question.enough_pj, question->enough_pj);
    if (entry->is_asked)
        return;
    entry->is_asked = true;
    job *of = &members->jobs[members->job_count++];
    of->entry = entry;
    of->failed = false;
    aug_arena_init(&of->arena, &of->failure);
}

void aug_group_members_ask(aug_group_members *members, const aug_group_question *const *questions,
                           int count) {
    for (int i = 0; i < count; i++)
        add_job(members, questions[i]);
    members->limit = node_limit(members);
    aug_pool_run(members->scratch_count, (uint64_t)members->job_count, search, members);
    for (int i = 0; i < members->job_count; i++)
        if (members->jobs[i].failed)
            aug_arena_fail(members->arena);
    for (int i = 0; i < members->job_count; i++)
        take_answer(members, &members->jobs[i]);
    free_jobs(members);
}

const aug_group_best *aug_group_member_best(aug_group_members *members, const aug_group_question *question) {
    aug_group_members_ask(members, &question, 1);
    return &find(members, question)->best;
}

const aug_group_best *aug_group_member_floor(aug_group_members *members, const aug_group_question *question,
                                             bool searches) {
    const known *entry = look_up(members, question);
    if (entry && answers(entry, question))
        return &entry->best;
    return searches && aug_group_members_can_bound(members) ? aug_group_member_best(members, question) : NULL;
}
