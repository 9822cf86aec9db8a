// A study, or the plans of a deployment: the front as points whose axes one chooses, and the details of the one selected.
import { choice, el, hint, note, walk } from './dom.js';
import { WIDTH, frame, mark, switches } from './chart.js';
import { digits, nameOf, quantity, readable, show, unitOf } from './format.js';
import { bestOf } from './summary.js';
import { table } from './table.js';

const PANEL = 340, KINDS = 8;

// Points { choices, metrics, equal } of a study's front or of an estimate's plans.
function pointsOf(answer) {
  if (!Array.isArray(answer.front) || !answer.front.length) return null;
  if (answer.front[0].metrics) return answer.front;
  if (!answer.front[0].plan) return null;
  return answer.front.map(({ plan, ...metrics }) => ({ choices: plan, metrics }));
}

const differs = (points, read) => new Set(points.map(point => JSON.stringify(read(point)))).size > 1;

// Names of choices: paths without the file that they stand in, where that is enough.
function namesOf(points) {
  const paths = Object.keys(points[0].choices), cut = paths.map(path => path.replace(/^(machine\.levels|machine|model|plan|scenario)\./, ''));
  return new Map(paths.map((path, i) => [path, (cut.filter(name => name === cut[i]).length > 1 ? path : cut[i]).replace(/[._]/g, ' ')]));
}

// Choices by which marks can be told apart, texts first, then those with the most values.
function colourings(points) {
  return Object.keys(points[0].choices).map(path => [path, [...new Set(points.map(point => point.choices[path]))]]).filter(([, values]) => values.length > 1 && values.length <= KINDS)
    .map(([path, values]) => [path, values.every(value => typeof value === 'number') ? values.sort((a, b) => a - b) : values])
    .sort((a, b) => (typeof b[1][0] === 'string') - (typeof a[1][0] === 'string') || b[1].length - a[1].length);
}

// What a metric of a point may be, low to high, where the document says so.
function band(point, metric) {
  const band = point.bands && point.bands[metric];
  return band ? [band.low, band.high] : null;
}

const SHOWN_REFERENCES = 60;

// Machines that a study is held against, with each of their points, as points of the picture.
function referencesOf(answer) {
  const baseline = (answer.baseline || []).filter(point => point.metrics).map(point => ({ ...point, machine: 'baseline' }));
  return baseline.concat((answer.references || []).filter(reference => reference.metrics).flatMap(reference => (reference.points || [reference]).map(point => ({ ...point, machine: reference.machine })))).slice(0, SHOWN_REFERENCES);
}

function details(answer, point, names) {
  const pairs = list => el('dl', { class: 'pairs' }, ...list.flatMap(([key, name, text]) => [el('dt', {}, name), el('dd', { 'data-key': key }, text)]));
  const known = Object.keys(point.metrics).filter(key => typeof point.metrics[key] === 'number'), first = (answer.objectives || []).map(o => o.metric);
  const order = [...first.filter(key => known.includes(key)), ...known.filter(key => !first.includes(key))];
  const text = key => show(point.metrics[key], key) + (band(point, key) ? ` ± ${digits((band(point, key)[1] - band(point, key)[0]) / 2, 2)}` : '') +
    (typeof (point.of_baseline || {})[key] === 'number' ? ` (×${digits(point.of_baseline[key], 3)})` : '');
  return [el('h3', {}, 'Choices'), pairs([...names].map(([path, name]) => [path, name, show(point.choices[path])])), el('h3', {}, point.of_baseline ? 'Figures (× of the baseline)' : 'Figures'),
    pairs(order.map(key => [key, nameOf(key), text(key)])), point.equal ? note(`${point.equal} more ${point.equal === 1 ? 'point has' : 'points have'} the same figures.`) : null].filter(Boolean);
}

// Published facts about a metric that stands on an axis, as lines.
function drawFacts(answer, picture, state) {
  for (const fact of answer.facts || []) {
    const [x0, x1] = picture.across.domain(), [y0, y1] = picture.up.domain(), { left, right, top, bottom } = picture.box;
    if (fact.metric === state.x && fact.value >= x0 && fact.value <= x1) {
      const x = picture.across(fact.value);
      picture.layer.append(hint(el('path', { class: 'fact', d: `M${x} ${top}V${bottom}`, role: 'img', 'aria-label': fact.what }), () => [fact.what, show(fact.value, fact.metric), fact.source]));
    }
    if (fact.metric === state.y && fact.value >= y0 && fact.value <= y1) {
      const y = picture.up(fact.value);
      picture.layer.append(hint(el('path', { class: 'fact', d: `M${left} ${y}H${right}`, role: 'img', 'aria-label': fact.what }), () => [fact.what, show(fact.value, fact.metric), fact.source]));
    }
  }
}

