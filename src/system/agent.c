#include "system/agent.h"

#include <math.h>

// Tokens of turn `t`, from 0.
static double context_at(const aug_scenario *s, double t) {
    return (double)s->in_tokens + t * ((double)s->turn.in_tokens + (double)s->turn.out_tokens);
}

static double new_at(const aug_scenario *s, double t) {
    return t > 0.0 ? (double)s->turn.in_tokens : (double)s->in_tokens;
}

static double missed_at(const aug_scenario *s, double t) {
    return (1.0 - s->turn.cache_hit) * (context_at(s, t) - new_at(s, t));
}

aug_pass aug_agent_prefill(const aug_scenario *s, double t) {
    double tokens = new_at(s, t) + missed_at(s, t);
    return (aug_pass){.phase = AUG_PHASE_PREFILL,
                      .sequences = 1.0,
                      .new_tokens = tokens,
                      .past_tokens = context_at(s, t) - tokens};
}

static aug_pass step_at(const aug_scenario *s, double context, double sequences) {
    return (aug_pass){.phase = AUG_PHASE_DECODE,
                      .sequences = sequences,
                      .new_tokens = 1.0,
                      .past_tokens = context + (double)s->turn.out_tokens / 2.0 - 1.0};
}

aug_pass aug_agent_step(const aug_scenario *s, double t, double sequences) {
    return step_at(s, context_at(s, t), sequences);
}

// ---- How many write at once

enum { STEPS = 48 };

// Times of steps of 1, 2, 4, ... sequences per stage at the mean context.
typedef struct step_table {
    const aug_agent_load *load;
    double seconds[STEPS];
    int count;
} step_table;

static double mean_turn(const aug_scenario *s) {
    return ((double)s->turns - 1.0) / 2.0;
}

static double per_stage(const aug_agent_load *load, double writing) {
    return fmax(1.0, writing / load->stages);
}

// As far as `agents` go.
static void fill_steps(step_table *table) {
    const aug_agent_load *load = table->load;
    double most = per_stage(load, load->agents);
    for (double b = 1.0; table->count < STEPS; b = fmin(2.0 * b, most)) {
        aug_pass pass = aug_agent_step(load->scenario, mean_turn(load->scenario), b);
        table->seconds[table->count++] = load->pass(load->user, &pass).seconds;
        if (b >= most)
            break;
    }
}

// Between two of the table, linear.
static double step_seconds(const step_table *table, double writing) {
    double b = per_stage(table->load, writing), most = per_stage(table->load, table->load->agents);
    int at = 0;
    double low = 1.0, high = fmin(2.0, most);
    while (at + 2 < table->count && b > high) {
        at++;
        low = high;
        high = fmin(2.0 * high, most);
    }
    if (at + 1 >= table->count || high <= low)
        return table->seconds[at];
    return table->seconds[at] +
           (table->seconds[at + 1] - table->seconds[at]) * (fmin(b, high) - low) / (high - low);
}

// A replica's turns: what each brings on average, and what follows for a number of writers.
typedef struct turn_mean {
    double prefill_seconds; // its own, alone
    double busy_seconds;    // that it keeps the replica
    double steps;           // out - 1; a little more than none where a turn writes a single token
    double tool_seconds;
    double others; // (a - 1) / a
} turn_mean;

typedef struct turn_flow {
    double turns_per_second, rho, wait_seconds;
    double agents; // that it takes
} turn_flow;

static turn_flow flow_of(const turn_mean *mean, double writing, double step) {
    turn_flow flow;
    flow.turns_per_second = writing / (writing * mean->busy_seconds * mean->others + mean->steps * step);
    flow.rho = fmin(flow.turns_per_second * mean->busy_seconds * mean->others, 1.0 - 1e-12);
    flow.wait_seconds =
        mean->others > 0.0 ? step / 2.0 + flow.rho * mean->busy_seconds / (2.0 * (1.0 - flow.rho)) : 0.0;
    flow.agents =
        flow.turns_per_second * (flow.wait_seconds + mean->prefill_seconds + mean->tool_seconds) + writing;
    return flow;
}

