#include "design/comparison.h"

#include "base/buffer.h"
#include "base/pool.h"

#include <math.h>
#include <string.h>

const char *aug_identity_name(int identity) {
    static const char *const names[] = {
#define ROW(suffix, name) name,
        AUG_IDENTITIES(ROW)
#undef ROW
    };
    return names[identity];
}

// ---- Rows

static void evaluate(const aug_comparison *comparison, aug_comparison_row *row, aug_mapped *mapped) {
    row->estimate = AUG_NEW(&row->arena, aug_estimate);
    row->wishes.mapped = mapped;
    aug_estimate_best(&row->arena, row->model, row->machine, &row->scenario, comparison->economy, &row->wish,
                      &row->wishes, row->estimate);
    const aug_estimate *e = row->estimate;
    if (e->fit != AUG_FIT_OK)
        row->reason = e->notes[0];
    if (e->fit != AUG_FIT_OK && e->chips_needed)
        row->reason = aug_arena_print(&row->arena, "%s; %s", e->notes[0], e->notes[1]);
    if (e->fit == AUG_FIT_NOT || e->fit == AUG_FIT_NO_PLAN)
        return;
    aug_metrics_before(row->machine, &e->outcome.plan, row->metrics);
    aug_metrics_after(&e->outcome, row->metrics);
}

static void run_row(void *context, int worker, uint64_t index) {
    (void)worker;
    aug_comparison *comparison = context;
    aug_comparison_row *row = &comparison->rows[index];
    if (row->reason)
        return;
    if (aug_progress_stopped(comparison->progress)) {
        row->reason = "interrupted";
        return;
    }
    jmp_buf failure;
    aug_arena_init(&row->arena, &failure);
    aug_mapped *volatile mapped = NULL;
    if (setjmp(failure) == 0) {
        if (comparison->memo && row->machine->model == AUG_MACHINE_MAPPED) {
            const aug_mapped_options options = {.memo = comparison->memo,
                                                .threads = 1,
                                                .node_limit = comparison->node_limit,
                                                .cache = comparison->cache,
                                                .progress = comparison->progress};
            mapped = aug_mapped_new(&options, &failure);
            row->failed = !mapped;
        }
        if (!row->failed)
            evaluate(comparison, row, mapped);
        if (mapped && aug_mapped_stopped(mapped))
            row->reason = "interrupted";
    } else {
        row->failed = true;
    }
    aug_mapped_free(mapped);
    row->arena.failure = NULL; // nothing is allocated here from now on
}

bool aug_comparison_run(aug_comparison *comparison, int threads) {
    for (int i = 0; i < comparison->count; i++)
        for (int m = 0; m < AUG_METRIC_COUNT; m++)
            comparison->rows[i].metrics[m] = (double)NAN;
    aug_pool_run(threads > 0 ? threads : aug_pool_cores(), (uint64_t)comparison->count, run_row, comparison);
    for (int i = 0; i < comparison->count; i++)
        if (comparison->rows[i].failed)
            return false;
    comparison->stopped = aug_progress_stopped(comparison->progress);
    return true;
}

void aug_comparison_free(aug_comparison *comparison) {
    for (int i = 0; i < comparison->count; i++)
        aug_arena_free(&comparison->rows[i].arena);
    aug_mapped_memo_free(comparison->memo);
}

// ---- Winners

static bool better(aug_metric metric, double value, double than) {
    return aug_metric_is_less_better(metric) ? value < than : value > than;
}

// The best row but `besides`, the first of equals; -1: none.
static int best_row(const aug_comparison *comparison, aug_metric metric, int besides) {
    int best = -1;
    for (int i = 0; i < comparison->count; i++) {
        const aug_comparison_row *row = &comparison->rows[i];
        if (row->reason || i == besides || !isfinite(row->metrics[metric]))
            continue;
        if (best < 0 || better(metric, row->metrics[metric], comparison->rows[best].metrics[metric]))
            best = i;
    }
    return best;
}

static void find_varying(aug_comparison *comparison) {
    for (int id = 0; id < AUG_IDENTITY_COUNT; id++)
        for (int i = 1; i < comparison->count; i++) {
            const char *first = comparison->rows[0].is[id], *is = comparison->rows[i].is[id];
            if (!first != !is || (first && strcmp(first, is) != 0))
                comparison->varies[id] = true;
        }
    for (int i = 0; i < comparison->count; i++) {
        comparison->answers += !comparison->rows[i].reason;
        comparison->language = comparison->language || comparison->rows[i].model->language >= 0;
    }
}

void aug_comparison_judge(aug_arena *arena, aug_comparison *comparison) {
    static const aug_metric text[] = {AUG_METRIC_TTFT,     AUG_METRIC_TPOT,         AUG_METRIC_TOKENS_USER,
                                      AUG_METRIC_TOKENS,   AUG_METRIC_TOKENS_CHIP,  AUG_METRIC_JOULES,
                                      AUG_METRIC_USD_MTOK, AUG_METRIC_LARGEST_BATCH};
    static const aug_metric other[] = {AUG_METRIC_LATENCY, AUG_METRIC_TOKENS,   AUG_METRIC_TOKENS_CHIP,
                                       AUG_METRIC_JOULES,  AUG_METRIC_USD_MTOK, AUG_METRIC_LARGEST_BATCH};
    _Static_assert(AUG_COUNT(text) <= AUG_COMPARED, "room for all");
    find_varying(comparison);
    const aug_metric *metrics = comparison->language ? text : other;
    comparison->winner_count = (int)(comparison->language ? AUG_COUNT(text) : AUG_COUNT(other));
    for (int m = 0; m < comparison->winner_count; m++) {
        aug_winner *winner = &comparison->winners[m];
        *winner = (aug_winner){.metric = metrics[m], .ratio = 1.0};
        winner->row = best_row(comparison, metrics[m], -1);
        winner->next = winner->row < 0 ? -1 : best_row(comparison, metrics[m], winner->row);
        if (winner->next >= 0) {
            double best = comparison->rows[winner->row].metrics[metrics[m]],
                   next = comparison->rows[winner->next].metrics[metrics[m]];
            winner->ratio = best == next                            ? 1.0
                            : aug_metric_is_less_better(metrics[m]) ? next / best
                                                                    : best / next;
        }
        if (winner->row >= 0)
            winner->why = aug_comparison_why(arena, comparison, winner);
    }
}

const char *aug_comparison_label(aug_arena *arena, const aug_comparison *comparison, int row) {
    const aug_comparison_row *r = &comparison->rows[row];
    aug_buffer label;
    aug_buffer_init(&label, arena);
    for (int id = 0; id < AUG_IDENTITY_COUNT; id++) {
        if (!comparison->varies[id] || !r->is[id])
            continue;
        const char *blank = label.length ? " " : "", *name = aug_identity_name(id), *is = r->is[id];
        if (id == AUG_IDENTITY_MODEL || id == AUG_IDENTITY_MACHINE)
            aug_buffer_print(&label, "%s%s%s", blank, id == AUG_IDENTITY_MACHINE && label.length ? "on " : "",
                             is);
        else if (id == AUG_IDENTITY_CHIPS)
            aug_buffer_print(&label, "%sx%s", blank, is);
        else
            aug_buffer_print(&label, "%s%s %s", blank, name, is);
    }
    return label.length ? aug_buffer_text(&label) : r->is[AUG_IDENTITY_MACHINE];
}
