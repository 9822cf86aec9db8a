// Deployments side by side: a picture for each metric, the best marked, and why it is.
import { el, note } from './dom.js';
import { beside, columnWidth } from './chart.js';
import { nameOf, percent, quantity, show, unitOf } from './format.js';
import { rankedBars } from './bars.js';
import { table } from './table.js';

const LESS_IS_BETTER = /^(ttft|tpot|latency|joules|usd|watts|meter|area|power|price|system|memory)/;

// What tells rows apart: model and machine, and where those do not, plan and scenario.
function labels(rows) {
  const differs = read => new Set(rows.map(row => JSON.stringify(read(row)))).size > 1;
  const base = ['model', 'machine'].filter(key => differs(row => row[key])), text = row => (base.length ? base.map(key => row[key]) : [row.machine]).join(', ');
  if (new Set(rows.map(text)).size === rows.length) return rows.map(text);
  const more = ['scenario', 'plan'].flatMap(group => Object.keys(rows[0][group] || {}).map(key => [group, key])).filter(([group, key]) => differs(row => (row[group] || {})[key]));
  return rows.map(row => [text(row), ...more.map(([group, key]) => `${key} ${show((row[group] || {})[key], key)}`)].join(', '));
}

function panel(answer, metric, names, width) {
  const best = answer.winner[metric], unit = unitOf(metric), less = LESS_IS_BETTER.test(metric);
  const rows = answer.rows.map((row, i) => {
    const value = row.fits && typeof row.metrics[metric] === 'number' ? row.metrics[metric] : null, most = best >= 0 ? answer.rows[best].metrics[metric] : null;
    const times = value > 0 && most > 0 && i !== best ? `${quantity(less ? value / most : most / value, '', 3)} times ${less ? 'as much' : 'less'} as the best` : '';
    return { name: names[i], value, text: value === null ? (row.fits ? 'unknown' : 'does not fit') : quantity(value, unit), best: i === best, hint: [`${nameOf(metric)} ${quantity(value, unit)}`, i === best ? 'the best' : times.replace('less as', 'less than'),
      value === null && row.reason ? row.reason : ''].filter(Boolean) };
  });
  return el('div', { 'data-metric': metric }, el('h3', {}, nameOf(metric), el('small', {}, less ? ' less is better' : ' more is better')), rankedBars(nameOf(metric), rows, { width }));
}

// "ttft: A wins by 3.33x over B: ..." without the short name before it.
function reasons(answer) {
  return (answer.why || []).map(({ metric, text }) => el('li', {}, el('b', {}, nameOf(metric)), text.slice(text.indexOf(':'))));
}

export function compareView(answer) {
  if (!Array.isArray(answer.rows) || !answer.rows.length || !answer.winner) return [];
  // Winners are numbers of rows, which a cut document has no more.
  if (answer.cut) return [{ title: 'Deployments', nodes: table('Deployments', answer.rows) }];
  const names = labels(answer.rows), metrics = Object.keys(answer.winner).filter(metric => answer.rows.some(row => row.fits && typeof row.metrics[metric] === 'number'));
  const width = columnWidth(3);
  const rows = answer.rows.map((row, i) => ({ deployment: names[i], wins: Object.values(answer.winner).filter(who => who === i).length, ...(row.fits ? row.metrics : {}), ...(row.reason ? { reason: row.reason } : {}) }));
  const parts = [];
  if (metrics.length) parts.push({ title: 'Side by side', nodes: [beside(...metrics.map(metric => panel(answer, metric, names, width))), note('★ marks the best of each.')] });
  if (answer.why && answer.why.length) parts.push({ title: 'Who wins by how much, and why', nodes: [el('ul', {}, ...reasons(answer))] });
  const missing = answer.rows.map((row, i) => [names[i], row]).filter(([, row]) => !row.fits);
  if (missing.length) parts.push({ title: 'What does not fit', nodes: [el('ul', {}, ...missing.map(([name, row]) => el('li', {}, `${name}: ${row.reason || 'does not fit'}`)))] });
  parts.push({ title: 'Deployments', nodes: table('Deployments', rows) });
  return parts;
}
