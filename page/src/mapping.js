// The best mapping: one einsum, a fused group, a front, or a whole graph of which one picks a row.
import { el, hint, note, walk } from './dom.js';
import { frame, mark, swatches } from './chart.js';
import { stackedBars } from './bars.js';
import { exact, percent, quantity } from './format.js';
import { evaluationParts } from './evaluate.js';
import { nest } from './nest.js';
import { table } from './table.js';

const ranksOf = (answer, group) => Object.assign({}, ...group.einsums.map(name => (answer.einsums.find(e => e.name === name) || {}).ranks || {}));

// Points of energy and cycles; pressing one draws its nest.
function frontPart(points, answer) {
  const ranks = answer.einsums.length === 1 ? answer.einsums[0].ranks : {}, own = points.findIndex(point => point.cycles === answer.cycles && point.energy_pj === answer.energy_pj);
  const holder = el('div', { role: 'status', 'aria-live': 'polite' }), name = point => `${quantity(point.energy_pj, 'pJ')} in ${quantity(point.cycles, 'cycles')}`;
  const picture = frame({ height: 360, label: `${points.length} mappings that no other beats. Arrow keys go from one to the next, Enter chooses one.`,
    x: { values: points.map(p => p.cycles), unit: 'cycles', log: false, title: 'time' }, y: { values: points.map(p => p.energy_pj * 1e-12), unit: 'J', log: false, title: 'energy' } });
  const marks = points.map((point, i) => hint(mark(0, picture.across(point.cycles), picture.up(point.energy_pj * 1e-12), { role: 'button', 'data-point': i, 'aria-pressed': 'false',
    'aria-label': name(point) }), () => [quantity(point.energy_pj, 'pJ'), exact(point.cycles) + ' cycles', ...(point.bound_by ? ['bound by ' + point.bound_by] : [])]));
  const parts = point => (point.groups || []).map(group => ({ name: group.einsums.join(' + '), mapping: group.mapping, ranks: ranksOf(answer, group), members: group.members }))
    .concat((point.points || []).map((at, i) => ({ ...answer.einsums[i].front[at], name: answer.einsums[i].name, ranks: answer.einsums[i].ranks })));
  const nests = point => point.mapping ? [nest(point.mapping, { ranks, memories: point.memories })]
    : parts(point).filter(part => part.mapping).flatMap(part => [el('h4', {}, part.name), nest(part.mapping, part)]);
  const choose = i => {
    marks.forEach((element, k) => element.setAttribute('aria-pressed', String(k === i)));
    holder.replaceChildren(el('h3', {}, name(points[i])), ...(i === own ? [note('The answer: the least product of energy and time. What follows is about it.')] : []), ...nests(points[i]));
  };
  picture.layer.append(...marks);
  walk(marks, choose);
  choose(Math.max(own, 0));
  return { title: 'Energy against time', nodes: [picture.svg, note('Each point is the best for its time: none takes less of both.'), holder] };
}

// Energy or cycles of all groups and of what has no mapping, repeats counted; the largest keep a colour.
function totals(groups, unmapped) {
  const rows = [['Energy', g => g.energy_pj * 1e-12 * g.repeats, 'J'], ['Cycles', g => g.cycles * g.repeats, 'cycles']];
  const largest = [...groups].sort((a, b) => b.energy_pj * b.repeats - a.energy_pj * a.repeats).slice(0, 7);
  return rows.flatMap(([name, of, unit]) => {
    const parts = largest.map((g, kind) => ({ name: g.einsums.join(' + '), value: of(g), kind, hint: [`${g.repeats} ×`] })), rest = [...groups.filter(g => !largest.includes(g)), ...unmapped].reduce((sum, g) => sum + of(g), 0);
    if (rest > 0) parts.push({ name: 'all others', value: rest, kind: 7 });
    return [stackedBars(name + ' of all', [{ name, parts: parts.filter(part => part.value > 0) }], unit)];
  }).concat(swatches([...largest.map(g => g.einsums.join(' + ')), ...(groups.length + unmapped.length > largest.length ? ['all others'] : [])]));
}

