// What one pass needs of any machine: sums over its operators, from which a lower bound of its time follows at once.
//
//     pass ≥ kernels · launch + rounds · crossing + exchanges + Σ over classes of max(Σ operations / rate of the matrix units, the same
//            of the vector units, Σ bits / bandwidth of the memory that the model lives in)
//
// Each operator takes at least each of its terms, so the sum of the largest terms is at least the largest of the sums, in
// any class of kernels. Classes are by operations per bit: within one, a machine is short of the same resource for nearly
// all, so little is lost. The sums hold for every machine: a study measures them once per model, scenario and plan.
#ifndef AUG_SYSTEM_SKETCH_H
#define AUG_SYSTEM_SKETCH_H

#include "system/exchange.h"
#include "system/phase.h"

enum { AUG_SKETCH_CLASSES = 6, AUG_SKETCH_RATES = 20, AUG_SKETCH_STEPS = 8 };

typedef struct aug_sketch {
    double kernels;
    aug_crossings crossings;
    double read_bits[AUG_SKETCH_CLASSES], write_bits[AUG_SKETCH_CLASSES]; // that must move at least
    struct {
        int class, unit, format;
        double operations;
    } rates[AUG_SKETCH_RATES];
    int rate_count;
    aug_exchange_step steps[AUG_SKETCH_STEPS]; // equal ones counted together
    int step_count;
} aug_sketch;

typedef struct aug_sketch_bound {
    double seconds, energy_pj; // not below; as aug_phase_cost has them, before stages are counted
    double rounds;             // of crossings (cost/crossings.h) that are not in the seconds: how long one takes is the plan's affair
} aug_sketch_bound;

// The sums of a pass of a stage, transfers between pipeline stages left out.
aug_sketch aug_sketch_make(const aug_stage *stage, const aug_split *split, const aug_precision *precision, const aug_pass *pass);
// What they take at least on a machine whose memory `home` holds the model.
aug_sketch_bound aug_sketch_bound_of(const aug_sketch *sketch, const aug_roofline *roofline, int home);

#endif
