// Which exchanges between chips an operator brings under a plan. What they cost on a machine is the affair of collective.h.
#ifndef AUG_SYSTEM_EXCHANGE_H
#define AUG_SYSTEM_EXCHANGE_H

#include "system/collective.h"
#include "system/plan.h"

enum { AUG_EXCHANGE_STEPS = 2 };

typedef struct aug_exchange_step {
    const char *name;
    aug_collective_kind kind;
    double chips, bits; // see aug_collective_cost
    double repeats;
} aug_exchange_step;

// The exchanges that follow one operator; returns how many. `width`: of the stage's token vectors.
int aug_exchange_steps(const aug_operator *op, const aug_pass *pass, const aug_split *split, const aug_precision *precision,
                       double width, aug_exchange_step steps[AUG_EXCHANGE_STEPS]);
// The exchange between groups that share each sequence (cp), behind the last operator of attention: keys and values of a prompt are
// gathered, results of a decode step summed in 32 bits. `pass` is that of whole sequences. False: none.
bool aug_exchange_context(const aug_operator *values, const aug_plan *plan, const aug_pass *pass, const aug_graph *graph,
                          const aug_precision *precision, aug_exchange_step *step);
// The transfers from one pipeline stage to the next, all of them; none without a pipeline.
aug_exchange_step aug_exchange_send(const aug_plan *plan, const aug_pass *pass, const aug_precision *precision, double width);

#endif
