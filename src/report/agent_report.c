// Shares of a task are by time; what would be gained without a part is Amdahl's law:
//
//     faster = task / (task - part)        a part of 50 % that is ten times as fast: 1 / (0.5 + 0.05) = 1.8;
//     without it 2
#include "report/agent_report.h"

#include "report/power_report.h"
#include "report/text_table.h"

#include <math.h>

static const char *const part_names[AUG_AGENT_PARTS] = {"prefill of new tokens", "prefill of lost cache",
                                                        "decode", "tools", "queue"};
static const char *const part_keys[AUG_AGENT_PARTS] = {"prefill", "recompute", "decode", "tool", "queue"};

static const char *plural(double count) {
    return count == 1.0 ? "" : "s";
}

const char *aug_agent_asked(aug_arena *arena, const aug_scenario *s) {
    return aug_arena_print(
        arena, "; %llu turn%s: %llu tokens in, then %llu each, %llu out per turn; %llu agent%s",
        (unsigned long long)s->turns, plural((double)s->turns), (unsigned long long)s->in_tokens,
        (unsigned long long)s->turn.in_tokens, (unsigned long long)s->turn.out_tokens,
        (unsigned long long)s->batch, plural((double)s->batch));
}

static const char *seconds_text(aug_arena *arena, double seconds) {
    if (seconds > 1e9)
        return aug_arena_print(arena, "%.2e s", seconds);
    return aug_arena_print(arena, "%s", aug_show(seconds, AUG_DIMENSION_SECONDS).text);
}

static const char *number_text(aug_arena *arena, double value, int digits) {
    return isnan(value) ? "-" : aug_arena_print(arena, "%s", aug_show_number(value, digits).text);
}

void aug_agent_figures_text(aug_buffer *out, const aug_estimate *e) {
    const aug_outcome *o = &e->outcome;
    const aug_agent *a = &o->agent;
    double tasks_per_second = o->tokens_per_second / a->written_tokens;
    aug_buffer_print(out, "\n  time per task          %s (%s tasks per hour)\n",
                     aug_show(a->task_seconds, AUG_DIMENSION_SECONDS).text,
                     aug_show_number(tasks_per_second * 3600.0, 4).text);
    aug_buffer_print(out, "  turn to first token    %s on average\n",
                     aug_show(o->ttft_seconds, AUG_DIMENSION_SECONDS).text);
    aug_buffer_print(out, "  time per output token  %s (%s tokens/s per agent that writes)\n",
                     aug_show(o->tpot_seconds, AUG_DIMENSION_SECONDS).text,
                     aug_show_number(1.0 / o->tpot_seconds, 4).text);
    if (isnan(a->task_joules))
        aug_buffer_put(out, "  energy                 unknown: the machine states no energies\n");
    else
        aug_buffer_print(out, "  energy                 %s J/task (%s per chip)\n",
                         aug_show_number(a->task_joules, 3).text,
                         aug_show(o->watts, AUG_DIMENSION_WATTS).text);
    aug_power_text(out, e);
    if (isnan(a->task_usd))
        aug_buffer_put(out, "  cost                   unknown: the machine states no price\n");
    else
        aug_buffer_print(out, "  cost                   %s USD/task (%s USD/h, %s)\n",
                         aug_show_number(a->task_usd, 3).text, aug_show_number(o->usd_per_hour, 3).text,
                         o->price_basis == AUG_PRICE_RENT ? "rented" : "bought");
    aug_cost_text(out, e);
    aug_budget_text(out, e);
    aug_buffer_print(out, "  context                up to %s tokens; of tokens read %.1f %% are cached\n",
                     aug_show_number(a->longest_tokens, 6).text, 100.0 * a->cached_share);
    if (a->agents > 1.0)
        aug_buffer_print(out,
                         "  at once                %s of %s agents of a replica write, prefills %.0f %%\n",
                         aug_show_number(a->writing, 3).text, aug_show_number(a->agents, 6).text, 100.0 * a->busy);
}

static void write_parts(aug_buffer *out, const aug_agent *a) {
    aug_text_table table;
    aug_arena *arena = out->arena;
    aug_text_table_init(&table, arena, "lrrrr");
    const char *const heads[] = {"where it goes", "time", "share", "J", "USD"};
    for (size_t i = 0; i < AUG_COUNT(heads); i++)
        aug_text_table_add(&table, heads[i]);
    for (int part = 0; part < AUG_AGENT_PARTS; part++) {
        aug_text_table_add(&table, part_names[part]);
        aug_text_table_add(&table, seconds_text(arena, a->seconds[part]));
        aug_text_table_print_cell(&table, "%.1f %%", 100.0 * a->seconds[part] / a->task_seconds);
        aug_text_table_add(&table, number_text(arena, a->joules[part], 3));
        aug_text_table_add(&table, number_text(arena, a->usd[part], 3));
    }
    aug_text_table_add(&table, "task");
    aug_text_table_add(&table, seconds_text(arena, a->task_seconds));
    aug_text_table_add(&table, "100.0 %");
    aug_text_table_add(&table, number_text(arena, a->task_joules, 3));
    aug_text_table_add(&table, number_text(arena, a->task_usd, 3));
    aug_buffer_put(out, "\n");
    aug_text_table_write(&table, out, 2);
}

// How much faster a task were, as "1.82 x".
static const char *faster_text(aug_arena *arena, double faster) {
    return isfinite(faster) ? aug_arena_print(arena, "%.3g x", faster) : "infinitely";
}

