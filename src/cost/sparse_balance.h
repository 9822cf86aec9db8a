// How unevenly zeros load the instances of compute.
#ifndef AUG_COST_SPARSE_BALANCE_H
#define AUG_COST_SPARSE_BALANCE_H

#include "cost/sparse_saving.h"

// Expected work of the busiest instance over that of the mean one, over the whole run; 1 where nothing that is skipped differs
// between instances. It is stated beside the cycles, which are those of the mean.
double aug_sparse_imbalance(const aug_sparse_nest *nest, const aug_savings *savings, aug_zeros zeros);

#endif
