// A language model of one linear layer in bf16, for sums that are done by hand.
#ifndef AUGER_TESTS_SMALL_MODEL_H
#define AUGER_TESTS_SMALL_MODEL_H

#include "support/testing.h"

#include "workload/graph_build.h"
#include "workload/model.h"

// 1000 x 1000 weights: `name` is the operator's; ranks `in` and `out` say how a plan may split them. Returns the operator.
static inline aug_operator *test_small_model(test_ground *ground, aug_model *model, const char *name, aug_rank_kind in,
                                             aug_rank_kind out) {
    *model = (aug_model){.name = "small", .stage_count = 1, .language = 0};
    aug_stage *stage = &model->stages[0];
    *stage = (aug_stage){.name = "language", .kind = AUG_STAGE_LANGUAGE, .attends = -1, .sequences = 1, .passes = 1, .width = 1000};
    stage->precision = aug_precision_of(AUG_FORMAT_BF16);
    aug_graph_init(&stage->graph, &ground->arena);
    aug_graph_builder builder;
    aug_builder_init(&builder, &stage->graph);
    stage->graph.layers = 1;
    return aug_build_linear(&builder, name, (aug_features){1000, in}, (aug_features){1000, out}, AUG_STORAGE_MLP, false);
}

#endif
