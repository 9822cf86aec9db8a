// What text, JSON and CSV of `map` share: sums over einsums, gaps, words.
#include "report/map_report.h"

#include "base/quantity.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

// What no search can change is part of the value and of its bound.
static void add_rest(aug_objective objective, const aug_map_rest *rest, aug_map_sums *sums) {
    double value = objective == AUG_OBJECTIVE_ENERGY    ? rest->energy_pj
                   : objective == AUG_OBJECTIVE_LATENCY ? rest->cycles
                                                        : rest->energy_pj * rest->cycles;
    sums->cycles += rest->cycles * rest->repeats;
    sums->energy_pj += rest->energy_pj * rest->repeats;
    sums->value += value * rest->repeats;
    sums->lower_bound += value * rest->repeats;
}

// Of the chosen way to run all einsums.
static aug_map_sums sum_of_way(const aug_map *map) {
    const aug_map_fusion *fusion = map->fusion;
    const aug_map_way *way = &fusion->ways[fusion->chosen];
    aug_map_sums sums = {.energy_pj = way->energy_pj,
                         .cycles = way->cycles,
                         .value = fusion->value,
                         .lower_bound = fusion->lower_bound,
                         .proven = fusion->proven};
    for (int i = 0; i < map->rest_count; i++)
        add_rest(map->objective, &map->rests[i], &sums);
    sums.utilization = way->utilization * way->cycles / sums.cycles;
    return sums;
}

aug_map_sums aug_map_sum(const aug_map *map) {
    aug_map_sums sums = {.proven = true};
    if (map->fusion)
        return sum_of_way(map);
    double busy = 0.0;
    for (int i = 0; i < map->count; i++) {
        const aug_map_einsum *e = &map->einsums[i];
        bool found = e->result.point_count > 0;
        const aug_cost *cost = e->evaluation.cost;
        double cycles = found ? cost->cycles * e->repeats : (double)NAN;
        sums.cycles += cycles;
        sums.energy_pj += found && cost->has_energy ? cost->energy_pj * e->repeats : (double)NAN;
        busy += found ? cost->utilization * cycles : 0.0;
        sums.value += found ? e->result.value * e->repeats : (double)INFINITY;
        sums.lower_bound += e->result.lower_bound * e->repeats;
        sums.proven = sums.proven && e->result.proven;
    }
    for (int i = 0; i < map->rest_count; i++)
        add_rest(map->objective, &map->rests[i], &sums);
    sums.utilization = busy / sums.cycles;
    return sums;
}

double aug_map_gap(double value, double lower_bound) {
    return value > lower_bound ? (value - lower_bound) / value : 0.0;
}

const aug_memory_cost *aug_map_keep_memories(aug_arena *arena, const aug_problem *problem,
                                             const aug_cost *cost) {
    size_t count = (size_t)problem->memory_count;
    aug_memory_cost *memories = AUG_NEW_ARRAY(arena, aug_memory_cost, count);
    memcpy(memories, cost->memories, count * sizeof *memories);
    return memories;
}

const char *aug_map_mapping_text(aug_arena *arena, const aug_problem *problem, const aug_mapping *mapping) {
    aug_buffer text;
    aug_buffer_init(&text, arena);
    aug_mapping_print(&text, problem, mapping);
    return aug_buffer_text(&text);
}

const aug_map_way *aug_map_fused(const aug_map *map) {
    const aug_map_way *way = map->fusion ? &map->fusion->ways[map->fusion->chosen] : NULL;
    for (int i = 0; way && i < way->count; i++)
        if (way->groups[i].plan->group->member_count > 1 || way->groups[i].plan->bands > 0)
            return way;
    return NULL;
}

const char *aug_map_group_name(aug_arena *arena, const aug_map_group *group) {
    const aug_group *of = group->plan->group;
    aug_buffer name;
    aug_buffer_init(&name, arena);
    for (int e = 0; e < of->member_count; e++)
        aug_buffer_print(&name, "%s%s", e ? " + " : "", of->members[e]->name);
    return aug_buffer_text(&name);
}