function drawPoint(picture, state, point, i, view) {
  const { x: across, y: up } = state, x = picture.across(point.metrics[across]), y = picture.up(point.metrics[up]), bx = band(point, across), by = band(point, up);
  if (bx) picture.layer.append(el('path', { class: 'whisker faint', d: `M${picture.across(bx[0])} ${y}H${picture.across(bx[1])}` }));
  if (by) picture.layer.append(el('path', { class: 'whisker faint', d: `M${x} ${picture.up(by[0])}V${picture.up(by[1])}` }));
  const kind = state.by ? view.values.get(state.by).indexOf(point.choices[state.by]) : 0, figures = [across, up].map(key => `${nameOf(key)} ${show(point.metrics[key], key)}`);
  const element = mark(kind, x, y, { role: 'button', 'aria-pressed': String(i === state.selected), 'data-point': i, 'aria-label': `${view.title(point)}: ${figures.join(', ')}` });
  return hint(element, () => [view.title(point), ...figures]);
}

// A machine that exists: a cross with its name; how far from the front it lies.
function drawReference(picture, state, point, named) {
  const value = { x: point.metrics[state.x], y: point.metrics[state.y] };
  if (typeof value.x !== 'number' || typeof value.y !== 'number' || (state.log && !(value.x > 0 && value.y > 0))) return null;
  const x = picture.across(value.x), y = picture.up(value.y), choices = Object.entries(point.choices || {}).map(([path, chosen]) => `${path.split('.').pop()} ${show(chosen)}`).join(', ');
  const cross = el('path', { class: 'known', d: `M${x - 8} ${y - 8}L${x + 8} ${y + 8}M${x - 8} ${y + 8}L${x + 8} ${y - 8}`, role: 'img', 'data-machine': point.machine,
    'aria-label': `${point.machine}: ${nameOf(state.x)} ${show(value.x, state.x)}, ${nameOf(state.y)} ${show(value.y, state.y)}` });
  hint(cross, () => [`${point.machine}${choices ? ', ' + choices : ''}`, ...[state.x, state.y].map(key => `${nameOf(key)} ${show(point.metrics[key], key)}`),
    typeof point.distance === 'number' ? (point.distance <= 1.0005 ? 'lies on the front' : `the front is ${digits(point.distance, 3)} times better in its least advantage, ${nameOf(point.least_ahead)}`) : '']);
  const left = x > picture.box.right - 90;
  return [cross, named ? el('text', { x: left ? x - 10 : x + 10, y: y - 8, class: 'halo known-name', 'text-anchor': left ? 'end' : 'start' }, point.machine) : null].filter(Boolean);
}

function explain(answer, points) {
  const notes = [];
  if (answer.front[0].plan) notes.push(`No other of ${answer.plans} plans is better in all figures than one of these.`);
  else if (typeof answer.total === 'number') notes.push(`${quantity(answer.total, '')} points: ${quantity(answer.evaluated, '')} evaluated, ${quantity(answer.pruned, '')} ruled out by bounds, ${quantity(answer.infeasible, '')} not feasible` +
    (Object.keys(answer.reasons || {}).length ? ` (${Object.entries(answer.reasons).map(([why, count]) => `${quantity(count, '')} ${readable(why)}`).join(', ')})` : '') + (answer.complete === false ? '; stopped early.' : '.'));
  if (answer.law && points.some(point => typeof point.metrics.loss === 'number'))
    notes.push(`Loss is predicted by the law ${answer.law.name}; whiskers are its 95 % band. Differences between points are known better than that, as an error of the law's floor is the same for all.` + (answer.law.outside_range ? ' Some points lie outside of the sizes that the law was fitted to.' : ''));
  const crosses = [(answer.baseline || []).length ? 'the baseline' : '', (answer.references || []).length ? 'machines that exist, under the same work' : ''].filter(Boolean);
  if ((answer.facts || []).some(fact => fact.metric)) notes.push('Dashed lines are published facts: point at one to read it.');
  if (crosses.length) notes.push(`Crosses are ${crosses.join(', and ')}.`);
  return notes.map(note);
}

