// The answer in one sentence, and the figures that one looks for first.
import { el } from './dom.js';
import { nameOf, percent, quantity, show, unitOf } from './format.js';

const SERVING = ['ttft_s', 'tpot_s', 'tokens_per_s_per_user', 'tokens_per_s', 'joules_per_token', 'usd_per_mtok', 'watts_per_chip', 'largest_batch'];
const CONTROL = ['latency_s', 'deadline.period_s', 'deadline.slack_s', 'actions_per_s', 'watts_per_chip', 'meter_watts', 'usd_per_hour'];
const AGENT = ['agent.seconds', 'agent.joules', 'agent.usd', 'agent.tasks_per_s', 'tokens_per_s_per_user', 'agent.cached_share', 'agent.context_tokens', 'watts_per_chip'];
const MAPPING = ['energy_pj', 'cycles', 'utilization', 'operations'];
const CLAIM = ['claimed', 'bound', 'bound_nothing_kept', 'estimate.tokens_per_s', 'estimate.low', 'estimate.high'];

export const at = (answer, path) => path.split('.').reduce((value, key) => (value === null || value === undefined ? value : value[key]), answer);
const capital = text => text.replace(/^./, letter => letter.toUpperCase());
const price = value => quantity(value, 'USD per million tokens', 3);

function where(answer) {
  const chips = (answer.plan && answer.plan.chips) || (answer.claim && answer.claim.chips) || 1;
  return `${answer.model} on ${chips > 1 ? `${chips} chips of ` : ''}${answer.machine}`;
}

function ofEstimate(answer) {
  if (!answer.fits) {
    const reason = (answer.notes || []).find(text => /does not fit|no plan|needs/.test(text));
    return `${where(answer)} does not fit` + (reason ? `: ${reason.replace(/^does not fit: /, '')}` : '') + (answer.chips_needed ? `; ${answer.chips_needed} chips would hold it.` : '.');
  }
  const { deadline, agent } = answer;
  if (deadline) return `${where(answer)} takes ${quantity(answer.latency_s, 's', 3)}: its period of ${quantity(deadline.period_s, 's', 3)} is ` +
    (deadline.met ? `kept, with ${quantity(deadline.slack_s, 's', 3)} to spare.` : `missed by ${quantity(-deadline.slack_s, 's', 3)}.`);
  if (agent) return `${where(answer)} does a task of ${agent.turns} turns in ${quantity(agent.seconds, 's', 3)} for ${quantity(agent.usd, 'USD', 3)}.`;
  if (answer.actions_per_inference) return `${where(answer)} takes ${quantity(answer.latency_s, 's', 3)} for one inference.`;
  if (answer.phases && !answer.phases.some(phase => phase.name === 'prefill' || phase.name === 'decode'))
    return `${where(answer)} takes ${quantity(answer.latency_s, 's', 3)} for one inference.`;
  const limits = answer.status === 'no' ? ' It misses the limits that were set.' : '';
  return `${where(answer)} gives each user ${quantity(answer.tokens_per_s_per_user, 'tok/s', 3)}` + (typeof answer.usd_per_mtok === 'number' ? ` at ${price(answer.usd_per_mtok)}.` : '.') + limits;
}

function ofMap(answer) {
  const what = { energy: 'The least energy', latency: 'The fewest cycles', edp: 'The least energy-delay product', front: 'The front of energy and cycles' }[answer.objective];
  const value = answer.objective === 'latency' ? quantity(answer.cycles, 'cycles') : answer.objective === 'energy' ? quantity(answer.energy_pj, 'pJ')
    : `${quantity(answer.energy_pj, 'pJ')} in ${quantity(answer.cycles, 'cycles')}`;
  const proof = answer.proven ? 'proven' : answer.lower_bound > 0 ? `not proven: at most ${percent(answer.value / answer.lower_bound - 1)} above the best` : 'not proven';
  if (answer.infeasible.length) return `No mapping of ${answer.workload} fits on ${answer.machine}: ${answer.infeasible[0].message}.`;
  if (answer.objective === 'front' && answer.front.length > 1) return `${answer.front.length} mappings of ${answer.workload} on ${answer.machine} are not beaten; the least product of energy and time has ${value}, ${proof}.`;
  return `${what} of ${answer.workload} on ${answer.machine}: ${value}, ${proof}.`;
}

function ofEvaluation(answer) {
  const value = (typeof answer.energy_pj === 'number' ? quantity(answer.energy_pj, 'pJ') + ' in ' : '') + quantity(answer.cycles, 'cycles');
  if (answer.infeasible.length) return `This mapping of ${answer.einsum} does not fit on ${answer.machine}: ${answer.infeasible[0].message}.`;
  return `This mapping of ${answer.einsum} on ${answer.machine} takes ${value}, bound by ${answer.bound_by}; ${percent(answer.utilization)} of compute is used.`;
}