const char *aug_map_group_text(aug_arena *arena, const aug_map_group *group) {
    aug_buffer text;
    aug_buffer_init(&text, arena);
    aug_group_print(&text, group->plan);
    return aug_buffer_text(&text);
}

// The home of an intermediate is the last store of the common beginning that has it.
bool aug_map_group_keeps(const aug_map_group *group, int tensor, aug_map_kept *kept) {
    const aug_group *of = group->plan->group;
    const aug_group_prefix *prefix = &group->plan->prefix;
    aug_group_pipe pipe;
    if (!(of->intermediates >> tensor & 1u))
        return false;
    bool pipelined = group->plan->pipelined && aug_group_pipe_init(of, prefix, group->plan->problems, &pipe);
    for (int i = 0; i < prefix->count; i++) {
        const aug_group_node *node = &prefix->nodes[i];
        if (!node->is_loop && (node->tensors >> tensor & 1u))
            *kept = (aug_map_kept){of->tensors[tensor], of->members[0]->memories[node->memory].name,
                                   aug_group_tile_words(of, prefix, i, tensor),
                                   aug_group_word_bits(of, node->memory, tensor),
                                   pipelined ? pipe.copies[tensor] : 1};
    }
    return true;
}

const char *aug_map_scope(aug_arena *arena, const aug_map *map) {
    static const char *const units[] = {[AUG_OVERLAP_BEST] = "",
                                        [AUG_OVERLAP_TURNS] = " whose units take turns",
                                        [AUG_OVERLAP_PIPELINED] = " whose units overlap"};
    const char *how = map->fusion ? units[map->overlap] : "";
    return aug_arena_print(arena, "%s%s%s%s%s", map->constraints ? " within " : "",
                           map->constraints ? map->constraints : "",
                           map->perfect ? " whose tiles divide" : "", map->perfect && *how ? " and" : "", how);
}

const char *aug_map_stopped_by(aug_arena *arena, const aug_map *map, uint64_t node_limit) {
    return node_limit && !map->interrupted
               ? aug_arena_print(arena, "within %" PRIu64 " node%s of the search", node_limit, node_limit == 1 ? "" : "s")
               : "before the search was stopped";
}

const char *aug_map_status_name(aug_mapper_status status) {
    switch (status) {
    case AUG_MAPPER_FOUND:
        return "ok";
    case AUG_MAPPER_NONE:
        return "no";
    case AUG_MAPPER_LIMIT:
        break;
    }
    return "limit";
}

const char *aug_map_value_text(aug_arena *arena, aug_objective objective, double value) {
    switch (objective) {
    case AUG_OBJECTIVE_ENERGY:
        return aug_arena_print(arena, "%s", aug_show(value, AUG_DIMENSION_PICOJOULES).text);
    case AUG_OBJECTIVE_LATENCY:
        return aug_arena_print(arena, "%s cycles", aug_show_whole(ceil(value)).text);
    case AUG_OBJECTIVE_EDP:
    case AUG_OBJECTIVE_FRONT:
    case AUG_OBJECTIVE_COUNT:
        break;
    }
    return aug_arena_print(arena, "%s pJ x cycles", aug_show_number(value, 4).text);
}

bool aug_map_metric(const void *found, const char *key, double *value) {
    const aug_map *map = found;
    const aug_map_sums sums = aug_map_sum(map);
    const struct {
        const char *key;
        double value;
    } metrics[] = {
        {"value", sums.value},
        {"lower_bound", sums.lower_bound},
        {"cycles", sums.cycles},
        {"energy_pj", sums.energy_pj},
        {"utilization", sums.utilization},
        {"edp_pj_cycles", sums.energy_pj * sums.cycles},
    };
    for (size_t i = 0; i < AUG_COUNT(metrics); i++) {
        if (strcmp(metrics[i].key, key) != 0)
            continue;
        *value = metrics[i].value;
        return isfinite(*value);
    }
    bool single = map->count == 1 && map->einsums[0].result.point_count > 0;
    return single && aug_evaluate_metric(&map->einsums[0].evaluation, key, value);
}
