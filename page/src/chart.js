// What all pictures are made of: a frame with axes, legends, colours that differ in the dark, for the colour-blind and in print.
import { axisBottom, axisLeft } from 'd3-axis';
import { scaleLinear, scaleLog } from 'd3-scale';
import { select } from 'd3-selection';
import { extent } from 'd3-array';
import { el } from './dom.js';
import { PLAIN, quantity } from './format.js';

// Width of a picture over the whole page, in pixels: text in pictures is as large as around them, on a phone too.
export let WIDTH = 1048;
const LEAST = 288, GAP = 32;

export function measure() {
  WIDTH = Math.max(LEAST, Math.min(1048, document.documentElement.clientWidth - 32));
}

// How wide each of `count` pictures beside each other is; over the whole page where they would be narrower than `least`.
export function columnWidth(count, least = 300) {
  const width = Math.floor((WIDTH - GAP * (count - 1)) / count);
  return width >= least ? width : WIDTH;
}

// Pictures beside each other where there is room.
export function beside(...parts) {
  return el('div', { class: 'beside' }, ...parts);
}

// Text cut to a width in pixels; letters of 13 px are some 7 px wide.
export function fit(text, width) {
  const most = Math.max(3, Math.floor(width / 7));
  return text.length <= most ? text : text.slice(0, most - 1) + '…';
}

// Okabe and Ito's colours for the colour-blind (page.css), eight classes; marks beyond repeat them.
export const colour = i => 'c' + i % 8;
const SHAPES = ['M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0', 'M-5 -5H5V5H-5Z', 'M0 -6L6 5H-6Z', 'M0 -6L6 0L0 6L-6 0Z', 'M0 6L6 -5H-6Z',
  'M-6 -2H-2V-6H2V-2H6V2H2V6H-2V2H-6Z'];

// A mark of a kind: shape and colour both tell it. `size` 1 is some 10 px.
export function mark(kind, x, y, attributes = {}, size = 1) {
  const scaled = size === 1 ? '' : ` scale(${size})`;
  return el('path', { d: SHAPES[kind % SHAPES.length], transform: `translate(${x},${y})${scaled}`, class: 'mark ' + colour(kind), ...attributes });
}

const key = (box, drawn) => el('svg', { viewBox: box, class: 'key', 'aria-hidden': 'true' }, drawn);

export function legend(names) {
  return el('ul', { class: 'legend' }, ...names.map((name, i) => el('li', {}, key('-8 -8 16 16', mark(i, 0, 0)), name)));
}

// A legend whose names are buttons that hide and show their marks.
export function switches(names, hidden, change) {
  return el('ul', { class: 'legend' }, ...names.map((name, i) => {
    const button = el('button', { type: 'button', 'aria-pressed': String(!hidden.has(i)) }, key('-8 -8 16 16', mark(i, 0, 0)), name);
    button.addEventListener('click', () => {
      if (!hidden.delete(i)) hidden.add(i);
      button.setAttribute('aria-pressed', String(!hidden.has(i)));
      change();
    });
    return el('li', {}, button);
  }));
}

export function swatches(names, offset = 0) {
  return el('ul', { class: 'legend' }, ...names.map((name, i) => el('li', {},
    key('0 0 16 16', el('rect', { class: colour(i + offset), width: 16, height: 16 })), name)));
}

// A scale over values, logarithmic where asked and possible; a little room at both ends.
export function scale(values, range, log) {
  let [low, high] = extent(values);
  if (log && low > 0) {
    const room = low === high ? 2 : (high / low) ** 0.05;
    return scaleLog([low / room, high * room], range);
  }
  const room = low === high ? Math.abs(low) / 2 || 1 : (high - low) * 0.05;
  low = low >= 0 && low < (high - low) * 0.6 ? 0 : low - room;
  return scaleLinear([low, high + room], range).nice();
}

// Of a logarithmic axis: powers of ten where there are many, else 1, 2 and 5 times them, else whatever d3 gives.
function logTicks(of, count) {
  const [low, high] = of.domain().map(Math.log10), all = of.ticks(20);
  const leading = digits => all.filter(value => digits.includes(value.toExponential()[0]) && /^\d(\.0*)?e/.test(value.toExponential(6)));
  const powers = leading('1'), fives = leading('125');
  const chosen = high - low > 2.2 && powers.length > 2 ? powers : fives.length > 2 ? fives : all;
  return chosen.filter((_, i) => i % Math.ceil(chosen.length / (count + 2)) === 0);
}

function ticks(axis, of, unit, count, across) {
  const values = of.base ? logTicks(of, count) : of.ticks(count), text = digits => value => quantity(value, PLAIN.test(unit) ? '' : unit, digits);
  let digits = 3; // as many as tell ticks apart
  while (digits < 8 && new Set(values.map(text(digits))).size < values.length) digits++;
  return axis.tickValues(values).tickFormat(text(digits)).tickSizeOuter(0).tickSizeInner(-across).tickPadding(6);
}

// Units without prefixes stand in the title, others at each tick.
const titled = axis => axis.title + (axis.unit && PLAIN.test(axis.unit) ? `, ${axis.unit}` : '');

// An empty picture with two axes. `x` and `y` are { values, unit, log, title }; returns the svg, the scales and a layer to draw in.
export function frame({ x, y, width = WIDTH, height = 400, label, left = 84 }) {
  const box = { left, right: width - 12, top: 28, bottom: height - 48 };
  const across = scale(x.values, [box.left, box.right], x.log), up = scale(y.values, [box.bottom, box.top], y.log);
  const svg = el('svg', { viewBox: `0 0 ${width} ${height}`, width, role: 'group', 'aria-label': label, class: 'picture' });
  const bottom = el('g', { class: 'axis', transform: `translate(0,${box.bottom})`, 'aria-hidden': 'true' });
  const side = el('g', { class: 'axis', transform: `translate(${box.left},0)`, 'aria-hidden': 'true' });
  select(bottom).call(ticks(axisBottom(across), across, x.unit, Math.max(3, Math.round(width / 130)), box.bottom - box.top));
  select(side).call(ticks(axisLeft(up), up, y.unit, 6, box.right - box.left));
  const layer = el('g');
  svg.append(bottom, side,
    el('text', { x: (box.left + box.right) / 2, y: height - 8, 'text-anchor': 'middle', class: 'title' }, titled(x)),
    el('text', { x: 4, y: 14, class: 'title' }, titled(y)), layer);
  return { svg, across, up, layer, box };
}