function ofValidation(answer) {
  const all = answer.totals.filter(row => row.device === 'all' && row.n > 0).sort((a, b) => b.n - a.n), three = value => quantity(value, '', 3);
  if (!all.length) return `${answer.file}: ${answer.rows} rows, none of which is scored.`;
  const each = all.slice(0, 3).map(row => `${row.operation} ${three(row.mdape)} % off in the median of ${row.n} rows, ${three(row.coverage80)} % of them between low and high`);
  return `Predictions for ${answer.file}: ${each.join('; ')}${all.length > 3 ? `; ${all.length - 3} more operations` : ''}.`;
}

// The points of the front that are best in one objective each.
export function bestOf(answer) {
  return (answer.objectives || []).map(({ metric, goal }) => {
    const sign = goal === 'maximize' ? -1 : 1, known = answer.front.filter(point => typeof point.metrics[metric] === 'number');
    return { metric, goal, point: known.reduce((best, point) => !best || sign * point.metrics[metric] < sign * best.metrics[metric] ? point : best, null) };
  }).filter(best => best.point);
}

function ofStudy(answer) {
  if (!answer.front.length) return `Of ${answer.total} points, none keeps all limits.`;
  const best = bestOf(answer).map(({ metric, point }) => `${nameOf(metric)} ${show(point.metrics[metric], metric)}`);
  const cut = (answer.cut || []).find(entry => entry.list === 'front'), count = cut ? cut.rows : answer.front.length;
  return `Of ${quantity(answer.total, '')} points, ${quantity(count, '')} ${count === 1 ? 'is' : 'are'} not beaten; the best of ${cut ? 'those here' : 'them'}: ${best.join(', ')}.`;
}

function ofComparison(answer) {
  const name = i => { const row = answer.rows[i]; return `${row.model} on ${row.machine}`; };
  const say = [['tokens_per_s_per_user', 'is the fastest for each user'], ['usd_per_mtok', 'the cheapest'], ['joules_per_token', 'takes the least energy']]
    .filter(([metric]) => Number.isInteger(answer.winner[metric])); // null where none fits
  const groups = new Map();
  for (const [metric, text] of say) {
    const who = name(answer.winner[metric]);
    groups.set(who, [...(groups.get(who) || []), `${text} (${show(answer.rows[answer.winner[metric]].metrics[metric], metric)})`]);
  }
  if (!groups.size) return `Of ${answer.rows.length} deployments, none fits.`;
  return `Of ${answer.rows.length} deployments, ` + [...groups.entries()].map(([who, list]) => `${who} ${list.join(' and ').replace(/^the /, 'is the ')}`).join('; ') + '.';
}

function ofAudit(answer) {
  const rate = value => quantity(value, 'tok/s'), per = answer.claim && answer.claim.per ? ` per ${answer.claim.per}` : '';
  if (answer.possible) return `${capital(answer.verdict)}: ${rate(answer.claimed)}${per} are claimed for ${where(answer)}, ${rate(answer.bound)} are possible at most, by ${answer.limit}.`;
  return `${capital(answer.verdict)} as stated: ${rate(answer.claimed)}${per} are claimed for ${where(answer)}, but ${rate(answer.bound)} are the most that ${answer.limit} allows, ${quantity(answer.claimed / answer.bound, '', 3)} times less.`;
}

// Lists, checks, calibrations: what there is.
function ofOther(answer) {
  if (answer.files) return answer.files.length === 1 ? `${answer.files[0].kind || 'file'}: ${answer.files[0].summary || answer.files[0].file}`.replace(/^./, letter => letter.toUpperCase()) + '.' : `${answer.files.length} files are right.`;
  if (answer.fits && answer.machine) return `Constants of ${answer.machine}, fitted to ${answer.rows} rows.`;
  const [name, list] = Object.entries(answer).find(([, value]) => Array.isArray(value)) || [];
  return list && list[0] && list[0].name ? `${list.length} ${nameOf(name)}.` : list ? `What there is about this ${nameOf(name)}.` : 'Status: ' + answer.status;
}

