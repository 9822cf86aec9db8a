// Predictions beside measurements: every row as a point, how errors are spread, and who is how far off.
import { choice, el, hint, note, walk } from './dom.js';
import { frame, legend, mark } from './chart.js';
import { stackedBars } from './bars.js';
import { digits, nameOf } from './format.js';
import { table } from './table.js';

const MOST_KINDS = 8;

// `points` of the document: { columns, rows, names } with row, device, operation, dtype, library, measured, predicted, low, high.
function read(answer) {
  const points = answer.points;
  if (!points || !Array.isArray(points.rows) || !points.rows.length) return [];
  const named = (name, value) => points.names && points.names[name] ? points.names[name][value] : value;
  return points.rows.map(row => Object.fromEntries(points.columns.map((name, i) => [name, named(name, row[i])]))).filter(p => p.measured > 0 && p.predicted > 0);
}

function scatter(all) {
  const ways = ['device', 'operation', 'library', 'dtype'].filter(name => new Set(all.map(p => p[name])).size > 1);
  const holder = el('div'), state = { by: ways[0] || 'device', only: 'all' };
  const draw = () => {
    const counts = new Map();
    for (const p of all) counts.set(p[state.by], (counts.get(p[state.by]) || 0) + 1);
    const names = [...counts.entries()].sort((a, b) => b[1] - a[1]).map(([name]) => name), kinds = names.slice(0, MOST_KINDS - (names.length > MOST_KINDS ? 1 : 0));
    const shown = all.filter(p => state.only === 'all' || p[state.by] === state.only), both = shown.flatMap(p => [p.measured, p.predicted]);
    const picture = frame({ height: 520, label: `${shown.length} rows: predicted against measured`, x: { values: both, unit: '', log: true, title: 'measured' }, y: { values: both, unit: '', log: true, title: 'predicted' } });
    const [low, high] = picture.across.domain(), line = (factor, kind) => el('path', { class: kind, d: `M${picture.across(Math.max(low, low / factor))} ${picture.up(Math.max(low, low / factor) * factor)}L${picture.across(Math.min(high, high / factor))} ${picture.up(Math.min(high, high / factor) * factor)}` });
    picture.layer.append(line(1, 'rule'), line(1.2, 'rule faint'), line(1 / 1.2, 'rule faint'));
    const marks = shown.map(p => hint(mark(kinds.includes(p[state.by]) ? kinds.indexOf(p[state.by]) : MOST_KINDS - 1, picture.across(p.measured), picture.up(p.predicted), { role: 'img', 'data-row': p.row,
      'aria-label': `row ${p.row}: measured ${digits(p.measured)}, predicted ${digits(p.predicted)}` }),
    () => [`row ${p.row}: ${[p.device, p.operation, p.dtype, p.library].filter(Boolean).join(', ')}`, `measured ${digits(p.measured)}`, `predicted ${digits(p.predicted)} (${p.predicted > p.measured ? '+' : ''}${digits((p.predicted / p.measured - 1) * 100, 3)} %)`,
      ...(typeof p.low === 'number' && typeof p.high === 'number' ? [`low ${digits(p.low)}, high ${digits(p.high)}` + (p.measured < p.low || p.measured > p.high ? ': measured outside' : '')] : [])]));
    marks.forEach(element => element.classList.add('small'));
    picture.layer.append(...marks);
    walk(marks);
    const [only] = choice('Only', ['all', ...names], state.only, value => { state.only = value; draw(); });
    holder.replaceChildren(el('p', { class: 'controls' }, only), legend([...kinds, ...(names.length > MOST_KINDS ? ['others'] : [])]), picture.svg);
  };
  const [by] = choice('Colour by', ways.length ? ways : ['device'], state.by, value => { state.by = value; state.only = 'all'; draw(); }, nameOf);
  draw();
  return [el('p', { class: 'controls' }, by), holder, note('The line is where both are equal, the faint ones 20 % to both sides.')];
}

function histogram(all) {
  const edges = [-80, -60, -40, -20, -10, -5, 5, 10, 20, 40, 60, 80], counts = Array(edges.length + 1).fill(0);
  for (const p of all) {
    const error = (p.predicted / p.measured - 1) * 100, at = edges.findIndex(edge => error < edge);
    counts[at < 0 ? edges.length : at]++;
  }
  const name = i => i === 0 ? `below ${edges[0]} %` : i === edges.length ? `above +${edges[i - 1]} %` : `${edges[i - 1]} to ${edges[i]} %`;
  return stackedBars('How errors are spread', counts.map((count, i) => ({ name: name(i), parts: [{ name: 'rows', value: count, kind: i === 6 ? 2 : 0 }] })), 'rows', { total: row => digits(row.parts[0].value) });
}

const NAMES = { mdape: 'median, %', mape: 'mean, %', p90: '90th, %', bias: 'bias, %', coverage80: 'inside, %', mean_width: 'width, %', n: 'rows' };
const MEANING = 'Errors in per cent of what was measured: their median, mean and 90th percentile, and their mean with signs (bias); how many rows lie inside low and high, and how wide these are apart.';

// Errors as shares of what was measured; pressing a head puts the largest first or last.
const withErrors = rows => rows.map(row => ({ ...row, error_share: row.predicted / row.measured - 1 }));

export function validateView(answer) {
  if (!Array.isArray(answer.totals) || !answer.file) return [];
  const all = read(answer), parts = [];
  if (all.length) {
    parts.push({ title: 'Predicted against measured', nodes: [...scatter(all), ...(answer.points.of > answer.points.rows.length ? [note(`${answer.points.rows.length} of ${answer.points.of} rows are shown, evenly taken; the CSV of --predictions has all.`)] : [])] });
    parts.push({ title: 'How errors are spread', nodes: [histogram(all)] });
  }
  if (answer.groups.length) parts.push({ title: 'Groups of rows', wide: true, nodes: [note(MEANING), ...table('Groups of rows', answer.groups, { names: NAMES })] });
  if (answer.totals.length) parts.push({ title: 'All together', wide: true, nodes: table('All together', answer.totals, { names: NAMES }) });
  if (answer.worst.length) parts.push({ title: 'Farthest off', wide: true, nodes: table('Farthest off', withErrors(answer.worst), { names: { error_share: 'error' } }) });
  if (all.length) parts.push({ title: 'Rows', wide: true, nodes: table('Rows', withErrors(all), { names: { error_share: 'error' } }) });
  return parts;
}
