// Bars: one after the other in a row, rows below each other, names above so that phones have room.
import { el, hint, walk } from './dom.js';
import { quantity } from './format.js';
import { WIDTH, colour, fit, scale } from './chart.js';

const ROW = 40, LEFT = 4;
const sum = parts => parts.reduce((total, part) => total + part.value, 0);

function picture(label, width, height) {
  return el('svg', { viewBox: `0 0 ${width} ${height}`, width, role: 'group', 'aria-label': label, class: 'picture' });
}

function names(svg, y, width, name, value, attributes = {}) {
  const room = width - 2 * LEFT - 7.4 * value.length - 10;
  svg.append(el('text', { x: LEFT, y, ...attributes }, fit(name, room)), el('text', { x: width - LEFT, y, 'text-anchor': 'end', ...attributes }, value));
}

// `rows`: { name, parts: [{ name, value, kind, hint }], low, high, most }; one scale for all. `unit` of the values. low and high
// are drawn as a whisker, most as a limit. `total`: the text at a row's right.
export function stackedBars(label, rows, unit, { width = WIDTH, total = row => quantity(sum(row.parts), unit) } = {}) {
  const most = Math.max(...rows.flatMap(row => [sum(row.parts), row.high || 0, row.most || 0])) || 1;
  const at = value => LEFT + value / most * (width - 2 * LEFT), marks = [];
  const svg = picture(label, width, rows.length * ROW);
  rows.forEach((row, r) => {
    const whole = sum(row.parts);
    let before = 0;
    names(svg, r * ROW + 13, width, row.name, total(row));
    for (const part of row.parts) {
      const share = whole > 0 && row.parts.length > 1 ? `, ${quantity(part.value / whole, 'share')} of ${row.name}` : '';
      const rect = el('rect', { class: 'bar ' + colour(part.kind), x: at(before), y: r * ROW + 18, height: 16, role: 'img', 'data-value': part.value,
        width: Math.max(part.value / most * (width - 2 * LEFT), 0.5), 'aria-label': `${row.name}, ${part.name}: ${quantity(part.value, unit)}` });
      hint(rect, () => [part.name, quantity(part.value, unit) + share, ...(part.hint || [])]);
      marks.push(rect);
      svg.append(rect);
      before += part.value;
    }
    const y = r * ROW;
    if (row.high > row.low) svg.append(el('path', { class: 'whisker', d: `M${at(row.low)} ${y + 26}H${at(row.high)}M${at(row.low)} ${y + 21}v10M${at(row.high)} ${y + 21}v10` }));
    if (row.most) svg.append(el('path', { class: 'limit', d: `M${at(row.most)} ${y + 15}v22` }));
  });
  walk(marks);
  return svg;
}

// Bars to both sides of zero, names at the left; `items`: { name, value, text }.
export function signedBars(label, items, { width = WIDTH } = {}) {
  const row = 24, column = Math.min(170, width * 0.42), room = 74, marks = [];
  const least = Math.min(0, ...items.map(item => item.value)), most = Math.max(0, ...items.map(item => item.value));
  const from = column + (least < 0 ? room : 6), to = width - (most > 0 ? room : 6);
  const at = value => from + (value - least) / (most - least || 1) * (to - from);
  const svg = picture(label, width, items.length * row);
  svg.append(el('path', { class: 'rule', d: `M${at(0)} 0V${items.length * row}` }));
  items.forEach((item, i) => {
    const left = item.value < 0, end = at(item.value);
    const rect = el('rect', { class: 'bar ' + colour(left ? 2 : 1), x: Math.min(at(0), end), y: i * row + 4, width: Math.max(Math.abs(end - at(0)), 0.5), height: 16,
      role: 'img', 'aria-label': `${item.name}: ${item.text}`, 'data-value': item.value });
    hint(rect, () => [item.name, item.text]);
    marks.push(rect);
    svg.append(el('text', { x: 0, y: i * row + 17 }, fit(item.name, column)), rect,
      el('text', { x: left ? end - 5 : end + 5, y: i * row + 17, 'text-anchor': left ? 'end' : 'start' }, item.text));
  });
  walk(marks);
  return svg;
}

