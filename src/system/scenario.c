#include "system/scenario.h"

#include <math.h>
#include <stddef.h>

static const aug_field turn_rows[] = {
    AUG_ROW_COUNT(aug_turn, in_tokens, "in", NULL, "tokens that each turn after the first reads: what tools said"),
    AUG_ROW_COUNT(aug_turn, out_tokens, "out", NULL, "tokens that each turn writes; as many as `out` where missing"),
    AUG_ROW_QUANTITY(aug_turn, tool_seconds, "tool", AUG_DIMENSION_SECONDS, AUG_NOT_NEGATIVE, "0", "wait for tools per turn"),
    AUG_ROW_QUANTITY(aug_turn, cache_hit, "cache_hit", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0", "share of what was read and written before that is in the cache; the rest is read again"),
};

static const aug_fields turn_fields = {
    .name = "scenario: per_turn",
    .about = "One turn of an agent.",
    .rows = turn_rows,
    .count = AUG_COUNT(turn_rows),
};

typedef struct scenario_row {
    const char *kind, *name;
    aug_scenario scenario;
    uint64_t concurrency;
} scenario_row;

static const aug_field rows[] = {
    AUG_ROW_TEXT(scenario_row, kind, "auger", "scenario/1"),
    AUG_ROW_TEXT(scenario_row, name, "name", "what the scenario is called"),
    AUG_ROW_COUNT(scenario_row, scenario.in_tokens, "in", "1024", "prompt tokens of a request"),
    AUG_ROW_COUNT(scenario_row, scenario.out_tokens, "out", "128", "output tokens of a request"),
    AUG_ROW_COUNT(scenario_row, scenario.batch, "batch", "1", "requests kept in flight over the whole deployment"),
    AUG_ROW_COUNT(scenario_row, concurrency, "concurrency", NULL, "the same as batch"),
    AUG_ROW_QUANTITY(scenario_row, scenario.rate_hz, "rate", AUG_DIMENSION_HERTZ, AUG_POSITIVE, NULL, "requests that arrive per second, 3/s, in place of batch"),
    AUG_ROW_COUNT(scenario_row, scenario.turns, "turns", NULL, "turns of an agent; `in` is what its first turn reads; needs `per_turn`"),
    AUG_ROW_GROUP(scenario_row, scenario.turn, "per_turn", &turn_fields, "what an agent does in each turn"),
    AUG_ROW_COUNT(scenario_row, scenario.image_tokens, "images", NULL, "tokens of the prompt that an image encoder makes"),
    AUG_ROW_QUANTITY(scenario_row, scenario.cache_hit, "cache_hit", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0", "share of the prompt whose keys and values are in the cache from before, 0 to 1"),
    AUG_ROW_QUANTITY(scenario_row, scenario.period_seconds, "period", AUG_DIMENSION_SECONDS, AUG_POSITIVE, NULL, "of a control loop: the answer must be there within it"),
    AUG_ROW_QUANTITY(scenario_row, scenario.ttft_limit_seconds, "ttft", AUG_DIMENSION_SECONDS, AUG_POSITIVE, NULL, "longest time to the first token"),
    AUG_ROW_QUANTITY(scenario_row, scenario.tpot_limit_seconds, "tpot", AUG_DIMENSION_SECONDS, AUG_POSITIVE, NULL, "longest time per output token"),
    AUG_ROW_NODE(scenario_row, scenario.sources, "sources", NULL, AUG_LAYOUT_MAP, "where the numbers come from: key to source"),
};

const aug_fields aug_scenario_fields = {
    .name = "scenario",
    .about = "What is asked of a model.",
    .rows = rows,
    .count = AUG_COUNT(rows),
};

aug_scenario aug_scenario_default(void) {
    scenario_row row;
    aug_fields_default(&aug_scenario_fields, &row);
    return row.scenario;
}

double aug_scenario_new_tokens(const aug_scenario *scenario) {
    double in = (double)scenario->in_tokens;
    return fmax(1.0, in - floor(in * scenario->cache_hit));
}

bool aug_scenario_hurries(const aug_scenario *scenario) {
    return !isnan(scenario->period_seconds) || !isnan(scenario->rate_hz);
}

double aug_scenario_longest(const aug_scenario *s) {
    double first = (double)s->in_tokens + (double)s->out_tokens;
    return s->turns ? first + (double)(s->turns - 1) * ((double)s->turn.in_tokens + (double)s->turn.out_tokens) : first;
}

double aug_scenario_longest_prompt(const aug_scenario *s) {
    if (!s->turns)
        return (double)s->in_tokens;
    double before = aug_scenario_longest(s) - (double)s->turn.in_tokens - (double)s->turn.out_tokens;
    return fmax((double)s->in_tokens, (double)s->turn.in_tokens + (1.0 - s->turn.cache_hit) * fmax(before, 0.0));
}

double aug_stage_tokens(const aug_stage *stage, const aug_scenario *scenario) {
    return stage->tokens > 0.0 ? stage->tokens : (double)scenario->in_tokens;
}

static bool check_range(const aug_reader *reader, const aug_node *map, const char *key, uint64_t value, uint64_t least,
                        uint64_t most) {
    if (value >= least && value <= most)
        return true;
    const aug_node *node = map ? aug_node_peek(map, key) : NULL;
    aug_place place = node ? aug_node_place(node) : (aug_place){0};
    aug_error_add(reader->errors, node ? &place : NULL, "%s: expected %llu to %llu, found %llu", key,
                  (unsigned long long)least, (unsigned long long)most, (unsigned long long)value);
    return false;
}

bool aug_scenario_check(const aug_reader *reader, const aug_node *map, const aug_scenario *s) {
    const uint64_t longest = UINT64_C(1) << 40;
    bool good = check_range(reader, map, "in", s->in_tokens, 1, longest);
    good &= check_range(reader, map, "out", s->out_tokens, 1, longest);
    good &= check_range(reader, map, map && aug_node_peek(map, "concurrency") ? "concurrency" : "batch", s->batch, 1, longest);
    good &= check_range(reader, map, "images", s->image_tokens, 0, s->in_tokens);
    if (!(s->cache_hit >= 0.0 && s->cache_hit <= 1.0)) {
        const aug_node *node = map ? aug_node_peek(map, "cache_hit") : NULL;
        aug_place place = node ? aug_node_place(node) : (aug_place){0};
        aug_error_add(reader->errors, node ? &place : NULL, "cache_hit: expected a share of 0 to 1");
        good = false;
    }
    return good;
}

// An error at the value of a key below per_turn, or at the key itself where it is missing.
static bool wrong_turn(const aug_reader *reader, const aug_node *per_turn, const char *key, const char *expected) {
    const aug_node *node = aug_node_peek(per_turn, key);
    if (node)
        aug_node_error(reader->errors, node, "per_turn: %s: expected %s, found '%.40s'", key, expected, node->text);
    else
        aug_node_key_error(reader->errors, per_turn, "key '%s' is missing in per_turn: expected %s", key, expected);
    return false;
}

// The keys of an agent against each other and against their ranges.
static bool check_turns(const aug_reader *reader, const aug_node *map, aug_scenario *s) {
    const uint64_t longest = UINT64_C(1) << 40;
    const aug_node *turns = aug_node_peek(map, "turns"), *per_turn = aug_node_peek(map, "per_turn");
    if (!turns && !per_turn)
        return true;
    if (!turns || !per_turn) {
        aug_error *error = aug_node_key_error(reader->errors, turns ? turns : per_turn, turns ? "'turns' without 'per_turn'" : "'per_turn' without 'turns'");
        aug_error_hint(error, "an agent has both: turns: 33, per_turn: {in: 1750, out: 380, tool: 8 s, cache_hit: 0.98}");
        return false;
    }
    if (!check_range(reader, map, "turns", s->turns, 1, longest))
        return false;
    const aug_node *other = aug_node_peek(map, "rate") ? aug_node_peek(map, "rate") : aug_node_peek(map, "cache_hit");
    if (other) {
        aug_error *error = aug_node_key_error(reader->errors, other, "'%s' beside 'turns'", other->key);
        aug_error_hint(error, "%s", other == aug_node_peek(map, "rate") ? "give 'concurrency', the number of agents" : "an agent's cache_hit stands in per_turn");
        return false;
    }
    if (aug_node_peek(per_turn, "out"))
        s->out_tokens = s->turn.out_tokens;
    s->turn.out_tokens = s->out_tokens;
    if (s->turn.in_tokens < 1 || s->turn.in_tokens > longest)
        return wrong_turn(reader, per_turn, "in", "1 to 1099511627776 tokens");
    if (s->turn.out_tokens < 1 || s->turn.out_tokens > longest)
        return wrong_turn(reader, per_turn, "out", "1 to 1099511627776 tokens");
    if (!(s->turn.tool_seconds <= 1e9))
        return wrong_turn(reader, per_turn, "tool", "a time of at most 1e9 s");
    return s->turn.cache_hit <= 1.0 || wrong_turn(reader, per_turn, "cache_hit", "a share from 0 to 1");
}

bool aug_scenario_read(const aug_reader *reader, const aug_node *map, aug_scenario *scenario) {
    scenario_row row;
    if (!aug_fields_read(reader, map, &aug_scenario_fields, &row))
        return false;
    const aug_node *concurrency = aug_node_peek(map, "concurrency");
    if (concurrency && aug_node_peek(map, "batch")) {
        aug_node_key_error(reader->errors, concurrency, "'batch' and 'concurrency' are the same: give one");
        return false;
    }
    if (concurrency)
        row.scenario.batch = row.concurrency;
    *scenario = row.scenario;
    return check_turns(reader, map, scenario) && aug_scenario_check(reader, map, scenario);
}

bool aug_scenario_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name, aug_scenario *scenario) {
    const aug_reader reader = {arena, errors};
    aug_library_file file;
    const aug_node *root = aug_library_read(library, arena, errors, "scenarios", "scenario", name, &file);
    return root && aug_scenario_read(&reader, root, scenario);
}
