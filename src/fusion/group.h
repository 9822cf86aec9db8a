// A fused group: einsums of one workload that run tile by tile, so that what passes between them stays on
// chip.
//
// Members run one after another inside shared loops in time. A tensor that one member makes and others of the
// group read is an intermediate: its outermost store is in a memory on the chip, below the shared loops. The
// common beginning of all members (the prefix) holds the outermost stores of the other tensors, the shared
// loops, stores of other tensors between them, and the homes of the intermediates; each member goes on by
// itself (its branch). README.md defines the space and its cost.
//
//     dram[A B C Z] for m:2 buffer[T] { first: buffer[A B] for m:1 for k:1 for n:1 mac } { second: ... mac }
//
// T[m,n] += A[m,k] * B[k,n] with m 8 and n 4: the loop over m has 4 steps and 2 x 4 words of T stay in the
// buffer. Ranks and tensors have the same meaning in all members where they have the same name.
#ifndef AUG_FUSION_GROUP_H
#define AUG_FUSION_GROUP_H

#include "mapper/mapper.h"

enum { AUG_GROUP_MEMBERS = 8, AUG_GROUP_TENSORS = 32, AUG_GROUP_RANKS = 32, AUG_GROUP_NODES = 64 };

// How members run that different units do.
typedef enum aug_overlap {
    AUG_OVERLAP_BEST,      // whichever is better
    AUG_OVERLAP_TURNS,     // one after another
    AUG_OVERLAP_PIPELINED, // at the same time (group_pipe.h): those that cannot are not fused
    AUG_OVERLAP_COUNT
} aug_overlap;

extern const char *const aug_overlap_names[]; // "best", "turns", "pipelined"; NULL at the end

typedef struct aug_group {
    int member_count, tensor_count, rank_count;
    const aug_problem *members[AUG_GROUP_MEMBERS];
    const char *tensors[AUG_GROUP_TENSORS], *ranks[AUG_GROUP_RANKS];
    int tensor_of[AUG_GROUP_MEMBERS][AUG_GROUP_TENSORS]; // index in a member's problem; -1: it has none
    int rank_of[AUG_GROUP_MEMBERS][AUG_GROUP_RANKS];     // of a shareable rank: the one that its loop cuts
    unsigned intermediates;                              // tensors
    unsigned shareable;                                  // ranks that shared loops may run over
    unsigned windowed; // of these: some member makes what the next one reads in windows that overlap
    // Of a shareable rank: its size; and how a step of t of it cuts a member's rank rank_of: by stride * t,
    // of which the other members need stride * t + halo at a time (group_window.c).
    aug_count sizes[AUG_GROUP_RANKS];
    aug_count stride[AUG_GROUP_MEMBERS][AUG_GROUP_RANKS], halo[AUG_GROUP_MEMBERS][AUG_GROUP_RANKS];
    unsigned running; // intermediates that may be read before they are whole
    aug_overlap overlap;
    double
        least_pj[AUG_GROUP_MEMBERS]; // what a member takes whatever the prefix (group_floor.h); 0: not known
} aug_group;

// What becomes of the overlap of neighbouring windows of intermediates in a shared loop.
typedef enum aug_group_halo {
    AUG_HALO_NONE,      // there is none
    AUG_HALO_RETAIN,    // it stays in its home until the next step
    AUG_HALO_RECOMPUTE, // each step makes the whole window
    AUG_HALO_COUNT
} aug_group_halo;

extern const char *const aug_halo_names[]; // "", "retain", "recompute"; NULL at the end

// A node of the prefix, in the group's numbers of ranks and tensors.
typedef struct aug_group_node {
    bool is_loop;
    int memory;          // a store
    unsigned tensors;    // a store
    int rank;            // a loop
    aug_count tile;      // a loop
    aug_group_halo halo; // a loop over a windowed rank
} aug_group_node;

typedef struct aug_group_prefix {
    int count;
    aug_group_node nodes[AUG_GROUP_NODES];
} aug_group_prefix;

// One group with its mapping; those before it in the order of execution hang on `before`.
typedef struct aug_group_plan {
    const aug_group *group;
    int first;                                      // member of the workload that it begins with
    aug_group_prefix prefix;                        // count 0: a member alone
    const aug_problem *problems[AUG_GROUP_MEMBERS]; // the members as their nests have them
    const aug_mapping *nests[AUG_GROUP_MEMBERS];    // whole nests of the members, prefix included
    int prefix_nodes[AUG_GROUP_MEMBERS];            // of a nest that come from the prefix
    bool pipelined;                                 // units work at the same time (group_pipe.h)
    double energy_pj, cycles;                       // of this group, once
    int band, bands;                                // its members are this band (from 1) of so many; 0: whole
    bool is_split; // its members are parts of those of the workload, which begin with `first`
    double alone_pj, alone_cycles;                  // of a band, or split: its members one by one
    double lower_bound; // in answers: of these members, fused in any way or not; of the objective's value
    const struct aug_group_plan *before;
} aug_group_plan;

typedef struct aug_group_point {
    double energy_pj, cycles; // of all groups, as often as they run
    const aug_group_plan *last;
} aug_group_point;

typedef struct aug_group_result {
    int point_count; // 1, or the front; 0: nothing fits
    const aug_group_point *points;
    int low_count;
    const aug_group_point *low; // without plans: no way to run all members is below all of these
    double value, lower_bound;  // as in aug_mapper_result
    bool proven;
    bool stopped;                   // early: by the limit, by the user, or for there is too much to look at
    int groups;                     // runs of neighbours that were searched as groups
    uint64_t prefixes, runs, nodes; // that were looked at; searches of a member; their nodes
} aug_group_result;