// Halves the interval until it has no middle.
static double find_writing(const step_table *table, const turn_mean *mean) {
    double low = 0.0, high = table->load->agents;
    for (int i = 0; i < 200; i++) {
        double middle = low + (high - low) / 2.0;
        if (!(middle > low && middle < high))
            break;
        if (flow_of(mean, middle, step_seconds(table, middle)).agents < table->load->agents)
            low = middle;
        else
            high = middle;
    }
    return high;
}

// ---- Turns

static void evaluate_prefill(const aug_agent_load *load, aug_agent_turn *turn) {
    const aug_scenario *s = load->scenario;
    double t = turn->turn - 1.0;
    aug_pass pass = aug_agent_prefill(s, t), whole = pass;
    whole.new_tokens = turn->new_tokens;
    whole.past_tokens = turn->context_tokens - turn->new_tokens;
    aug_agent_cost cost = load->pass(load->user, &pass);
    aug_agent_cost kept = turn->missed_tokens > 0.0 ? load->pass(load->user, &whole) : cost;
    turn->seconds[AUG_AGENT_PREFILL] = kept.seconds + (t > 0.0 ? 0.0 : load->first_seconds);
    turn->energy_pj[AUG_AGENT_PREFILL] = kept.energy_pj + (t > 0.0 ? 0.0 : load->first_energy_pj);
    turn->seconds[AUG_AGENT_RECOMPUTE] = fmax(cost.seconds - kept.seconds, 0.0);
    turn->energy_pj[AUG_AGENT_RECOMPUTE] = cost.energy_pj - kept.energy_pj;
}

static void evaluate_decode(const aug_agent_load *load, double writing, const turn_flow *flow,
                            aug_agent_turn *turn) {
    const aug_scenario *s = load->scenario;
    double b = per_stage(load, writing), steps = (double)s->turn.out_tokens - 1.0;
    double mean = context_at(s, mean_turn(s)), context = (turn->context_tokens + (b - 1.0) * mean) / b;
    aug_pass pass = step_at(s, context, b);
    aug_agent_cost cost = load->pass(load->user, &pass);
    turn->seconds[AUG_AGENT_DECODE] = steps * cost.seconds;
    turn->energy_pj[AUG_AGENT_DECODE] = steps * cost.energy_pj / b;
    turn->seconds[AUG_AGENT_QUEUE] =
        flow->wait_seconds + steps * cost.seconds * flow->rho / (1.0 - flow->rho);
}

// Which turns are evaluated, from 0: all, or the first and evenly spread ones from the second to the last.
static void list_turns(const aug_agent_load *load, aug_agent *agent) {
    const aug_scenario *s = load->scenario;
    double last = agent->turns - 1.0;
    agent->turn_count = (int)fmin(agent->turns, load->turns);
    for (int i = 0; i < agent->turn_count; i++) {
        double t = i == 0   ? 0.0
                   : i == 1 ? 1.0
                            : floor(1.0 + (last - 1.0) * (i - 1) / (agent->turn_count - 2));
        if (i > 0 && i + 1 == agent->turn_count)
            t = last;
        agent->turn_list[i] = (aug_agent_turn){.turn = t + 1.0,
                                               .context_tokens = context_at(s, t),
                                               .new_tokens = new_at(s, t),
                                               .missed_tokens = missed_at(s, t)};
        agent->turn_list[i].seconds[AUG_AGENT_TOOL] = s->turn.tool_seconds;
    }
}

// Adds turns (from, to] of one figure, linear between the two.
static double sum_between(double from, double to, double turns) {
    return turns * (from + to) / 2.0 + (to - from) / 2.0;
}