function groupPart(answer, groups) {
  const holder = el('div', { role: 'status', 'aria-live': 'polite' });
  const memoriesOf = name => (answer.einsums.find(e => e.name === name) || {}).memories || null;
  const choose = group => holder.replaceChildren(el('h3', {}, group.einsums.join(' + ')),
    ...(group.kept && group.kept.length ? [el('p', {}, 'Stays on the chip: ' + group.kept.map(kept => `${kept.tensor} in ${kept.memory} (${quantity(kept.words * kept.bits / 8, 'B')})`).join(', ') + '.')] : []),
    ...(group.mapping ? [nest(group.mapping, { ranks: ranksOf(answer, group), kept: group.kept || [], members: group.members, memories: group.einsums.length === 1 ? memoriesOf(group.einsums[0]) : null })] : [note('No mapping fits.')]));
  const shown = groups.map(group => ({ einsums: group.einsums.join(' + '), repeats: group.repeats, energy_pj: group.energy_pj, cycles: group.cycles, utilization: group.utilization, proven: group.proven,
    ...(group.unfused_energy_pj !== group.energy_pj ? { alone_energy_pj: group.unfused_energy_pj, alone_cycles: group.unfused_cycles } : {}) }));
  const of = new Map(shown.map((row, i) => [row, groups[i]]));
  choose(groups[0]);
  return { title: groups.length > 1 ? 'Einsums and their nests' : 'Loop nest', nodes: groups.length > 1 ? [note('Press a name to see its nest.'), ...table('Einsums', shown, { choose: row => choose(of.get(row)) }), holder] : [holder] };
}

function fusedPart(answer) {
  const { unfused } = answer;
  const row = (name, energy, kind) => ({ name, parts: [{ name: 'energy', value: energy * 1e-12, kind }] });
  return { title: 'Fused and not', nodes: [stackedBars('Energy fused and not', [row('each alone', unfused.energy_pj, 7), row('fused', answer.energy_pj, 2)], 'J'),
    note(`Fused it takes ${percent(answer.energy_pj / unfused.energy_pj)} of the energy and ${percent(answer.cycles / unfused.cycles)} of the cycles.`)] };
}

// Numbers of bands that the rows of a mask were cut in.
function maskPart(mask) {
  const all = mask.tried.length ? mask.tried[0].pairs : 0;
  const rows = mask.tried.map(trial => ({ bands: trial.bands, pairs: percent(trial.pairs / all), energy: quantity(trial.energy_pj, 'pJ'), cycles: trial.cycles,
    answer: (trial.bands === mask.bands ? 'taken, ' : '') + (trial.searched ? trial.proven ? 'proven' : 'as far as found' : 'ruled out by a bound') }));
  const title = `Bands of ${mask.einsums.join(' + ')}`;
  return { title, nodes: [note(`Query ${mask.rows} sees ${mask.columns} up to its own${mask.past ? `, ${exact(mask.past)} further on` : ''}${mask.window ? `, ${exact(mask.window)} at most` : ''}. Rows are cut in bands, each with the columns that its last row sees.`), ...table(title, rows)] };
}

export function mapView(answer) {
  if (!answer.objective || !Array.isArray(answer.einsums)) return [];
  const parts = [], groups = answer.groups || [], single = answer.einsums.length === 1 ? answer.einsums[0] : null;
  if (!answer.proven) parts.push({ title: 'Proof', nodes: [note(`The search ended at a limit: nothing is below ${quantity(answer.lower_bound, answer.objective === 'energy' ? 'pJ' : answer.objective === 'latency' ? 'cycles' : '')}, which is ${percent(answer.gap)} lower than what was found.`)] });
  if (answer.unfused && groups.some(group => group.einsums.length > 1)) parts.push(fusedPart(answer));
  if (groups.length > 1) parts.push({ title: 'Where energy and time go', nodes: totals(groups, answer.unmapped || []) });
  const points = Array.isArray(answer.front) && answer.front.length > 1 ? answer.front : null;
  if (points) parts.push(frontPart(points, answer));
  if (single && Array.isArray(answer.memories) && answer.mapping) parts.push(...(points ? [] : [{ title: 'Loop nest', nodes: [nest(answer.mapping, answer)] }]), ...evaluationParts(answer));
  else if (groups.some(group => group.mapping)) parts.push(groupPart(answer, groups));
  for (const mask of answer.masks || []) if (mask.columns) parts.push(maskPart(mask));
  return parts;
}
