// Where one value of a choice takes over from another: a line for each of them, and in words where the lead changes.
import { el, hint, note, walk } from './dom.js';
import { nameOf, quantity, show, unitOf } from './format.js';
import { WIDTH, frame, legend, mark } from './chart.js';

const last = path => path.split('.').pop();
const place = (value, along) => typeof value === 'number' ? show(value, along) : value;

// Places along the way as numbers where all are, else by their order.
function positions(crossover) {
  const numbers = crossover.rows.map(row => Number(row.along));
  return numbers.every(Number.isFinite) ? numbers : crossover.rows.map((_, i) => i + 1);
}

function words(crossover) {
  const { switches, along, metric, rows } = crossover, unit = value => show(value, metric);
  if (switches.length) return switches.map(at => `${at.from} up to ${place(at.last, along)} (${unit(at.last_value)}), ${at.to} from ${place(at.first, along)} (${unit(at.first_value)})`).join('; ') + '.';
  const winner = rows.map(row => row.winner).find(Boolean);
  return winner ? `${winner} throughout.` : 'No point keeps all limits.';
}

function part(crossover) {
  const sides = [...new Set(crossover.rows.flatMap(row => Object.keys(row.best)))], at = positions(crossover), unit = unitOf(crossover.metric);
  const values = crossover.rows.flatMap(row => Object.values(row.best).map(best => best.value)), fixed = Object.entries(crossover.for || {}).map(([path, value]) => `${nameOf(last(path))} ${value}`);
  const title = `${nameOf(crossover.metric)} along ${nameOf(last(crossover.along))}` + (fixed.length ? `, ${fixed.join(', ')}` : '');
  const nodes = [el('h3', {}, title), note(words(crossover))];
  if (!values.length) return nodes;
  const picture = frame({ width: Math.min(WIDTH, 760), height: 320, label: `${title}. Arrow keys go from one to the next.`, x: { values: at, unit: unitOf(last(crossover.along)), log: true, title: nameOf(last(crossover.along)) },
    y: { values, unit, log: true, title: nameOf(crossover.metric) } });
  const marks = sides.flatMap((side, kind) => {
    const points = crossover.rows.map((row, i) => [row, at[i]]).filter(([row]) => row.best[side]).map(([row, x]) => ({ row, x: picture.across(x), y: picture.up(row.best[side].value) }));
    picture.layer.append(el('path', { class: `line l${kind % 8}`, d: points.map(({ x, y }, i) => `${i ? 'L' : 'M'}${x} ${y}`).join('') }));
    return points.map(({ row, x, y }) => hint(mark(kind, x, y, { role: 'img', 'data-side': side, 'data-value': row.best[side].value,
      'aria-label': `${side}, ${nameOf(last(crossover.along))} ${row.along}: ${quantity(row.best[side].value, unit)}${row.winner === side ? ', the best' : ''}` }),
    () => [`${side}${row.winner === side ? ', the best' : ''}`, `${nameOf(last(crossover.along))} ${place(row.along, crossover.along)}`, quantity(row.best[side].value, unit),
      Object.entries(row.best[side].choices || {}).map(([path, value]) => `${nameOf(last(path))} ${value}`).join(', ')]));
  });
  picture.layer.append(...marks);
  walk(marks);
  return [...nodes, legend(sides), picture.svg];
}

export function crossoverView(answer) {
  if (!Array.isArray(answer.crossovers) || !answer.crossovers.length) return [];
  return [{ title: 'Which takes over where', nodes: answer.crossovers.flatMap(part) }];
}