static void sum_turns(aug_agent *agent) {
    for (int part = 0; part < AUG_AGENT_PARTS; part++) {
        agent->seconds[part] = agent->turn_list[0].seconds[part];
        agent->energy_pj[part] = agent->turn_list[0].energy_pj[part];
        for (int i = 1; i < agent->turn_count; i++) {
            const aug_agent_turn *to = &agent->turn_list[i],
                                 *from = i == 1 ? to : to - 1; // the first is not like the others
            double turns = to->turn - (to - 1)->turn;
            agent->seconds[part] += sum_between(from->seconds[part], to->seconds[part], turns);
            agent->energy_pj[part] += sum_between(from->energy_pj[part], to->energy_pj[part], turns);
        }
    }
    agent->task_seconds = 0.0;
    for (int part = 0; part < AUG_AGENT_PARTS; part++)
        agent->task_seconds += agent->seconds[part];
}

static void count_tokens(const aug_scenario *s, aug_agent *agent) {
    double turns = agent->turns, fresh = new_at(s, 0.0) + (turns - 1.0) * (double)s->turn.in_tokens;
    agent->longest_tokens = aug_scenario_longest(s);
    agent->read_tokens = turns * context_at(s, mean_turn(s));
    agent->written_tokens = turns * (double)s->turn.out_tokens;
    agent->cached_share = s->turn.cache_hit * (agent->read_tokens - fresh) / agent->read_tokens;
}

void aug_agent_evaluate(const aug_agent_load *load, aug_agent *agent) {
    const aug_scenario *s = load->scenario;
    *agent = (aug_agent){.turns = (double)s->turns, .agents = load->agents};
    count_tokens(s, agent);
    list_turns(load, agent);
    for (int i = 0; i < agent->turn_count; i++)
        evaluate_prefill(load, &agent->turn_list[i]);
    sum_turns(agent);
    double prefill = (agent->seconds[AUG_AGENT_PREFILL] + agent->seconds[AUG_AGENT_RECOMPUTE]) / agent->turns;
    step_table table = {.load = load};
    fill_steps(&table);
    turn_mean mean = {.prefill_seconds = prefill,
                      .busy_seconds = prefill / fmin(load->stages, fmax(1.0, load->agents)),
                      .steps = fmax((double)s->turn.out_tokens - 1.0, 1e-9),
                      .tool_seconds = s->turn.tool_seconds,
                      .others = (load->agents - 1.0) / load->agents};
    agent->writing = find_writing(&table, &mean);
    agent->step_seconds = step_seconds(&table, agent->writing);
    turn_flow flow = flow_of(&mean, agent->writing, agent->step_seconds);
    for (int i = 0; i < agent->turn_count; i++)
        evaluate_decode(load, agent->writing, &flow, &agent->turn_list[i]);
    sum_turns(agent);
    agent->turns_per_second =
        load->agents * agent->turns / agent->task_seconds; // Little's law again, over all turns
    agent->busy = agent->turns_per_second * mean.busy_seconds;
}

void aug_agent_charge(aug_agent *agent, double chips, double joules, double usd) {
    double own = 0.0;
    for (int part = 0; part < AUG_AGENT_PARTS; part++)
        own += chips * agent->energy_pj[part] * 1e-12;
    agent->task_joules = joules;
    agent->task_usd = usd;
    for (int part = 0; part < AUG_AGENT_PARTS; part++) {
        double share = agent->seconds[part] / agent->task_seconds;
        agent->joules[part] = chips * agent->energy_pj[part] * 1e-12 + (joules - own) * share;
        agent->usd[part] = usd * share;
    }
}

double aug_agent_faster(const aug_agent *agent, aug_agent_part part, aug_agent_part also) {
    double left = agent->task_seconds - agent->seconds[part] - (also != part ? agent->seconds[also] : 0.0);
    return left > 0.0 ? agent->task_seconds / left : (double)INFINITY;
}
