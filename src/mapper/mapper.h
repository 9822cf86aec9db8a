// The mapper: the proven best mapping of one einsum on one machine.
//
// It searches all mappings of the space that README.md defines and answers with the best one and a lower
// bound that no mapping of the space goes below; when both are equal the answer is proven. Answers do not
// depend on the number of threads.
//
//     aug_mapper_options options = {.objective = AUG_OBJECTIVE_ENERGY, .threads = 1};
//     aug_mapper_result result;
//     if (aug_mapper_run(arena, &problem, &options, &result) == AUG_MAPPER_FOUND)
//         ... result.points[0].mapping ...
#ifndef AUG_MAPPER_MAPPER_H
#define AUG_MAPPER_MAPPER_H

#include "base/crew.h"
#include "base/progress.h"
#include "cost/cost.h"
#include "mapper/restriction.h"

typedef enum aug_objective {
    AUG_OBJECTIVE_ENERGY,  // least energy; of those that are met, least cycles (breaks_ties: of all, as far as that is cheap)
    AUG_OBJECTIVE_LATENCY, // least cycles; of those, least energy
    AUG_OBJECTIVE_EDP,     // least energy times cycles
    AUG_OBJECTIVE_FRONT,   // every pair of energy and cycles that no other mapping is below in both
    AUG_OBJECTIVE_COUNT
} aug_objective;

extern const char *const aug_objective_names[]; // "energy", "latency", "edp", "front"; NULL at the end

// Of a member of a fused group: what its nest may leave in place from one step of the shared loops to the
// next (src/fusion).
typedef struct aug_lasting {
    unsigned tensors; // stay where they are if no loop behind the prefix moves them
    unsigned always;  // stay in any case
    double bits[AUG_PROBLEM_MEMORIES]; // per instance, of all such tiles behind the prefix, at most
} aug_lasting;

// A product that is known of einsums together, and what the others of them take at least.
typedef struct aug_product_cut {
    double product, rest_pj, rest_cycles;
} aug_product_cut;

typedef struct aug_mapper_options {
    aug_objective objective;
    bool perfect; // tiles divide the ones around them; else the last of each loop may be short
    const aug_restriction *restriction; // what the user wants of mappings; NULL: nothing
    int threads;                        // 1 at least
    aug_crew *crew;                     // whose threads do the work, not `threads` new ones; NULL: none
    int worker;                         // of the crew: the caller
    uint64_t part_nodes;                // after so many nodes the rest of a search is done in parts; 0: 10000
    uint64_t node_limit;                // nodes of the search after which it gives up; 0: none
    aug_progress *progress;             // NULL: nobody stops it
    bool tells_progress;                // of many searches (suite.h): how many are done
    // The nest begins with these nodes (stores and loops), which are not searched: members of a fused group
    // share them. A tensor whose outermost store is among them has no other home. NULL: it begins with the
    // outermost store of every tensor.
    const aug_mapping_node *prefix;
    int prefix_count;
    bool outside_in_prefix; // stores outside of arrays that stay over loops of the prefix are of no interest:
                            // other prefixes have them
    bool least_tiles; // not `perfect`: of the tiles that cut a rank into the same number the least, of small problems, too
    unsigned divided; // not `perfect`: ranks whose tiles have to divide all the same
    double reserved_bits[AUG_PROBLEM_MEMORIES]; // per instance, held by others while this einsum runs; < 0: room
                                                // beyond what there is, where a floor alone is looked for
    const aug_lasting *lasting;                 // NULL: anything may stay
    bool breaks_ties;   // ENERGY: of the mappings of least energy a fast one is looked for, a little longer
    double most_cycles; // mappings that take more are of no interest; 0: any
    double most_pj;     // mappings that take as much are of no interest; 0: any
    double least_cycles; // no mapping takes fewer, as is known; 0: nothing is
    double
        enough_pj; // ENERGY: no mapping takes less, so one that takes as much ends the search; 0: not known
    bool cycles_alone; // LATENCY: of mappings of as many cycles one is as good as another, whatever its energy
    // What is known already: mappings that are not strictly better in the objective are of no interest. The
    // result is then AUG_MAPPER_NONE. Infinite: nothing is known. FRONT: both; else the one that the
    // objective names (EDP: the product).
    bool has_cutoff;
    double cutoff_energy_pj, cutoff_cycles, cutoff_edp;
    double tie_pj; // LATENCY: of as many cycles as the cutoff, what takes less energy is of interest, too; 0: nothing is
    // FRONT: of no interest is what makes (energy + rest) x (cycles + rest) as large; product 0: nothing is.
    aug_product_cut cut;
} aug_mapper_options;

typedef struct aug_mapper_point {
    aug_mapping mapping;
    double energy_pj, cycles; // as aug_cost_evaluate gives them
} aug_mapper_point;

typedef enum aug_mapper_status {
    AUG_MAPPER_FOUND, // the best, proven
    AUG_MAPPER_NONE,  // proven: no mapping of the space fits (or none is below the cutoff)
    AUG_MAPPER_LIMIT  // stopped early: the best so far, if any, and a lower bound
} aug_mapper_status;

typedef struct aug_mapper_result {
    int point_count;                // 1, or the front; 0: none
    const aug_mapper_point *points; // of the front: energy rises, cycles fall
    double value;       // energy in pJ, cycles, or their product; FRONT: least energy-delay product on it
    double lower_bound; // of the value; equal where proven
    bool proven;
    uint64_t nodes;  // of the search
    const char *why; // NONE: what cannot be met, as a sentence
    bool is_fastest; // breaks_ties: no mapping that takes as much takes fewer cycles
} aug_mapper_result;

// The best mapping. The problem has energies for ENERGY, EDP and FRONT (else the caller has said so to the
// user); sparse designs are not searched (aug_mapper_can_search tells). Everything in the result lives in
// `arena`.
aug_mapper_status aug_mapper_run(aug_arena *arena, const aug_problem *problem,
                                 const aug_mapper_options *options, aug_mapper_result *result);

// NULL where the problem can be searched with these options (NULL: tiles that divide, no restriction), else a sentence that says what
// of it cannot.
const char *aug_mapper_can_search(const aug_problem *problem, const aug_mapper_options *options);

#endif
