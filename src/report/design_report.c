// The front, and one sentence that says what is best in what.
#include "report/design_report.h"

#include "report/crossover_report.h"
#include "report/reference_report.h"
#include "report/study_basis.h"
#include "report/front_part.h"
#include "report/front_table.h"
#include "report/text_table.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *aug_design_show_metric(aug_arena *arena, aug_metric metric, double value) {
    aug_dimension dimension = aug_metric_dimension(metric);
    aug_shown shown = dimension == AUG_DIMENSION_NUMBER ? aug_show_number(value, 4) : aug_show(value, dimension);
    return aug_arena_copy(arena, shown.text, strlen(shown.text));
}

void aug_design_write_choices(aug_buffer *out, const aug_sweep *sweep, const aug_front_point *point, bool settled) {
    aug_front_part_write(out, sweep, aug_front_part_whole(sweep), point, settled);
}

// "lowest usd_per_mtok 0.21 (0.6 of the baseline)"
static void write_best(aug_buffer *out, const aug_sweep *sweep, const aug_objective *objective, const aug_front_point *best) {
    double ratio = aug_front_ratio(sweep, best, objective->metric);
    aug_buffer_print(out, "%s %s %s", objective->maximize ? "highest" : "lowest", aug_metric_key(objective->metric),
                     aug_design_show_metric(out->arena, objective->metric, best->metrics[objective->metric]));
    if (isfinite(ratio))
        aug_buffer_print(out, " (%s of the baseline)", aug_show_number(ratio, 3).text);
}

// "with machine h100-sxm, batch 1 lowest joules_per_token 0.2; ...": the first objective of each part of the front.
static void write_parts(aug_buffer *out, const aug_sweep *sweep) {
    for (size_t first = 0; first < sweep->front.count;) {
        aug_front_part part = aug_front_part_next(sweep, first);
        const aug_front_point *best = aug_front_part_best(sweep, part, 0);
        aug_buffer_put(out, first ? "; with " : "with ");
        aug_front_group_write(out, sweep, best);
        aug_buffer_put(out, " ");
        write_best(out, sweep, &sweep->study->objectives[0], best);
        first = part.end;
    }
}

// "Of 96 points, 7 are not beaten: lowest usd_per_mtok 0.21 with machine mi300x, batch 64; ..."
const char *aug_design_answer(aug_arena *arena, const aug_sweep *sweep) {
    aug_buffer out;
    aug_buffer_init(&out, arena);
    const aug_study *study = sweep->study;
    if (sweep->front.count == 0) {
        aug_buffer_print(&out, "Of %" PRIu64 " point%s none is feasible.", sweep->total, sweep->total == 1 ? "" : "s");
        return aug_buffer_text(&out);
    }
    aug_buffer_print(&out, "Of %" PRIu64 " point%s, %zu %s not beaten: ", sweep->total, sweep->total == 1 ? "" : "s", sweep->front.count,
                     sweep->front.count == 1 ? "is" : "are");
    if (study->each_count) {
        write_parts(&out, sweep);
        aug_buffer_put(&out, ".");
        return aug_buffer_text(&out);
    }
    const aug_front_part whole = aug_front_part_whole(sweep);
    for (int i = 0; i < study->objective_count; i++) {
        const aug_objective *objective = &study->objectives[i];
        const aug_front_point *best = aug_front_part_best(sweep, whole, i);
        aug_buffer_put(&out, i ? "; " : "");
        write_best(&out, sweep, objective, best);
        if (aug_front_part_choices(sweep, whole, false)) {
            aug_buffer_put(&out, " with ");
            aug_front_part_write(&out, sweep, whole, best, false);
        }
    }
    if (aug_front_part_choices(sweep, whole, true)) {
        aug_buffer_print(&out, "; %s ", sweep->front.count == 1 ? "with" : "all with");
        aug_front_part_write(&out, sweep, whole, &sweep->front.points[0], true);
    }
    aug_buffer_put(&out, ".");
    return aug_buffer_text(&out);
}

const char *aug_design_reason(aug_arena *arena, const aug_study *study, int reason) {
    if (reason >= AUG_REASON_UNKNOWN)
        return aug_arena_print(arena, "have no %s", aug_metric_key(study->objectives[reason - AUG_REASON_UNKNOWN].metric));
    if (reason >= AUG_REASON_BUDGET)
        return aug_arena_print(arena, "break the budget of %s", aug_metric_key(study->budgets[reason - AUG_REASON_BUDGET].metric));
    static const char *const texts[] = {"", "cannot be built", "have no plan", "do not fit into memory", "miss the scenario's limits"};
    return texts[reason];
}

