// One mapping: the nest, what keeps it from being faster, where the energy goes, how full memories are.
import { el, note } from './dom.js';
import { exact, quantity } from './format.js';
import { stackedBars } from './bars.js';
import { swatches } from './chart.js';
import { nest } from './nest.js';
import { table } from './table.js';

export function evaluationParts(answer) {
  const tensors = [...new Set(answer.memories.flatMap(memory => memory.tensors.map(t => t.name)))];
  const energy = answer.memories.map(memory => ({ name: memory.name, parts: [...memory.tensors.filter(t => t.energy_pj > 0).map(t => ({ name: t.name, value: t.energy_pj * 1e-12, kind: tensors.indexOf(t.name) })),
    ...(memory.leakage_pj > 0 ? [{ name: 'leakage', value: memory.leakage_pj * 1e-12, kind: 7 }] : [])] }));
  if (answer.compute && answer.compute.energy_pj > 0) energy.push({ name: answer.compute.name, parts: [{ name: 'operations', value: answer.compute.energy_pj * 1e-12, kind: 6 }] });
  if (answer.network && answer.network.energy_pj > 0) energy.push({ name: 'network', parts: [{ name: 'wires', value: answer.network.energy_pj * 1e-12, kind: 5 }] });
  const cycles = answer.memories.flatMap(memory => memory.ports.map(port => ({ name: `${memory.name}, port ${port.name}`, parts: [{ name: quantity(port.words, 'words'), value: port.cycles, kind: 0 }] })));
  if (answer.compute) cycles.unshift({ name: answer.compute.name, parts: [{ name: 'operations', value: answer.compute.cycles, kind: 6 }] });
  if (answer.overhead_cycles > 0) cycles.push({ name: 'filling and draining of arrays', parts: [{ name: 'overhead', value: answer.overhead_cycles, kind: 5 }] });
  const full = answer.memories.filter(memory => memory.capacity_bits > 0);
  const parts = [{ title: 'Cycles', nodes: [stackedBars('Cycles of each port', cycles, 'cycles'), note(`All of them work at once, so the longest counts${answer.overhead_cycles > 0 ? ', and filling and draining on top of it' : ''}: ${exact(answer.cycles)} cycles.`)] }];
  if (energy.some(row => row.parts.length)) parts.push({ title: 'Energy', nodes: [stackedBars('Energy of each memory', energy.filter(row => row.parts.length), 'J'), swatches(tensors)] });
  if (full.length) parts.push({ title: 'How full memories are', nodes: full.map(memory => stackedBars(`Occupancy of ${memory.name}`, [{ name: memory.name, most: memory.capacity_bits / 8,
    parts: [{ name: 'tiles', value: memory.occupancy_bits / 8, kind: memory.occupancy_bits > memory.capacity_bits ? 1 : 0 }] }], 'B', { total: () => `${quantity(memory.occupancy_bits / 8, 'B')} of ${quantity(memory.capacity_bits / 8, 'B')}` })) });
  const rows = answer.memories.flatMap(memory => memory.tensors.map(t => ({ memory: memory.name, ...t })));
  parts.push({ title: 'Words', wide: true, nodes: table('Words', rows) });
  return parts;
}

export function evaluateView(answer) {
  if (!Array.isArray(answer.memories) || typeof answer.mapping !== 'string' || answer.objective) return [];
  const wrong = (answer.infeasible || []).map(rule => el('li', {}, rule.message));
  return [...(wrong.length ? [{ title: 'What does not fit', nodes: [el('ul', {}, ...wrong)] }] : []),
    { title: 'Loop nest', nodes: [nest(answer.mapping, answer)] }, ...evaluationParts(answer)];
}