// What is known of a run of neighbours before they are searched: ways to run them, and points that no way of
// the same kind is below all of. Of EDP those of a front.
typedef struct aug_group_offer {
    int first, count;
    int point_count, low_count;
    const aug_group_point *points, *low;
} aug_group_offer;

// What runs one after another.
typedef struct aug_group_chain {
    const aug_problem *const *members; // bound to one machine
    int count;
    const double *repeats;          // how often each runs; NULL: once. What runs equally often may be fused
    const char *const *running;     // as in aug_group_init
    const aug_mapper_result *alone; // of each, EDP: its front, with one mapping at least; NULL: is searched
    bool apart;                     // nothing is fused
    aug_overlap overlap;            // of what is fused
    int offer_count;
    const aug_group_offer *offers; // ways that count beside those that are searched
    double least_pj, least_cycles; // no way to run them all takes less; 0: not known
    double product;                // EDP: of a way that the offers make; 0: none
    bool is_begun;                 // what is found fast is among the offers
} aug_group_chain;

// What members `first` .. `first + count - 1` of a workload share. `running`: names of tensors whose partial
// value may be read while it is still being reduced (the running maximum and sum of a one-pass softmax), NULL
// at the end; NULL: none. False where they are no group: a tensor that passes between them is needed outside
// too, or nothing ties them.
bool aug_group_init(const aug_problem *const *members, int all, int first, int count,
                    const char *const *running, aug_group *group);

// Finds the ranks that shared loops may run over (group_window.c); called by aug_group_init.
void aug_group_find_shareable(aug_group *group);
// What loop `at` of a prefix is for a member: its rank, as the problem that it sees counts them, and tile.
// False where it is nothing.
bool aug_group_cut(const aug_group *group, const aug_group_prefix *prefix, int at, int member, int *rank,
                   aug_count *tile);

// The einsums that members are below loops that recompute (group_seen.c), each built once.
typedef struct aug_group_sights {
    aug_arena *arena;
    struct aug_group_sight *first;
    struct aug_group_trim *trims;
} aug_group_sights;
// A member as it is below a prefix: itself, but for loops that recompute. NULL: it cannot be stated.
const aug_problem *aug_group_seen(aug_group_sights *sights, const aug_group *group,
                                  const aug_group_prefix *prefix, int member);

// That without the rests that loops of the prefix leave of its ranks. What it takes at least where tiles divide
// is a floor under a member whose own tiles divide.
const aug_problem *aug_group_trimmed(aug_group_sights *sights, const aug_group *group,
                                     const aug_group_prefix *prefix, int member, const aug_problem *seen);

// Nodes of a member's nest that come from the prefix; at most AUG_MAPPING_NODES.
int aug_group_member_prefix(const aug_group *group, const aug_group_prefix *prefix, int member,
                            aug_mapping_node *nodes);
// Bits per instance of each memory that others hold while a member runs.
void aug_group_reserved(const aug_group *group, const aug_group_prefix *prefix, int member, double *bits);
// Words of a tensor inside the first `depth` nodes of the prefix, with what loops that retain keep of it.
aug_count aug_group_tile_words(const aug_group *group, const aug_group_prefix *prefix, int depth, int tensor);
// Bits of a word of a tensor in a memory, the most that a member says.
double aug_group_word_bits(const aug_group *group, int memory, int tensor);
// Whether a rank moves a tensor, and whether all its indices are single ranks.
bool aug_group_moves(const aug_group *group, int tensor, int rank);
bool aug_group_is_plain(const aug_group *group, int tensor);
// Memory of the outermost store that a tensor has where it is not fused; -1: none may keep it.
int aug_group_home(const aug_group *group, int tensor);

// Whether all that is held at the same time fits (group_cost.c tells what is).
bool aug_group_fits(const aug_group_plan *plan);
// A memory in which it does not; -1: everywhere it does.
int aug_group_overfull(const aug_group_plan *plan);
// Of which tensors a member's own tiles may stay from one step of the loops of its prefix to the next.
void aug_group_stays(const aug_problem *problem, const aug_mapping_node *prefix, int count,
                     aug_lasting *lasting);
// Adds what a member's own tiles hold throughout, per instance of each memory.
void aug_group_lasting(const aug_group_plan *plan, int member, double *bits);
// Adds all that they hold, those that pass included.
void aug_group_held(const aug_group_plan *plan, int member, double *bits);
// Energy and cycles of a plan anew, as aug_cost_evaluate gives them for each member; false where it does not
// fit.
bool aug_group_evaluate(aug_arena *arena, aug_group_plan *plan);

// The text of a plan, and back. Reading reports errors at `node`.
void aug_group_print(aug_buffer *out, const aug_group_plan *plan);
bool aug_group_read(const aug_reader *reader, const aug_node *node, const aug_group *group,
                    aug_group_plan *plan);

// Runs of neighbours that can be a group of several.
int aug_group_count(aug_arena *arena, const aug_group_chain *chain);
// Whether a member is in any of these.
bool aug_group_may_join(aug_arena *arena, const aug_group_chain *chain, int member);
// The best way to run the members of a workload in their order: which neighbours to fuse, and how. Of the
// options, restriction, prefix and cutoff have to be empty; node_limit is that of all groups together.
aug_mapper_status aug_group_map(aug_arena *arena, const aug_group_chain *chain,
                                const aug_mapper_options *options, aug_group_result *result);

#endif
