// Compares figure by figure. Counts have to be equal, times and energies up to rounding.
//
// Of a port the model names one busiest instance; where several are as busy, any of them will do: the words it states
// have to be those of an instance that moves most bits.
#include "oracle_compare.h"

#include <inttypes.h>
#include <math.h>

#define ROUNDING 1e-9

const char *const oracle_figure_names[ORACLE_FIGURES] = {
    "form", "tile words", "instances", "fills", "updates", "reads", "drain words", "actions",
    "occupancy", "busiest instance", "operations", "cycles", "fits", "energy"};

static const int actions[AUG_FLOW_COUNT] = {AUG_ACTION_READ, AUG_ACTION_WRITE, AUG_ACTION_UPDATE}; // of flows

typedef struct comparison {
    const aug_problem *problem;
    const oracle_counts *counts;
    const aug_cost *cost;
    int *differences, total;
    aug_buffer *out;
    const char *memory, *tensor; // looked at; "" where it does not apply
} comparison;

static void differ(comparison *c, oracle_figure figure, double walked, double found) {
    c->differences[figure]++;
    c->total++;
    aug_buffer_print(c->out, "  %s%s%s%s%s: walked %.17g, found %.17g\n", oracle_figure_names[figure],
                     c->tensor[0] ? " of " : "", c->tensor, c->memory[0] ? " in " : "", c->memory, walked, found);
}

static void same_count(comparison *c, oracle_figure figure, aug_count walked, aug_count found) {
    if (walked != found)
        differ(c, figure, (double)walked, (double)found);
}

static void same_number(comparison *c, oracle_figure figure, double walked, double found) {
    if (!(fabs(walked - found) <= ROUNDING * fabs(walked)) && walked != found)
        differ(c, figure, walked, found);
}

static void compare_holding(comparison *c, int m, int t) {
    static const oracle_figure figures[] = {ORACLE_READS, ORACLE_FILLS, ORACLE_UPDATES};
    const oracle_holding *walked = &c->counts->memories[m].tensors[t];
    const aug_holding *found = &c->cost->memories[m].tensors[t];
    same_count(c, ORACLE_INSTANCES, walked->kept, found->kept);
    if (!walked->kept || !found->kept)
        return;
    same_count(c, ORACLE_TILE, walked->tile_words, found->tile_words);
    same_count(c, ORACLE_INSTANCES, walked->instances, found->instances);
    same_count(c, ORACLE_DRAINS, walked->drain_words, found->drain_words);
    for (int flow = 0; flow < AUG_FLOW_COUNT; flow++) {
        same_count(c, figures[flow], walked->words[flow], found->flows[flow].dense);
        same_number(c, ORACLE_ACTIONS, (double)walked->actions[flow], found->flows[flow].actions);
        same_number(c, ORACLE_ENERGY, (double)walked->actions[flow] * c->problem->memories[m].energy_pj[t][actions[flow]],
                    found->flows[flow].energy_pj);
    }
}

// Whether the busiest words of the model in some flows are those of an instance.
static bool is_instance(const comparison *c, int m, unsigned flows, int instance, aug_count port_words) {
    aug_count words = 0;
    for (int t = 0; t < c->problem->tensor_count; t++)
        for (int flow = 0; flow < AUG_FLOW_COUNT; flow++) {
            if (!c->counts->memories[m].tensors[t].kept || (flows >> flow & 1) == 0)
                continue;
            aug_count walked = c->counts->memories[m].shares[t][instance].words[flow];
            if (walked != c->cost->memories[m].tensors[t].flows[flow].busiest)
                return false;
            words += walked;
        }
    return words == port_words;
}

static double compare_port(comparison *c, int m, const aug_port *port, unsigned flows, double bits_per_cycle) {
    double most = 0;
    bool named = false;
    for (int i = 0; i < c->counts->memories[m].instance_count; i++)
        most = fmax(most, oracle_moved_bits(c->problem, c->counts, m, i, flows));
    for (int i = 0; i < c->counts->memories[m].instance_count && !named; i++)
        named = oracle_moved_bits(c->problem, c->counts, m, i, flows) == most && is_instance(c, m, flows, i, port->words);
    same_number(c, ORACLE_BUSIEST, most, port->bits);
    if (!named && most == port->bits)
        differ(c, ORACLE_BUSIEST, (double)NAN, (double)port->words);
    same_number(c, ORACLE_CYCLES, most / bits_per_cycle, port->cycles);
    return most / bits_per_cycle;
}

// The cycles of the slowest port of a memory.
static double compare_ports(comparison *c, int m) {
    const aug_problem_memory *memory = &c->problem->memories[m];
    const aug_memory_cost *found = &c->cost->memories[m];
    const unsigned read = 1u << AUG_FLOW_READ, written = 1u << AUG_FLOW_FILL | 1u << AUG_FLOW_UPDATE;
    same_count(c, ORACLE_BUSIEST, memory->shared_port ? 1 : 2, (aug_count)found->port_count);
    if (memory->shared_port)
        return compare_port(c, m, &found->ports[0], read | written, memory->read_bits_per_cycle);
    return fmax(compare_port(c, m, &found->ports[0], read, memory->read_bits_per_cycle),
                compare_port(c, m, &found->ports[1], written, memory->write_bits_per_cycle));
}

