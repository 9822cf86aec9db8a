// Views of an estimate: where time and energy go, what fills the memory, what would change the answer, power and price by parts.
import { el, note } from './dom.js';
import { digits, nameOf, percent, quantity } from './format.js';
import { signedBars, stackedBars } from './bars.js';
import { beside, columnWidth, swatches } from './chart.js';
import { table } from './table.js';

const LARGEST = 7, TITLES = { tpot: 'Time per output token', ttft: 'Time to first token', usd_per_mtok: 'Price per million tokens' };
const total = (list, key) => list.reduce((sum, o) => sum + (o[key] || 0), 0);

// The operators that matter most keep a colour over all rows; the rest is one part. What matters is an operator's largest share of a phase.
function kinds(answer, key) {
  const most = new Map();
  for (const phase of answer.phases) {
    const own = answer.operators.filter(o => o.phase === phase.name), whole = total(own, key) || 1;
    for (const name of new Set(own.map(o => o.name)))
      most.set(name, Math.max(most.get(name) || 0, total(own.filter(o => o.name === name), key) / whole));
  }
  const names = [...most.entries()].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  return names.length <= LARGEST + 1 ? names : names.slice(0, LARGEST);
}

function rows(answer, key, names) {
  return answer.phases.map(phase => {
    const own = answer.operators.filter(operator => operator.phase === phase.name && operator[key] > 0);
    const parts = names.map((name, kind) => {
      const same = own.filter(o => o.name === name);
      return { name, kind, value: total(same, key), hint: key === 'seconds' && same.length ? [`bound by ${[...new Set(same.map(o => o.bound_by))].join(', ')}; ${[...new Set(same.map(o => o.basis))].join(', ')}`] : [] };
    });
    const rest = own.filter(o => !names.includes(o.name));
    if (rest.length) parts.push({ name: 'all others', kind: 7, value: total(rest, key), hint: [rest.map(o => o.name).filter((name, i, all) => all.indexOf(name) === i).join(', ')] });
    const times = phase.passes > 1 ? `${phase.passes} passes` : phase.sequences > 1 ? `${phase.sequences} sequences at once` : '';
    const band = key === 'seconds' ? { low: total(own, 'low_seconds'), high: total(own, 'high_seconds') } : {};
    return { name: phase.name + (times ? `, ${times}` : '') + (key === 'seconds' ? `, bound by ${phase.bound_by}` : ''), parts: parts.filter(part => part.value > 0), ...band };
  }).filter(row => row.parts.length);
}

// Phases may differ by orders of magnitude: each has a scale of its own where they do.
function pictures(label, all, unit, options) {
  const sums = all.map(row => total(row.parts, 'value'));
  if (Math.max(...sums) < 20 * Math.min(...sums)) return [stackedBars(label, all, unit, options)];
  return [...all.map(row => stackedBars(`${label}, ${row.name}`, [row], unit, options)), note('Each row has a scale of its own.')];
}

export function phasesView(answer) {
  if (!answer.phases || !answer.operators || !answer.operators.length || answer.fits === false) return [];
  const names = kinds(answer, 'seconds'), time = rows(answer, 'seconds', names), energy = rows(answer, 'energy_j', names);
  const others = [...time, ...energy].some(row => row.parts.some(part => part.name === 'all others'));
  const key = () => swatches(others ? [...names, ...Array(LARGEST - names.length).fill(''), 'all others'].filter((name, i, all) => name || i === all.length) : names);
  const parts = [];
  if (time.length) parts.push({ title: 'Where the time goes', nodes: [key(), ...pictures('Time by operator', time, 's'),
    note('A whole prompt, one step of decode, all passes of other stages. The line with two ends is the 80 % band of the operators, added up.')] });
  if (energy.length) parts.push({ title: 'Where the energy goes', nodes: [key(), ...pictures('Energy by operator', energy, 'J'),
    note('Of one chip; static power counts for as long as an operator runs.')] });
  return parts;
}

export function memoryView(answer) {
  const memory = answer.memory;
  if (!memory || !(memory.capacity_bytes > 0)) return [];
  const held = Object.entries(memory).filter(([key, value]) => key !== 'capacity_bytes' && typeof value === 'number' && /_bytes$/.test(key) && value > 0);
  const parts = held.map(([key, value], kind) => ({ name: nameOf(key), value, kind }));
  const used = total(parts, 'value'), free = memory.capacity_bytes - used;
  const row = { name: `capacity ${quantity(memory.capacity_bytes, 'B')}`, parts, most: memory.capacity_bytes };
  return [{ title: 'Memory of a chip', nodes: [swatches(parts.map(part => `${part.name} ${quantity(part.value, 'B', 3)}`)),
    stackedBars('Memory of a chip', [row], 'B', { total: () => `${quantity(used, 'B', 3)} used, ${percent(used / memory.capacity_bytes)}` }),
    note((free >= 0 ? `${quantity(free, 'B', 3)} are free.` : `${quantity(-free, 'B', 3)} too much: it does not fit.`) + ' The thick line is the capacity.' +
      (answer.kv_bytes_per_token > 0 ? ` A token takes ${quantity(answer.kv_bytes_per_token, 'B', 3)} of cache over all chips.` : ''))] }];
}

