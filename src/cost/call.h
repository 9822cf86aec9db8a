// The kernel call that operators of the network become on a machine with kernel models, and its time.
//
// A product of two tensors is a matrix product: ranks of both factors that the output lacks are k, ranks of all three count
// products, what is left is m (of the activations) and n (of the weights); a convolution's window is part of k. Attention,
// latent attention, experts and scans are one call each, as their operators say (aug_run); all else walks over its words.
//
// A call never takes less than the roofline of the data sheet: whatever constants say, no peak and no bandwidth is beaten. That
// keeps the bounds of the plan search below every time.
#ifndef AUG_COST_CALL_H
#define AUG_COST_CALL_H

#include "cost/roofline.h"

typedef struct aug_call {
    aug_kernel_kind kind;
    aug_kernel_shape shape;
} aug_call;

// What a call takes, and how sure that is.
typedef struct aug_call_time {
    double seconds;
    int bound;             // aug_bound
    double low, high;      // 80 % of measured times lie between these multiples
    int basis;             // aug_basis
} aug_call_time;

enum { AUG_KERNEL_OPERATORS = 8 };

// Operators from `first` on that run as one kernel by their number.
int aug_kernel_length(const aug_graph *graph, int first);
// Operators from `first` on that are one call: on machines with kernel models those of one aug_run, else those of one
// kernel number.
int aug_call_length(const aug_roofline *roofline, const aug_graph *graph, int first);
// The longer of both groups, for bounds that hold on every machine.
int aug_call_longest(const aug_graph *graph, int first);
// The call that `count` operators become. False where they are part of another one and take no time of their own.
bool aug_call_of(const aug_roofline *roofline, const aug_operator *first, int count, const aug_setting *setting, aug_call *call);
// The time of `count` operators whose work together is `work`.
aug_call_time aug_call_evaluate(const aug_roofline *roofline, const aug_operator *first, int count, const aug_setting *setting,
                                const aug_work *work);

#endif
