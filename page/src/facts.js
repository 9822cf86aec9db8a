// What a study stands on: published facts beside its numbers, and where each constant comes from.
import { el, note } from './dom.js';
import { nameOf, readable, show } from './format.js';
import { table } from './table.js';

// How far machines that exist lie from the front, and why.
function referenceRows(answer) {
  const metrics = (answer.objectives || []).map(objective => objective.metric);
  return answer.references.flatMap(reference => (reference.points || [reference]).map(point => ({ machine: reference.machine, ...Object.fromEntries(Object.entries(point.choices || {}).map(([path, value]) => [path.split('.').pop(), value])),
    distance: point.distance, ...Object.fromEntries(metrics.map(metric => [metric, (point.metrics || {})[metric]])), ...(point.nearest && !answer.cut ? { nearest_point: point.nearest.point + 1 } : {}), status: reference.status })));
}

export function factsView(answer) {
  const parts = [];
  if (Array.isArray(answer.references) && answer.references.length) {
    const why = answer.references.filter(reference => reference.why).map(reference => el('li', {}, el('b', {}, reference.machine), `, ${readable(reference.why)}.`));
    parts.push({ title: 'Machines that exist, beside the front', nodes: [note('Distance: how many times better the nearest point of the front is in the figure where it is the least ahead; 1 lies on the front.'),
      ...(why.length ? [el('ul', {}, ...why)] : []), ...table('Machines beside the front', referenceRows(answer))] });
  }
  if (Array.isArray(answer.facts) && answer.facts.length) {
    const rows = answer.facts.map(fact => ({ what: fact.what, figure: fact.metric ? `${nameOf(fact.metric)} ${show(fact.value, fact.metric)}` : null, source: fact.source }));
    parts.push({ title: 'Published facts', nodes: table('Published facts', rows) });
  }
  if (Array.isArray(answer.provenance) && answer.provenance.length) {
    const memory = answer.provenance.filter(row => row.from_memory).length, rows = [...answer.provenance].sort((a, b) => b.from_memory - a.from_memory);
    parts.push({ title: 'Where the constants come from', nodes: [note(`${answer.provenance.length} constants; ${memory} of them are from memory, and stand first.`), ...table('Constants', rows, { names: { of: 'of', key: 'constant' } })] });
  }
  return parts;
}