// One bar a row, the best of them marked; `rows`: { name, value, text, best, hint }, value null where there is none.
export function rankedBars(label, rows, { width = WIDTH } = {}) {
  const row = 36, most = Math.max(...rows.map(item => item.value || 0)) || 1, marks = [];
  const svg = picture(label, width, rows.length * row);
  rows.forEach((item, i) => {
    const rect = el('rect', { class: 'bar ' + colour(item.best ? 2 : 0), x: LEFT, y: i * row + 18, height: 12, role: 'img', 'data-value': item.value,
      width: Math.max((item.value || 0) / most * (width - 2 * LEFT), 0.5), 'aria-label': `${item.name}: ${item.text}${item.best ? ', the best' : ''}` });
    hint(rect, () => [item.name, ...item.hint]);
    marks.push(rect);
    names(svg, i * row + 13, width, (item.best ? '★ ' : '') + item.name, item.text, { class: item.best ? 'best' : null });
    svg.append(rect);
  });
  walk(marks);
  return svg;
}

// Values far apart, as points on a logarithmic scale; `items`: { name, value, low, high, text, kind }, `line`: { value, name }.
export function dots(label, items, line, { width = WIDTH } = {}) {
  const row = 28, column = Math.min(190, width * 0.36), top = 20, marks = [];
  const place = scale([...items.flatMap(item => [item.value, item.low, item.high]), line && line.value].filter(value => value > 0), [column + 8, width - 100], true);
  const svg = picture(label, width, top + items.length * row + 4);
  if (line) {
    const x = place(line.value), right = x < width / 2;
    svg.append(el('path', { class: 'limit', d: `M${x} 2V${top + items.length * row}` }),
      el('text', { x: right ? x + 6 : x - 6, y: 12, 'text-anchor': right ? 'start' : 'end', class: 'best' }, line.name));
  }
  items.forEach((item, i) => {
    const y = top + i * row + 14, x = place(item.value);
    svg.append(el('path', { class: 'grid', d: `M${column} ${y}H${width}` }), el('text', { x: 0, y: y + 4 }, fit(item.name, column)));
    if (item.high > item.low) svg.append(el('path', { class: 'whisker', d: `M${place(item.low)} ${y}H${place(item.high)}` }));
    const dot = el('circle', { class: 'mark ' + colour(item.kind || 0), cx: x, cy: y, r: 6, role: 'img', 'aria-label': `${item.name}: ${item.text}`, 'data-value': item.value });
    hint(dot, () => [item.name, item.text, ...(item.hint || [])]);
    marks.push(dot);
    svg.append(dot, el('text', { class: 'halo', x: place(item.high > item.low ? item.high : item.value) + 11, y: y + 4 }, item.text));
  });
  walk(marks);
  return svg;
}

// Columns side by side, parts on top of each other: `rows`: { name, parts } as above, in order of time.
export function stackedColumns(label, rows, unit, { width = WIDTH, height = 260 } = {}) {
  const most = Math.max(...rows.map(row => sum(row.parts))) || 1, left = 64, bottom = height - 30, top = 12, marks = [];
  const up = scale([0, most], [bottom, top]), step = (width - left - 8) / rows.length, svg = picture(label, width, height);
  for (const value of up.ticks(5))
    svg.append(el('path', { class: 'grid', d: `M${left} ${up(value)}H${width - 8}` }), el('text', { x: left - 6, y: up(value) + 4, 'text-anchor': 'end', class: 'title' }, quantity(value, unit, 3)));
  rows.forEach((row, i) => {
    const whole = sum(row.parts);
    const column = el('g', { role: 'img', 'aria-label': `${row.name}: ${quantity(whole, unit)}`, class: 'column', 'data-value': whole });
    let before = 0;
    for (const part of row.parts) {
      column.append(el('rect', { class: 'bar ' + colour(part.kind), x: left + i * step + step * 0.1, width: step * 0.8, y: up(before + part.value), height: Math.max(0, up(before) - up(before + part.value)) }));
      before += part.value;
    }
    hint(column, () => [`${row.name}: ${quantity(whole, unit)}`, ...row.parts.map(part => `${part.name} ${quantity(part.value, unit)}`), ...(row.hint || [])]);
    marks.push(column);
    svg.append(column);
    if (i % Math.ceil(rows.length * 26 / (width - left)) === 0) svg.append(el('text', { x: left + (i + 0.5) * step, y: bottom + 16, 'text-anchor': 'middle', class: 'title' }, row.short || row.name));
  });
  walk(marks);
  return svg;
}