// The picture with its controls, and what selects a point in it.
function explorer(answer, points, metrics) {
  const names = namesOf(points), kinds = colourings(points), varied = [...names.keys()].filter(path => differs(points, point => point.choices[path]));
  const wanted = (answer.objectives || []).map(o => o.metric).filter(metric => metrics.includes(metric));
  const first = (list, but) => [...list, ...wanted, ...metrics].find(name => metrics.includes(name) && name !== but);
  const x = first(['tokens_per_s_per_user', 'tpot_s', 'latency_s']), state = { x, y: first(['usd_per_mtok', 'joules_per_token'], x), log: true, by: kinds.length ? kinds[0][0] : null, selected: -1, hidden: new Set() };
  const holder = el('div', { class: 'holder' }), panel = el('div', { role: 'status', class: 'details panel', tabindex: 0, 'aria-label': 'The selected point', 'aria-live': 'polite' }, note('Select a point to see its choices and figures.'));
  const known = referencesOf(answer), view = { values: new Map(kinds), title: point => (varied.length ? varied : [...names.keys()]).map(path => `${names.get(path)} ${show(point.choices[path])}`).join(', ') };
  const width = WIDTH >= 860 ? WIDTH - PANEL - 20 : WIDTH;
  holder.style.maxWidth = width + 'px';
  const draw = () => {
    const of = key => ({ values: [...points.flatMap(p => [p.metrics[key], ...(band(p, key) || [])]), ...known.map(p => p.metrics[key]).filter(value => typeof value === 'number' && (!state.log || value > 0))], unit: unitOf(key), log: state.log, title: nameOf(key) });
    const picture = frame({ width, height: Math.min(480, Math.max(360, width * 0.66)), label: `${points.length} points: ${nameOf(state.y)} against ${nameOf(state.x)}. Arrow keys go from one to the next, Enter selects.`, x: of(state.x), y: of(state.y) });
    const shown = points.map((_, i) => i).filter(i => !state.by || !state.hidden.has(view.values.get(state.by).indexOf(points[i].choices[state.by])));
    drawFacts(answer, picture, state);
    const order = shown.sort((a, b) => points[a].metrics[state.x] - points[b].metrics[state.x]), marks = order.map(i => drawPoint(picture, state, points[i], i, view));
    const drawn = known.flatMap((point, i) => drawReference(picture, state, point, i === 0 || known[i - 1].machine !== point.machine) || []);
    picture.layer.append(...drawn.filter(element => element.tagName === 'path'), ...marks, ...drawn.filter(element => element.tagName === 'text'));
    walk(marks, k => select(order[k]));
    holder.replaceChildren(...(state.by ? [switches(view.values.get(state.by).map(value => `${names.get(state.by)} ${show(value)}`), state.hidden, draw)] : []), picture.svg);
  };
  const select = i => {
    state.selected = i;
    panel.replaceChildren(...details(answer, points[i], names));
    for (const element of holder.querySelectorAll('[data-point]')) element.setAttribute('aria-pressed', String(element.dataset.point === String(i)));
    for (const row of document.querySelectorAll('tr[data-point]')) row.classList.toggle('chosen', row.dataset.point === String(i));
  };
  const [xField] = choice('Across', metrics, state.x, value => { state.x = value; draw(); }, nameOf);
  const [yField] = choice('Upwards', metrics, state.y, value => { state.y = value; draw(); }, nameOf);
  const [byField] = kinds.length > 1 ? choice('Colour', kinds.map(([path]) => path), state.by, value => { state.by = value; state.hidden.clear(); draw(); }, path => names.get(path)) : [null];
  const log = el('input', { type: 'checkbox', checked: '' });
  log.addEventListener('change', () => { state.log = log.checked; draw(); });
  draw();
  select(Math.max(0, points.indexOf((bestOf(answer)[0] || {}).point)));
  const best = bestOf(answer).map(({ metric, goal, point }) => {
    const button = el('button', { type: 'button' }, `${goal === 'maximize' ? 'highest' : 'lowest'} ${nameOf(metric)}`);
    button.addEventListener('click', () => select(points.indexOf(point)));
    return button;
  });
  return { nodes: [el('p', { class: 'controls' }, xField, yField, byField, el('label', {}, log, ' logarithmic')), best.length ? el('p', { class: 'controls' }, 'Select the point with the', ...best) : null,
    el('div', { class: 'explorer' }, holder, panel)].filter(Boolean), names, select, holder };
}

export function studyView(answer) {
  const points = pointsOf(answer);
  if (!points) return [];
  const known = Object.keys(points[0].metrics).filter(name => points.every(point => typeof point.metrics[name] === 'number'));
  const metrics = known.filter(name => differs(points, point => point.metrics[name])), plans = Boolean(answer.front[0].plan);
  const rows = points.map((point, i) => ({ point: i + 1, ...Object.fromEntries(Object.entries(point.choices).filter(([path]) => points.length === 1 || differs(points, p => p.choices[path]))), ...Object.fromEntries(Object.entries(point.metrics).filter(([key]) => points.length === 1 || differs(points, p => p.metrics[key]))) }));
  const names = Object.fromEntries(namesOf(points)), all = { title: plans ? 'All plans of the front' : 'Points of the front' };
  const notes = explain(answer, points);
  if (metrics.length < 2) return [{ ...all, nodes: [...notes, ...table(all.title, rows, { names })] }];
  const picture = explorer(answer, points, metrics);
  return [{ title: plans ? 'Plans' : 'The front', nodes: [...picture.nodes, ...notes] }, { ...all, nodes: table(all.title, rows, { names, row: row => ({ 'data-point': row.point - 1 }),
    choose: row => { picture.select(row.point - 1); picture.holder.scrollIntoView({ block: 'nearest' }); } }) }];
}
