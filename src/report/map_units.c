#include "report/map_units.h"

#include "base/quantity.h"

#include <math.h>

static void add_member(const aug_map_group *group, int member, aug_map_units *units) {
    const aug_problem *problem = group->plan->problems[member];
    const char *name = problem->computes[aug_problem_unit(problem)].name;
    int at = 0;
    while (at < units->count && units->units[at].name != name)
        at++;
    if (at == units->count)
        units->units[units->count++] = (aug_map_unit){.name = name};
    aug_map_unit *unit = &units->units[at];
    unit->members |= 1u << member;
    unit->cycles += group->members[member].cycles;
    unit->utilization += group->members[member].utilization * group->members[member].cycles;
    units->serial_cycles += group->members[member].cycles;
}

// In a slot the members of a unit take their share of all steps one after another, and so do words in a port.
static void find_decider(const aug_map_group *group, aug_map_units *units) {
    const aug_problem *p = group->plan->group->members[0];
    double most = 0.0;
    for (int u = 0; u < units->count; u++) {
        double sum = 0.0;
        for (int e = 0; e < group->plan->group->member_count; e++)
            if (units->units[u].members >> e & 1u)
                sum += group->members[e].load.cycles / units->pipe.whole[e];
        if (sum > most) {
            most = sum;
            units->decides = units->units[u].name;
        }
    }
    for (int m = 0; m < p->memory_count; m++)
        for (int k = 0; k < AUG_PORT_KINDS; k++) {
            double sum = 0.0;
            for (int e = 0; e < group->plan->group->member_count; e++)
                sum += group->members[e].load.ports[m][k] / units->pipe.whole[e];
            if (sum > most * (1.0 + 1e-12)) {
                most = sum;
                units->decides = p->memories[m].name;
                units->is_port = true;
            }
        }
}

bool aug_map_units_of(const aug_map_group *group, aug_map_units *units) {
    const aug_group_plan *plan = group->plan;
    aug_group_load loads[AUG_GROUP_MEMBERS];
    *units = (aug_map_units){0};
    for (int e = 0; e < plan->group->member_count; e++) {
        add_member(group, e, units);
        loads[e] = group->members[e].load;
    }
    if (units->count < 2)
        return false;
    units->cycles = units->serial_cycles;
    units->pipelined =
        plan->pipelined && aug_group_pipe_init(plan->group, &plan->prefix, plan->problems, &units->pipe);
    if (units->pipelined) {
        units->cycles = aug_group_pipe_cycles(&units->pipe, loads, &units->slot);
        find_decider(group, units);
    }
    for (int u = 0; u < units->count; u++) {
        units->units[u].busy = units->units[u].cycles / units->cycles;
        units->units[u].utilization /= units->cycles;
    }
    return true;
}

// "scores, values"
static void write_names(aug_buffer *out, const aug_map_group *group, unsigned members) {
    const char *comma = "";
    for (int e = 0; e < group->plan->group->member_count; e++)
        if (members >> e & 1u) {
            aug_buffer_print(out, "%s%s", comma, group->plan->group->members[e]->name);
            comma = ", ";
        }
}

const char *aug_map_units_text(aug_arena *arena, const aug_map_group *group) {
    aug_map_units units;
    aug_buffer text;
    if (!aug_map_units_of(group, &units))
        return "";
    aug_buffer_init(&text, arena);
    if (units.pipelined)
        aug_buffer_print(&text, "units overlap in %s steps, %d stages: ", aug_show_whole(units.pipe.steps).text,
                         units.pipe.stage_count);
    else
        aug_buffer_put(&text, "units take turns: ");
    for (int u = 0; u < units.count; u++) {
        aug_buffer_print(&text, "%s%s (", u ? ", " : "", units.units[u].name);
        write_names(&text, group, units.units[u].members);
        aug_buffer_print(&text, ")%s %s %%", u ? "" : " busy",
                         aug_show_number(units.units[u].busy * 100.0, 3).text);
    }
    if (units.pipelined)
        aug_buffer_print(&text, "; %s%s decides. In turns %s cycles.", units.is_port ? "the port of " : "",
                         units.decides, aug_show_whole(units.serial_cycles).text);
    return aug_buffer_text(&text);
}

static void write_unit(aug_json *json, const aug_map_group *group, const aug_map_unit *unit) {
    aug_json_open_row(json, NULL, '{');
    aug_json_text(json, "unit", unit->name);
    aug_json_open(json, "einsums", '[');
    for (int e = 0; e < group->plan->group->member_count; e++)
        if (unit->members >> e & 1u)
            aug_json_text(json, NULL, group->plan->group->members[e]->name);
    aug_json_close(json, ']');
    aug_json_number(json, "cycles", unit->cycles);
    aug_json_number(json, "busy", unit->busy);
    aug_json_number(json, "utilization", unit->utilization);
    aug_json_close(json, '}');
}

void aug_map_units_json(aug_json *json, const aug_map_group *group) {
    aug_map_units units;
    aug_map_units_of(group, &units);
    if (group->plan->group->member_count == 1)
        return;
    if (units.count == 1) {
        units.units[0].busy = 1.0;
        units.units[0].utilization /= units.serial_cycles;
    }
    aug_json_open(json, "units", '[');
    for (int u = 0; u < units.count; u++)
        write_unit(json, group, &units.units[u]);
    aug_json_close(json, ']');
    if (units.count > 1)
        aug_json_text(json, "overlap", aug_overlap_names[units.pipelined ? AUG_OVERLAP_PIPELINED : AUG_OVERLAP_TURNS]);
    if (!units.pipelined) {
        aug_json_null(json, "pipeline");
        return;
    }
    aug_json_open_row(json, "pipeline", '{');
    aug_json_number(json, "steps", units.pipe.steps);
    aug_json_count(json, "stages", (uint64_t)units.pipe.stage_count);
    aug_json_number(json, "step_cycles", units.slot);
    aug_json_number(json, "serial_cycles", units.serial_cycles);
    aug_json_text(json, "bound_by", units.decides);
    aug_json_bool(json, "bound_by_port", units.is_port);
    aug_json_close(json, '}');
}
