// Rows that measured a server: the load that is rerun, without the server's host.
#ifndef AUG_VALIDATION_TRUTH_SERVING_H
#define AUG_VALIDATION_TRUTH_SERVING_H

#include "validation/truth_deployment.h"

typedef struct aug_truth_served {
    aug_truth_deployment run;
    aug_rerun_load load;
} aug_truth_served;

// False with the prediction's reason set where the row cannot be answered; adds errors where a cell is malformed.
bool aug_truth_serving_load(aug_truth *truth, const aug_table_row *row, aug_truth_served *served, aug_prediction *prediction);

#endif