static void write_counts(aug_buffer *out, const aug_sweep *sweep) {
    aug_buffer_print(out, "%" PRIu64 " point%s: %" PRIu64 " evaluated, %" PRIu64 " pruned, %" PRIu64 " infeasible", sweep->total, sweep->total == 1 ? "" : "s",
                     sweep->evaluated, sweep->pruned, sweep->infeasible);
    if (!sweep->complete)
        aug_buffer_put(out, " - INTERRUPTED, the front so far");
    aug_buffer_put(out, "\n");
    for (int r = 1; r < AUG_REASON_COUNT; r++)
        if (sweep->reasons[r])
            aug_buffer_print(out, "  %" PRIu64 " %s%s%s\n", sweep->reasons[r], aug_design_reason(out->arena, sweep->study, r),
                             r == AUG_REASON_INVALID && *sweep->invalid ? ", the first: " : "",
                             r == AUG_REASON_INVALID && *sweep->invalid ? sweep->invalid : "");
}

// "each point serves all of model llama-3.2-3b, resnet-50; its metrics are geometric means over them"
static void write_mixes(aug_buffer *out, const aug_sweep *sweep) {
    const aug_space *space = &sweep->study->space;
    aug_buffer line;
    aug_buffer_init(&line, out->arena);
    for (int c = 0; c < space->choice_count; c++) {
        if (!aug_choice_is_mixed(space, c))
            continue;
        aug_buffer_print(&line, "%s%s", *aug_buffer_text(&line) ? "; " : "each point serves all of ", aug_choice_short_name(space, c));
        for (int i = 0; i < space->choices[c].count; i++)
            aug_buffer_print(&line, "%s %s", i ? "," : "", space->choices[c].values[i]->text);
    }
    if (*aug_buffer_text(&line))
        aug_text_wrap(out, aug_arena_print(out->arena, "%s: metrics are geometric means over them", aug_buffer_text(&line)), 0, 80);
}

static void write_mappings(aug_buffer *out, const aug_sweep *sweep) {
    aug_buffer line;
    if (!sweep->mapped)
        return;
    aug_buffer_init(&line, out->arena);
    aug_buffer_print(&line, "times of machines described level by level come from mappings%s", sweep->unproven ? "" : ", all proven");
    if (sweep->unproven)
        aug_buffer_print(&line, "; not all are proven at %" PRIu64 " point%s, where a product of energy and time may be up to %.3g %% above the least",
                         sweep->unproven, sweep->unproven == 1 ? "" : "s", 100.0 * sweep->worst_gap / (1.0 - sweep->worst_gap));
    if (sweep->unmapped)
        aug_buffer_print(&line, "; 1 %% of a phase or more counts by the roofline at %" PRIu64 " point%s", sweep->unmapped,
                         sweep->unmapped == 1 ? "" : "s");
    aug_text_wrap(out, aug_buffer_text(&line), 0, 80);
}

static void write_law(aug_buffer *out, const aug_sweep *sweep) {
    const aug_law *law = sweep->study->law;
    if (!law)
        return;
    aug_buffer line;
    aug_buffer_init(&line, out->arena);
    aug_buffer_print(&line, "loss: law %s (%s), fitted on %s to %s parameters and %s to %s tokens%s; ± is two standard errors%s", law->name,
                     law->about ? law->about : "", aug_show_number(law->least_parameters / 1e9, 3).text,
                     aug_arena_print(out->arena, "%s G", aug_show_number(law->most_parameters / 1e9, 3).text),
                     aug_show_number(law->least_tokens / 1e9, 3).text,
                     aug_arena_print(out->arena, "%s G", aug_show_number(law->most_tokens / 1e9, 3).text),
                     sweep->outside_law ? "; some models here lie outside that range" : "",
                     sweep->study->baseline.study ? ", of a gap to the baseline without what is wrong in both alike" : "");
    if (sweep->like_better)
        aug_buffer_print(&line, "; %" PRIu64 " of these points would be beaten if losses that are not told apart were equal", sweep->like_better);
    aug_text_wrap(out, aug_buffer_text(&line), 0, 80);
}

void aug_design_text(aug_buffer *out, const void *found) {
    const aug_sweep *sweep = found;
    if (sweep->study->question)
        aug_text_wrap(out, sweep->study->question, 0, 80);
    aug_text_wrap(out, aug_design_answer(out->arena, sweep), 0, 80);
    aug_buffer_put(out, "\n");
    write_counts(out, sweep);
    write_mixes(out, sweep);
    write_mappings(out, sweep);
    write_law(out, sweep);
    if (sweep->front.count)
        aug_front_table_write(out, sweep);
    aug_crossover_text(out, sweep);
    aug_reference_text(out, sweep);
    aug_study_basis_text(out, sweep->study);
}

