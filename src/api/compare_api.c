#include "api/compare_rows.h"
#include "api/option_quantity.h"

#include "base/pool.h"
#include "report/compare_report.h"

aug_compare_options aug_compare_options_default(void) {
    return (aug_compare_options){.common = aug_estimate_options_default()};
}

static void release(void *found) {
    aug_comparison_free(found);
}

// Mappings that all rows share, where they are asked for.
static bool start_mapping(aug_context *context, const aug_estimate_options *options,
                          aug_comparison *comparison) {
    atomic_store_explicit(&context->progress.stop, false, memory_order_relaxed);
    comparison->progress = &context->progress;
    if (!options->mapped)
        return true;
    comparison->node_limit = options->node_limit;
    comparison->cache = options->cache;
    comparison->memo = aug_mapped_memo_new();
    return comparison->memo != NULL;
}

static aug_status run(aug_context *context, aug_answer *answer, const char *models, const char *machines,
                      const aug_compare_options *options) {
    const aug_estimate_options *common = &options->common;
    aug_comparison *comparison = AUG_NEW(&answer->arena, aug_comparison);
    bool good = aug_mapping_options_agree(&answer->errors, common->mapped, common->node_limit, common->cache);
    if (common->ideal && common->mapped) {
        aug_error_hint(aug_error_add(&answer->errors, NULL, "'ideal' and 'mapped' are different machines"),
                       "give one of them");
        good = false;
    }
    good &= aug_compare_rows_make(context, answer, models, machines, options, comparison);
    aug_economy *economy = aug_economy_load(&context->library, &answer->arena, &answer->errors,
                                            common->economy ? common->economy : "default");
    comparison->economy = economy;
    double unused = 0.0;
    good &=
        aug_option_quantity(&answer->errors, "electricity", common->electricity, AUG_DIMENSION_USD_PER_KWH,
                            economy ? &economy->electricity_usd_per_kwh : &unused);
    if (!good || !comparison->economy)
        return AUG_BAD_INPUT;
    int threads = context->threads > 0 ? context->threads : aug_pool_cores();
    answer->report = (aug_report){.found = comparison,
                                  .threads = threads < comparison->count ? threads : comparison->count};
    answer->release = release;
    if (!start_mapping(context, common, comparison) || !aug_comparison_run(comparison, threads))
        aug_arena_fail(&answer->arena);
    aug_comparison_judge(&answer->arena, comparison);
    answer->report.text = aug_compare_text;
    answer->report.json = aug_compare_json;
    answer->report.csv = aug_compare_csv;
    if (comparison->stopped)
        return AUG_LIMIT;
    return comparison->answers > 0 ? AUG_OK : AUG_NO;
}

aug_status aug_compare_run(aug_context *context, const char *models, const char *machines,
                           const aug_compare_options *options, aug_answer **answer) {
    AUG_CALL(answer, run(context, *answer, models, machines, options));
}