static void write_limits(aug_buffer *out, const aug_agent *a) {
    aug_arena *arena = out->arena;
    const char *text =
        aug_arena_print(arena,
                        "without the time of decode a task is %s faster, of prefill %s, of tools %s; with a "
                        "cache that loses nothing %s",
                        faster_text(arena, aug_agent_faster(a, AUG_AGENT_DECODE, AUG_AGENT_DECODE)),
                        faster_text(arena, aug_agent_faster(a, AUG_AGENT_PREFILL, AUG_AGENT_RECOMPUTE)),
                        faster_text(arena, aug_agent_faster(a, AUG_AGENT_TOOL, AUG_AGENT_TOOL)),
                        faster_text(arena, aug_agent_faster(a, AUG_AGENT_RECOMPUTE, AUG_AGENT_RECOMPUTE)));
    aug_buffer_put(out, "\n");
    aug_text_wrap(out, text, 0, 80);
}

// At most so many rows, the first and the last among them.
enum { SHOWN_TURNS = 9 };

static void write_turns(aug_buffer *out, const aug_agent *a) {
    aug_text_table table;
    aug_arena *arena = out->arena;
    aug_text_table_init(&table, arena, "rrrrrrrr");
    const char *const heads[] = {"turn", "context", "new", "prefill", "lost", "decode", "tools", "queue"};
    for (size_t i = 0; i < AUG_COUNT(heads); i++)
        aug_text_table_add(&table, heads[i]);
    int shown = a->turn_count < SHOWN_TURNS ? a->turn_count : SHOWN_TURNS;
    for (int row = 0; row < shown; row++) {
        const aug_agent_turn *t = &a->turn_list[shown > 1 ? row * (a->turn_count - 1) / (shown - 1) : 0];
        aug_text_table_add(&table, number_text(arena, t->turn, 6));
        aug_text_table_add(&table, number_text(arena, t->context_tokens, 6));
        aug_text_table_add(&table, number_text(arena, t->new_tokens, 6));
        for (int part = 0; part < AUG_AGENT_PARTS; part++)
            aug_text_table_add(&table, seconds_text(arena, t->seconds[part]));
    }
    aug_buffer_put(out, "\n");
    aug_text_table_fit(&table, 78);
    aug_text_table_write(&table, out, 2);
}

void aug_agent_text(aug_buffer *out, const aug_estimate *e) {
    write_parts(out, &e->outcome.agent);
    write_limits(out, &e->outcome.agent);
    write_turns(out, &e->outcome.agent);
}

static void write_part_keys(aug_json *json, const double *values, const char *unit) {
    for (int part = 0; part < AUG_AGENT_PARTS; part++)
        aug_json_number(json, aug_arena_print(json->out->arena, "%s_%s", part_keys[part], unit),
                        values[part]);
}

static void write_turn_list(aug_json *json, const aug_agent *a) {
    aug_json_open(json, "turn_list", '[');
    for (int i = 0; i < a->turn_count; i++) {
        const aug_agent_turn *t = &a->turn_list[i];
        aug_json_open_row(json, NULL, '{');
        aug_json_number(json, "turn", t->turn);
        aug_json_number(json, "context_tokens", t->context_tokens);
        aug_json_number(json, "new_tokens", t->new_tokens);
        aug_json_number(json, "missed_tokens", t->missed_tokens);
        double seconds = 0.0;
        for (int part = 0; part < AUG_AGENT_PARTS; part++)
            seconds += t->seconds[part];
        aug_json_number(json, "seconds", seconds);
        write_part_keys(json, t->seconds, "seconds");
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
}

void aug_agent_json(aug_json *json, const aug_estimate *e) {
    const aug_agent *a = &e->outcome.agent;
    aug_json_open(json, "agent", '{');
    aug_json_number(json, "turns", a->turns);
    aug_json_count(json, "agents", e->scenario->batch);
    aug_json_number(json, "seconds", a->task_seconds);
    aug_json_number(json, "joules", a->task_joules);
    aug_json_number(json, "usd", a->task_usd);
    aug_json_number(json, "tasks_per_s", e->outcome.tokens_per_second / a->written_tokens);
    aug_json_number(json, "context_tokens", a->longest_tokens);
    if (e->last_turn < e->scenario->turns)
        aug_json_count(json, "turns_that_fit", e->last_turn);
    aug_json_number(json, "read_tokens", a->read_tokens);
    aug_json_number(json, "written_tokens", a->written_tokens);
    aug_json_number(json, "cached_share", a->cached_share);
    aug_json_number(json, "writing_at_once", a->writing);
    write_part_keys(json, a->seconds, "seconds");
    write_part_keys(json, a->joules, "joules");
    write_part_keys(json, a->usd, "usd");
    aug_json_open_row(json, "faster_without", '{'); // null: nothing is left
    aug_json_number(json, "decode", aug_agent_faster(a, AUG_AGENT_DECODE, AUG_AGENT_DECODE));
    aug_json_number(json, "prefill", aug_agent_faster(a, AUG_AGENT_PREFILL, AUG_AGENT_RECOMPUTE));
    aug_json_number(json, "tools", aug_agent_faster(a, AUG_AGENT_TOOL, AUG_AGENT_TOOL));
    aug_json_number(json, "lost_cache", aug_agent_faster(a, AUG_AGENT_RECOMPUTE, AUG_AGENT_RECOMPUTE));
    aug_json_close(json, '}');
    write_turn_list(json, a); // those that were evaluated
    aug_json_close(json, '}');
}