static bool says_too_full(const aug_cost *cost, int memory) {
    for (int i = 0; i < cost->violation_count; i++)
        if (cost->violations[i].rule == AUG_RULE_CAPACITY && cost->violations[i].memory == memory)
            return true;
    return false;
}

// The cycles of a memory; `full` is set where it does not hold what it should.
static double compare_memory(comparison *c, int m, bool *full) {
    const oracle_memory *walked = &c->counts->memories[m];
    c->memory = c->problem->memories[m].name;
    c->tensor = "";
    same_count(c, ORACLE_INSTANCES, walked->used, c->cost->memories[m].used);
    if (!walked->used || !c->cost->memories[m].used)
        return 0;
    same_count(c, ORACLE_INSTANCES, walked->instances, c->cost->memories[m].instances);
    same_number(c, ORACLE_OCCUPANCY, walked->occupancy_bits, c->cost->memories[m].occupancy_bits);
    bool too_full = walked->occupancy_bits > c->problem->memories[m].capacity_bits;
    same_count(c, ORACLE_FITS, too_full, says_too_full(c->cost, m));
    *full = *full || too_full;
    double cycles = compare_ports(c, m);
    for (int t = 0; t < c->problem->tensor_count; t++) {
        c->tensor = c->problem->tensors[t].name;
        compare_holding(c, m, t);
    }
    return cycles;
}

// Whole cycles; a little more than a whole number is rounding.
static double whole_cycles(double cycles) {
    double nearest = nearbyint(cycles);
    return fabs(cycles - nearest) <= ROUNDING * nearest ? nearest : ceil(cycles);
}

// Every instance that is used leaks; or every one in the same place as a used one of the memory that switches it off.
static double leaking_instances(const comparison *c, int m) {
    const aug_problem_memory *memory = &c->problem->memories[m];
    if (memory->gated_at < 0)
        return (double)c->counts->memories[m].instances;
    const aug_problem_memory *outer = &c->problem->memories[memory->gated_at];
    return (double)(c->counts->memories[m].switches * (memory->instances / outer->instances));
}

static void compare_energy(comparison *c, double cycles) {
    const aug_problem_compute *unit = &c->problem->computes[c->cost->compute_unit];
    double all_pj = (double)c->counts->operations * unit->energy_pj;
    same_number(c, ORACLE_ENERGY, all_pj, c->cost->compute.energy_pj);
    for (int m = 0; m < c->problem->memory_count; m++) {
        const oracle_memory *walked = &c->counts->memories[m];
        if (!walked->used)
            continue;
        c->memory = c->problem->memories[m].name;
        double leakage_pj = c->problem->memories[m].leakage_pj_per_cycle * leaking_instances(c, m) * cycles;
        double memory_pj = leakage_pj;
        for (int t = 0; t < c->problem->tensor_count; t++)
            for (int flow = 0; flow < AUG_FLOW_COUNT; flow++)
                memory_pj += (double)walked->tensors[t].actions[flow] * c->problem->memories[m].energy_pj[t][actions[flow]];
        same_number(c, ORACLE_ENERGY, leakage_pj, c->cost->memories[m].leakage_pj);
        same_number(c, ORACLE_ENERGY, memory_pj, c->cost->memories[m].energy_pj);
        all_pj += memory_pj;
    }
    c->memory = "";
    same_count(c, ORACLE_ENERGY, true, c->cost->has_energy);
    same_number(c, ORACLE_ENERGY, all_pj, c->cost->energy_pj);
}

int oracle_compare(const aug_problem *problem, const oracle_counts *counts, const aug_cost *cost, bool fits,
                   int differences[ORACLE_FIGURES], aug_buffer *out) {
    comparison c = {.problem = problem, .counts = counts, .cost = cost, .differences = differences, .out = out};
    const aug_problem_compute *compute = &problem->computes[cost->compute_unit];
    bool full = false;
    double cycles = (double)counts->busiest_operations / compute->rate_per_cycle;
    for (int m = 0; m < problem->memory_count; m++)
        cycles = fmax(cycles, compare_memory(&c, m, &full));
    c.memory = c.tensor = "";
    same_count(&c, ORACLE_OPERATIONS, problem->operations, counts->operations);
    same_count(&c, ORACLE_OPERATIONS, counts->operations, cost->compute.operations);
    same_count(&c, ORACLE_OPERATIONS, counts->busiest_operations, cost->compute.busiest);
    same_count(&c, ORACLE_INSTANCES, counts->compute_instances, cost->compute.instances);
    same_number(&c, ORACLE_CYCLES, whole_cycles(cycles), cost->cycles);
    compare_energy(&c, whole_cycles(cycles));
    same_count(&c, ORACLE_FITS, !full, fits);
    return c.total;
}
