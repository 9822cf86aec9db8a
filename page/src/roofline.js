// Operators under the machine's roofs, on logarithmic axes: work per byte, and the rate that is reached.
import { el, hint, note, walk } from './dom.js';
import { quantity, percent } from './format.js';
import { WIDTH, frame, legend, mark } from './chart.js';
import { table } from './table.js';

// Memories by bandwidth, the slowest first; those whose bandwidth is not known have no line.
function roofs(answer) {
  const { compute = [], memories = [] } = answer.roofs || {};
  return { compute, memories: memories.filter(memory => memory.bytes_per_s > 0).sort((a, b) => a.bytes_per_s - b.bytes_per_s) };
}

// Lines of bandwidth up to the highest peak, named along them: the slowest below its line, the others above theirs, each further up.
function drawMemories({ across, up, layer }, memories, top, labels) {
  const [least, most] = across.domain(), low = up.domain()[0];
  memories.forEach(({ name, bytes_per_s }, i) => {
    const from = Math.max(least, low / bytes_per_s), to = Math.min(most, top / bytes_per_s);
    if (to <= from) return;
    const x0 = across(from), y0 = up(from * bytes_per_s), x1 = across(to), y1 = up(to * bytes_per_s);
    const share = 0.3 + 0.4 * i / Math.max(1, memories.length - 1), x = x0 + (x1 - x0) * share, y = y0 + (y1 - y0) * share;
    const turn = Math.atan2(y1 - y0, x1 - x0) * 180 / Math.PI, below = i === 0 && memories.length > 1;
    layer.append(el('path', { class: 'roof', d: `M${x0} ${y0}L${x1} ${y1}` }));
    labels.push(el('text', { class: 'roof-name halo', transform: `translate(${x},${y}) rotate(${turn})`, y: below ? 15 : -6, 'text-anchor': 'middle' }, `${name} ${quantity(bytes_per_s, 'B/s', 3)}`));
  });
}

// Lines of peaks from where the fastest memory can feed them. Their names stand left of that, where nothing can be, if there is room.
function drawPeaks({ across, up, layer, box }, compute, fastest, labels) {
  const [least, most] = across.domain();
  for (const peak of compute) {
    const from = across(fastest ? Math.min(most, Math.max(least, peak.flops_per_s / fastest)) : least), y = up(peak.flops_per_s);
    const text = `${peak.unit} ${peak.format} ${quantity(peak.flops_per_s, 'FLOP/s', 3)}`, room = from - box.left > text.length * 7;
    layer.append(el('path', { class: 'roof', d: `M${from} ${y}H${box.right}` }));
    labels.push(el('text', { class: 'roof-name halo', x: room ? from - 8 : box.right, y: room ? y + 4 : y - 6, 'text-anchor': 'end' }, text));
  }
}

// Seconds of a phase's operators.
const total = (answer, phase) => answer.operators.filter(o => o.phase === phase).reduce((sum, o) => sum + o.seconds, 0);

function drawPoint(picture, { o, x, y, share, kind }) {
  const element = mark(kind, picture.across(x), picture.up(y), { role: 'img', 'data-name': `${o.phase} ${o.name}`, 'data-x': x, 'data-y': y,
    'aria-label': `${o.phase} ${o.name}: ${quantity(x, '')} FLOP per byte, ${quantity(y, 'FLOP/s')}, ${percent(share)} of the phase` }, 0.7 + 1.6 * Math.sqrt(share));
  const band = o.high_seconds > o.low_seconds && o.low_seconds > 0 ? `80 % band ${quantity(o.low_seconds, 's', 3)} to ${quantity(o.high_seconds, 's', 3)} (${o.basis})` : o.basis;
  return hint(element, () => [`${o.phase}: ${o.name}${o.repeats > 1 ? `, ${o.repeats} times` : ''}`, `${quantity(o.seconds, 's')}, ${percent(share)} of the phase, bound by ${o.bound_by}`,
    `${quantity(x, '')} FLOP/B, ${quantity(y, 'FLOP/s')}`, `${quantity(o.flops, 'FLOP')}, ${quantity(o.bytes, 'B')}`, band, o.einsum || ''].filter(Boolean));
}

export function rooflineView(answer) {
  if (!Array.isArray(answer.operators)) return [];
  const phases = [...new Set(answer.operators.map(o => o.phase))];
  const points = answer.operators.filter(o => o.flops > 0 && o.bytes > 0 && o.seconds > 0)
    .map(o => ({ o, x: o.flops / o.bytes, y: o.flops / o.seconds, share: o.seconds / total(answer, o.phase), kind: phases.indexOf(o.phase) })).sort((a, b) => b.o.seconds - a.o.seconds);
  if (!points.length) return [];
  const { compute, memories } = roofs(answer), peaks = compute.map(c => c.flops_per_s), xs = points.map(p => p.x);
  const fastest = Math.max(0, ...memories.map(memory => memory.bytes_per_s)), ridge = fastest && peaks.length ? [Math.max(...peaks) / fastest * 2] : [];
  const picture = frame({ height: Math.min(520, Math.max(380, WIDTH * 0.5)), left: 72,
    label: 'Roofline: operators by FLOP per byte and FLOP per second. Arrow keys go from one to the next; all figures are in the table of operators.',
    x: { values: [...xs, ...ridge], unit: '', log: true, title: 'work per byte moved, FLOP/B' },
    y: { values: [...points.map(p => p.y), ...peaks.map(peak => peak * 1.3)], unit: '', log: true, title: 'rate of a chip, FLOP/s' } });
  const labels = [];
  drawMemories(picture, memories, Math.max(0, ...peaks) || picture.up.domain()[1], labels);
  drawPeaks(picture, compute, fastest, labels);
  const marks = points.map(point => drawPoint(picture, point));
  picture.layer.append(...marks, ...labels);
  walk(marks);
  const longest = phases.map(phase => points.find(point => point.o.phase === phase)).filter(Boolean);
  return [{ title: 'Roofline', nodes: [legend(phases), picture.svg, note('Large marks take much of their phase\'s time; the longest is ' +
    longest.map(({ o, share }) => `${o.name} of ${o.phase} (${percent(share)})`).join(', ') +
    '. A mark far below every line is held back by something else: starts, dependent steps, links, power.')] }];
}

export function operatorsView(answer) {
  if (!Array.isArray(answer.operators) || !answer.operators.length) return [];
  const rows = answer.operators.map(o => ({ phase: o.phase, name: o.name, seconds: o.seconds, share: total(answer, o.phase) > 0 ? o.seconds / total(answer, o.phase) : 0, bound_by: o.bound_by,
    flops: o.flops, bytes: o.bytes, energy_j: o.energy_j, low_seconds: o.low_seconds, high_seconds: o.high_seconds, basis: o.basis, repeats: o.repeats, ...(o.einsum ? { einsum: o.einsum } : {}) }));
  return [{ title: 'Operators', nodes: table('Operators', rows, { names: { seconds: 'time', share: 'of the phase', flops: 'work', bytes: 'traffic', energy_j: 'energy', low_seconds: 'low', high_seconds: 'high' } }) }];
}
