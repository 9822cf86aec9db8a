// Agents: what a task's time, energy and price go into, and every turn after the other.
import { el, note } from './dom.js';
import { digits, quantity } from './format.js';
import { stackedBars, stackedColumns } from './bars.js';
import { beside, columnWidth, swatches } from './chart.js';
import { table } from './table.js';

const PARTS = [['prefill', 'reading'], ['recompute', 'reading again what the cache lost'], ['decode', 'writing'], ['tool', 'waiting for tools'], ['queue', 'waiting for its place']];

function partsOf(row, suffix) {
  return PARTS.map(([key, name], kind) => ({ name, kind, value: row[`${key}_${suffix}`] || 0 })).filter(part => part.value > 0);
}

export function agentView(answer) {
  const agent = answer.agent;
  if (!agent) return [];
  const width = columnWidth(3), whole = [['time', 'seconds', 's'], ['energy', 'joules', 'J'], ['price', 'usd', 'USD']].map(([name, suffix, unit]) =>
    stackedBars(`${name} of a task`, [{ name, parts: partsOf(agent, suffix) }], unit, { width }));
  const faster = Object.entries(agent.faster_without || {}).filter(([, factor]) => factor > 1.005).sort((a, b) => b[1] - a[1]).map(([name, factor]) => `${name.replaceAll('_', ' ')} ${digits(factor, 3)} times`);
  const parts = [{ title: 'A task', nodes: [swatches(PARTS.map(([, name]) => name)), beside(...whole),
    note((faster.length ? `How much faster a task would be without each: ${faster.join(', ')}. ` : '') + `${quantity(agent.read_tokens, '')} tokens are read, ${quantity(agent.written_tokens, '')} written.`)] }];
  const turns = agent.turn_list || [];
  if (!turns.length) return parts;
  const rows = turns.map(turn => ({ name: `turn ${turn.turn}`, short: String(turn.turn), parts: partsOf(turn, 'seconds'), hint: [`context ${quantity(turn.context_tokens, 'tokens')}`] }));
  const context = turns.map(turn => ({ name: `turn ${turn.turn}`, short: String(turn.turn), parts: [{ name: 'in the cache', kind: 5, value: Math.max(0, turn.context_tokens - turn.new_tokens - turn.missed_tokens) },
    { name: 'new', kind: 0, value: turn.new_tokens }, { name: 'lost, read again', kind: 1, value: turn.missed_tokens }].filter(part => part.value > 0) }));
  parts.push({ title: 'Turn by turn', nodes: [el('h3', {}, 'Time'), swatches(PARTS.map(([, name]) => name)), stackedColumns('Time of each turn', rows, 's'),
    el('h3', {}, 'Context, tokens'), stackedColumns('Context of each turn', context, '', { height: 200 }), el('ul', { class: 'legend' }, ...swatchOf([[5, 'in the cache'], [0, 'new'], [1, 'lost, read again']])),
    el('h3', {}, 'All turns'), ...table('Turns', turns)] });
  return parts;
}

function swatchOf(list) {
  return list.map(([kind, name]) => swatches([name], kind).firstChild);
}
