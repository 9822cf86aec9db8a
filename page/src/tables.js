// All else that the document holds: lists of texts, a table for each list that no view has shown, and every single figure.
import { el } from './dom.js';
import { nameOf, show } from './format.js';
import { flat, table } from './table.js';

// Lists that a view of their own shows.
const SHOWN = new Set(['operators', 'rows', 'why', 'groups', 'totals', 'worst', 'points', 'memories', 'einsums', 'front', 'facts', 'provenance', 'bounds', 'needs', 'objectives', 'references', 'crossovers', 'baseline', 'cut', 'masks']);
const UNITS = { sensitivities: { ttft: 'share', tpot: 'share', usd_per_mtok: 'share' } };
const TITLES = { notes: 'Notes', phases: 'Phases', sensitivities: 'Changes with 10 % more, in figures', unanswered: 'Rows without an answer' };
const NAMES = { phases: { seconds: 'time', energy_j: 'energy', flops: 'work', bytes: 'traffic' } };

export function tablesView(answer) {
  const parts = [];
  for (const [key, value] of Object.entries(answer)) {
    if (!Array.isArray(value) || !value.length || SHOWN.has(key)) continue;
    const title = TITLES[key] || nameOf(key).replace(/^./, letter => letter.toUpperCase());
    if (value[0] && typeof value[0] === 'object') parts.push({ title, nodes: table(title, value, { units: UNITS[key], names: NAMES[key] }) });
    else parts.push({ title, nodes: [el('ul', {}, ...value.map(text => el('li', {}, show(text, key))))] });
  }
  const figures = Object.entries(flat(answer)).filter(([, value]) => !Array.isArray(value)).map(([figure, value]) => ({ figure, value: show(value, figure.split('.').pop()) }));
  parts.push({ title: 'All figures', nodes: [el('details', {}, el('summary', {}, `${figures.length} figures of the document, by their keys in JSON`), ...table('All figures', figures))] });
  return parts;
}
