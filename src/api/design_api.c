#include "api/context.h"

#include "design/reference.h"
#include "report/design_report.h"

#include <stdlib.h>

aug_design_options aug_design_options_default(void) {
    return (aug_design_options){0};
}

static void free_front(void *found) {
    aug_references_free(found);
    aug_sweep_free(found);
}

// The study, then the machines that it is held against.
static bool sweep_all(aug_context *context, aug_arena *arena, const aug_study *study, const aug_mapped_options *mapped, aug_sweep *sweep) {
    if (!aug_sweep_map(study, context->threads, &context->progress, mapped, sweep))
        return false;
    if (aug_references_run(arena, context->threads, &context->progress, mapped, sweep))
        return true;
    aug_sweep_free(sweep);
    return false;
}

static bool sweep_mapped(aug_context *context, aug_arena *arena, const aug_study *study, const aug_design_options *options, aug_sweep *sweep) {
    const aug_mapped_options mapped = {.memo = aug_mapped_memo_new(),
                                       .node_limit = options->node_limit,
                                       .cache = options->cache,
                                       .progress = &context->progress};
    bool good = mapped.memo && sweep_all(context, arena, study, &mapped, sweep);
    aug_mapped_memo_free(mapped.memo);
    return good;
}

static aug_status run(aug_context *context, aug_answer *answer, const char *name, const aug_design_options *options) {
    if (!aug_mapping_options_agree(&answer->errors, options->mapped, options->node_limit, options->cache))
        return AUG_BAD_INPUT;
    const aug_study *study = aug_study_load(&context->library, &answer->arena, &answer->errors, name);
    if (!study)
        return AUG_BAD_INPUT;
    aug_sweep *sweep = AUG_NEW(&answer->arena, aug_sweep);
    atomic_store_explicit(&context->progress.stop, false, memory_order_relaxed);
    if (!(options->mapped ? sweep_mapped(context, &answer->arena, study, options, sweep)
                          : sweep_all(context, &answer->arena, study, NULL, sweep)))
        aug_arena_fail(&answer->arena);
    answer->release = free_front;
    answer->report = (aug_report){.found = sweep, .text = aug_design_text, .json = aug_design_json, .csv = aug_design_csv, .threads = sweep->threads};
    for (int r = 0; sweep->references && r < study->reference_count; r++)
        sweep->complete = sweep->complete && sweep->references[r].sweep.complete;
    return !sweep->complete ? AUG_LIMIT : sweep->front.count ? AUG_OK : AUG_NO;
}

aug_status aug_design_run(aug_context *context, const char *study, const aug_design_options *options, aug_answer **answer) {
    AUG_CALL(answer, run(context, *answer, study, options));
}
