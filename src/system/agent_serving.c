#include "system/agent_serving.h"

#include <math.h>

// A replica's passes for agent.h.
typedef struct agent_passes {
    const aug_deployment *deployment;
    aug_outcome *outcome;
} agent_passes;

static aug_phase_input input_of(const agent_passes *p, const aug_pass *pass) {
    const aug_deployment *d = p->deployment;
    int stage = d->model->language;
    return (aug_phase_input){.roofline = &d->roofline,
                             .stage = &d->model->stages[stage],
                             .plan = &p->outcome->plan,
                             .precision = &p->outcome->stage_precisions[stage],
                             .pass = *pass,
                             .home = p->outcome->residency.home,
                             .mapped = d->mapped};
}

static aug_agent_cost cost_of(void *user, const aug_pass *pass) {
    aug_phase_input input = input_of(user, pass);
    aug_phase_cost cost = aug_phase_evaluate(&input, NULL, NULL);
    return (aug_agent_cost){cost.stage_seconds, cost.energy_pj};
}

static void keep_phase(agent_passes *p, const char *name, aug_pass pass) {
    aug_phase_input input = input_of(p, &pass);
    p->outcome->phases[p->outcome->phase_count++] =
        (aug_phase){name, 1.0, input, aug_phase_evaluate(&input, NULL, NULL)};
}

static double run_agents(agent_passes *p, double agents, const aug_phase_cost *image, aug_agent *agent) {
    const aug_deployment *d = p->deployment;
    aug_agent_load load = {.scenario = d->scenario,
                           .agents = agents,
                           .stages = (double)p->outcome->plan.pp,
                           .first_seconds = image->stage_seconds,
                           .first_energy_pj = image->energy_pj,
                           .turns = d->mapped ? AUG_COMPARED_TURNS
                                              : d->agent_turns, // searches for mappings take long
                           .pass = cost_of,
                           .user = p};
    aug_agent_evaluate(&load, agent);
    return agent->turns_per_second;
}

static double energy_pj_per_turn(const aug_agent *agent) {
    double sum = 0.0;
    for (int part = 0; part < AUG_AGENT_PARTS; part++)
        sum += agent->energy_pj[part];
    return sum / agent->turns;
}

static void keep_phases(agent_passes *p) {
    const aug_scenario *s = p->deployment->scenario;
    double middle = ((double)s->turns - 1.0) / 2.0;
    double sequences = fmax(1.0, p->outcome->agent.writing / (double)p->outcome->plan.pp);
    keep_phase(p, "prefill", aug_agent_prefill(s, middle));
    keep_phase(p, "decode", aug_agent_step(s, middle, sequences));
}

// Times of a turn, on average.
static void set_times(const aug_agent *agent, double out, aug_outcome *o) {
    const double *seconds = agent->seconds;
    double decode = seconds[AUG_AGENT_DECODE] / agent->turns;
    double read = (seconds[AUG_AGENT_PREFILL] + seconds[AUG_AGENT_RECOMPUTE]) / agent->turns;
    o->tokens_per_step = 1.0;
    o->tpot_seconds = out > 1.0 ? decode / (out - 1.0) : agent->step_seconds;
    o->alone_seconds = o->prompt_seconds = read;
    o->ttft_seconds = read + seconds[AUG_AGENT_QUEUE] / agent->turns;
    o->latency_seconds = agent->task_seconds;
}

void aug_agent_serve(const aug_deployment *d, const aug_phase_cost *image, aug_outcome *o) {
    agent_passes p = {d, o};
    aug_agent *agent = &o->agent;
    aug_spread spread = aug_spread_of(d->scenario, &o->plan);
    double turns = spread.loaded * run_agents(&p, spread.more, image, agent),
           energy_pj = turns * energy_pj_per_turn(agent);
    if (spread.others > 0.0 && spread.fewer > 0.0) {
        aug_agent rest;
        double more = spread.others * run_agents(&p, spread.fewer, image, &rest);
        turns += more;
        energy_pj += more * energy_pj_per_turn(&rest);
    }
    keep_phases(&p);
    double out = (double)d->scenario->turn.out_tokens, written = agent->written_tokens,
           chips = (double)o->plan.tp;
    set_times(agent, out, o);
    o->tokens_per_second = turns * out;
    aug_deployment_finish(d, chips * energy_pj / o->tokens_per_second * 1e-12, o);
    aug_agent_charge(agent, chips, o->joules_per_token * written, o->usd_per_mtok * written * 1e-6);
}