export function sensitivityView(answer) {
  const list = answer.sensitivities;
  if (!Array.isArray(list) || !list.length || answer.fits === false) return [];
  const keys = ['tpot', 'ttft', 'usd_per_mtok'].filter(key => list.some(row => row[key]) && !(key === 'tpot' && list.every(row => row.tpot === row.ttft)));
  if (!keys.length) return [];
  const seen = row => keys.some(key => Math.abs(row[key]) >= 0.0005), width = columnWidth(keys.length);
  const most = row => Math.max(...keys.map(key => Math.abs(row[key] || 0)));
  const shown = list.filter(seen).sort((a, b) => most(b) - most(a)), idle = list.filter(row => !seen(row)).map(row => row.resource);
  const signed = value => (value > 0 ? '+' : value < 0 ? '−' : '') + digits(Math.abs(value) * 100, 2) + ' %';
  const column = key => el('div', {}, el('h3', {}, TITLES[key]), signedBars(`${TITLES[key]} with 10 % more of each`, shown.filter(row => typeof row[key] === 'number')
    .map(row => ({ name: row.resource, value: row[key], text: signed(row[key]) })), { width }));
  return [{ title: 'What 10 % more of each would change', nodes: [beside(...keys.map(column)),
    note('Less is better in all of them.' + (idle.length ? ` Less than 0.05 %: ${idle.join(', ')}.` : ''))] }];
}

export function powerView(answer) {
  const power = answer.power;
  if (!power || !(power.chip_w > 0) || answer.fits === false) return [];
  const chip = [['switching_w', 'arithmetic'], ...(power.memories ? [] : [['memory_w', 'memories']]), ['links_w', 'links'], ['static_w', 'static']]
    .filter(([key]) => power[key] > 0).map(([key, name]) => ({ name, value: power[key] }));
  for (const [name, value] of Object.entries(power.memories || {})) if (value > 0) chip.push({ name, value });
  chip.forEach((part, kind) => { part.kind = kind; });
  const list = [{ name: 'chip', parts: chip }];
  if (power.meter_w > 0) list.push({ name: 'at the meter, for each chip', parts: [{ name: 'chip', value: power.chip_w, kind: 7 }, { name: 'host and board', value: power.host_w, kind: 6 },
    { name: `cooling and supply (PUE ${power.pue})`, value: power.meter_w - power.system_w, kind: 5 }].filter(part => part.value > 0) });
  return [{ title: 'Power', nodes: [swatches(chip.map(part => `${part.name} ${quantity(part.value, 'W', 3)}`)), stackedBars('Power by parts', list, 'W'),
    note(`While it serves${power.clock < 1 ? `, at ${percent(power.clock)} of its clock` : ''}.`)] }];
}

export function costView(answer) {
  const cost = answer.cost && answer.cost.usd_per_mtok;
  if (!cost || !(cost.total > 0) || answer.fits === false) return [];
  const parts = Object.entries(cost).filter(([key, value]) => key !== 'total' && value > 0).map(([name, value], kind) => ({ name, value, kind }));
  if (!parts.length) return [];
  return [{ title: 'Price', nodes: [swatches(parts.map(part => `${part.name} ${quantity(part.value, 'USD', 3)}`)),
    stackedBars('Price of a million tokens by parts', [{ name: 'a million output tokens', parts }], 'USD'),
    note(`Chips ${answer.cost.basis}: ${digits(answer.cost.usd_per_h, 4)} USD an hour` + (answer.cost.cloud_usd_per_h ? `; rented, ${digits(answer.cost.cloud_usd_per_h, 4)}.` : '.'))] }];
}

// A control loop: its stages after each other within the period.
export function deadlineView(answer) {
  const deadline = answer.deadline;
  if (!deadline || typeof deadline !== 'object' || !Array.isArray(answer.phases)) return [];
  const parts = answer.phases.map((phase, kind) => ({ name: phase.name, kind, value: phase.seconds, hint: [`bound by ${phase.bound_by}`] }));
  const ideal = answer.ideal ? [{ name: 'by the data sheet alone', parts: answer.ideal.phases.map((phase, kind) => ({ name: phase.name, kind, value: phase.seconds })) }] : [];
  return [{ title: 'Control loop', nodes: [swatches(parts.map(part => part.name)), stackedBars('Stages of a control loop', [{ name: 'stages', parts, most: deadline.period_s }, ...ideal], 's'),
    note(`The thick line is the period, ${quantity(deadline.period_s, 's', 3)}.` + (deadline.chunk_period_s ? ` One inference gives ${answer.actions_per_inference} actions, which last ${quantity(deadline.chunk_period_s, 's', 3)}.` : '')),
    ...table('Control loop', [deadline])] }];
}