export function sentence(answer) {
  if (answer.status === 'error') return 'No answer: ' + ((answer.errors && answer.errors[0] && answer.errors[0].message) || 'see the messages of the program') + '.';
  if (answer.totals && answer.file) return ofValidation(answer);
  if (answer.objective) return ofMap(answer);
  if (answer.infeasible && answer.memories) return ofEvaluation(answer);
  if (typeof answer.verdict === 'string') return ofAudit(answer);
  if (answer.study && answer.front) return ofStudy(answer);
  if (answer.winner && answer.rows && !answer.cut) return ofComparison(answer);
  if (answer.model && answer.machine && typeof answer.fits === 'boolean') return ofEstimate(answer);
  return typeof answer.answer === 'string' ? answer.answer : answer.cut && answer.rows ? `${answer.rows.length} deployments side by side.` : ofOther(answer);
}

// What was asked, and what the sentence leaves out.
function lead(answer) {
  const parts = [];
  if (answer.scenario && answer.plan) {
    const { in: read, out, batch, requests_per_s: rate } = answer.scenario, plan = answer.plan;
    if (!answer.agent && !answer.actions_per_inference) parts.push(`Prompts of ${quantity(read, 'tokens')}, answers of ${out}, ` + (rate ? `${quantity(rate, '')} requests a second.` : `${batch} at once.`));
    const degrees = ['tp', 'pp', 'ep', 'dp', 'cp'].filter(key => plan[key] > 1).map(key => `${key} ${plan[key]}`);
    parts.push(`Weights ${plan.weights}, cache ${plan.kv}${degrees.length ? ', ' + degrees.join(', ') : ''}` + (answer.plans > 1 ? `: the best of ${answer.plans} plans.` : '.'));
  }
  for (const { machine, distance, least_distance: least } of answer.references || [])
    if (typeof distance === 'number') parts.push(`${machine} lies ` + (distance <= 1.0005 ? 'on the front.' : `${least < distance ? `${quantity(least || 1, '', 3)} to ` : ''}${quantity(distance, '', 3)} times behind the front.`));
  if (answer.fits && answer.bottleneck) parts.push(capital(answer.bottleneck) + '.');
  return parts.length ? el('p', { class: 'lead' }, parts.join(' ')) : null;
}

function keysOf(answer) {
  if (typeof answer.verdict === 'string') return CLAIM;
  if (answer.objective || answer.infeasible) return MAPPING;
  if (answer.fits === false) return ['memory.capacity_bytes', 'memory.weights_bytes', 'memory.kv_bytes', 'memory.activations_bytes', 'chips_needed'];
  return answer.agent ? AGENT : answer.deadline || answer.actions_per_inference ? CONTROL : SERVING;
}

// The unit of a figure at a path, where its key alone does not tell it.
function unitAt(answer, path) {
  if (typeof answer.verdict === 'string') return 'tok/s';
  return unitOf(path.split('.').pop());
}

const TITLES = { 'agent.seconds': 'time of a task', 'agent.joules': 'energy of a task', 'agent.usd': 'price of a task', 'agent.tasks_per_s': 'tasks', 'agent.cached_share': 'of what is read is cached',
  'deadline.period_s': 'period', 'deadline.slack_s': 'slack', 'estimate.tokens_per_s': 'expected', 'estimate.low': 'expected, low', 'estimate.high': 'expected, high', bound: 'possible at most',
  bound_nothing_kept: 'with nothing kept on the chip' };

// Figures as { path, name, value, note }.
function figures(answer) {
  if (answer.study && answer.front) return bestOf(answer).map(({ metric, goal, point }) => ({ path: `front.${answer.front.indexOf(point)}.metrics.${metric}`, name: `${goal === 'maximize' ? 'highest' : 'lowest'} ${nameOf(metric)}`,
    value: show(point.metrics[metric], metric) }));
  if (answer.winner && answer.rows) return [];
  return keysOf(answer).filter(path => typeof at(answer, path) === 'number').map(path => ({ path, name: TITLES[path] || nameOf(path.split('.').pop()), value: quantity(at(answer, path), unitAt(answer, path)) }));
}

// What was left out so that the page stays small.
function cutNote(answer) {
  if (!answer.cut) return null;
  const lists = answer.cut.map(({ list, rows, shown }) => `${quantity(shown, '')} of ${quantity(rows, '')} rows of ${nameOf(list)}`);
  return el('p', { class: 'cut', role: 'note' }, `This page holds ${lists.join(', ')}, taken evenly; --json writes all of them.`);
}

export function header(answer) {
  const list = figures(answer);
  return el('header', {}, answer.question ? el('p', { class: 'question' }, answer.question) : null, el('h1', {}, sentence(answer)), lead(answer), cutNote(answer),
    list.length ? el('dl', { class: 'tiles' }, ...list.map(figure => el('div', {}, el('dt', {}, figure.name), el('dd', { 'data-key': figure.path }, figure.value)))) : null);
}
