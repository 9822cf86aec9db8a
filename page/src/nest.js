// A loop nest as a picture: memories from the outermost to the compute unit, loops between them, what each memory keeps and how full it
// is, and bars for the words that go in and out. It is a list of lists, so that it reads without the picture too.
import { el, hint } from './dom.js';
import { exact, percent, quantity } from './format.js';

// "dram[A B] for m:16 par pe.x k:4 buffer[A] { a: .. mac } { b: .. mac }" as items; text that is none of these ends it.
export function parseNest(text) {
  const words = text.replaceAll('{', ' { ').replaceAll('}', ' } ').replace(/\[([^\]]*)\]/g, (_, list) => '[' + list.trim().replace(/\s+/g, ',') + ']').trim().split(/\s+/);
  let at = 0;
  const items = () => {
    const list = [];
    while (at < words.length && words[at] !== '}') {
      const word = words[at++];
      if (word === '{') {
        const name = []; // of several words: "row maximum:"
        while (at < words.length && !words[at].endsWith(':') && words[at] !== '}') name.push(words[at++]);
        if (words[at] !== '}') name.push((words[at++] || '').slice(0, -1));
        list.push({ kind: 'member', name: name.join(' '), items: items() });
        at++;
      } else if (word === 'for') {
        const [rank, tile] = words[at++].split(':');
        list.push({ kind: 'for', rank, tile: Number(tile) });
      } else if (word === 'par') {
        const axis = words[at++], [rank, tile] = words[at++].split(':');
        list.push({ kind: 'par', axis, rank, tile: Number(tile) });
      } else if (word.includes('[')) {
        const [memory, list_] = word.split('[');
        list.push({ kind: 'store', memory, tensors: list_.replace(']', '').split(',').filter(Boolean) });
      } else {
        list.push({ kind: 'compute', name: word });
      }
    }
    return list;
  };
  return items();
}

// `left`: what is left of each rank's size, which this loop cuts into tiles.
function loop(item, left) {
  const before = left[item.rank], steps = before ? Math.ceil(before / item.tile) : null, short = before && before % item.tile, space = item.kind === 'par';
  left[item.rank] = item.tile;
  const element = el('span', { class: 'loop ' + item.kind, 'data-rank': item.rank }, el('b', {}, `${space ? item.axis + ': ' : ''}${item.rank}`),
    steps ? ` ${exact(steps)} × ${exact(item.tile)}` : ` tiles of ${exact(item.tile)}`, short ? el('i', {}, ` (last ${exact(short)})`) : null);
  return hint(element, () => [space ? `in space along ${item.axis}` : 'in time', steps ? `${exact(steps)} steps over ${exact(before)} of ${item.rank}` : '', `tiles of ${exact(item.tile)}`, short ? `the last one of ${exact(short)}` : '']);
}

const moved = tensor => (tensor.reads || 0) + (tensor.fills || 0) + (tensor.updates || 0);

// What all members of a group move through a memory together, and the largest tile that one of them has.
function together(memories) {
  const merged = new Map();
  for (const memory of memories) {
    if (!merged.has(memory.name)) merged.set(memory.name, { name: memory.name, instances: 0, energy_pj: 0, tensors: [] });
    const sum = merged.get(memory.name);
    sum.instances = Math.max(sum.instances, memory.instances);
    sum.energy_pj = typeof memory.energy_pj === 'number' && sum.energy_pj !== null ? sum.energy_pj + memory.energy_pj : null;
    for (const tensor of memory.tensors) {
      const same = sum.tensors.find(other => other.name === tensor.name);
      if (!same) sum.tensors.push({ ...tensor });
      else for (const key of Object.keys(tensor)) if (typeof tensor[key] === 'number') same[key] = key === 'tile_words' || key === 'instances' ? Math.max(same[key], tensor[key]) : same[key] + tensor[key];
    }
  }
  return [...merged.values()];
}

function tensorRow(memory, name, { most, kept }) {
  const info = memory && memory.tensors.find(tensor => tensor.name === name), stays = kept.includes(name);
  if (!info) return el('li', { class: stays ? 'tensor kept' : 'tensor' }, el('b', {}, name), stays ? ' stays here' : null);
  const row = el('li', { class: stays ? 'tensor kept' : 'tensor' }, el('span', { class: 'tile' }, el('b', {}, name), ` ${quantity(info.tile_words, '', 3)} ${info.tile_words === 1 ? 'word' : 'words'}`),
    el('span', { class: 'flow' }, el('span', { class: 'flow-bar', style: `width:${(moved(info) / most * 100).toFixed(1)}%` })),
    el('span', { class: 'flow-text' }, `↓ ${quantity(info.reads, '', 3)} read` + (info.fills ? `, ${quantity(info.fills, '', 3)} filled` : '') + (info.updates ? `, ↑ ${quantity(info.updates, '', 3)} updated` : '') + (stays ? ', stays here' : '')));
  return hint(row, () => [`${name} in ${memory.name}`, `tile of ${exact(info.tile_words)} words`, ...[['reads', 'read'], ['fills', 'filled'], ['updates', 'updated'], ['drains', 'drained']].map(([key, text]) => `${text} ${exact(info[key] || 0)}`),
    ...(typeof info.energy_pj === 'number' ? [quantity(info.energy_pj, 'pJ')] : [])]);
}

function memoryText(memory, full) {
  return ' ' + [memory.instances > 1 ? `${exact(memory.instances)} instances` : '', full !== null ? percent(full) + ' full' : memory.capacity_bits === null ? 'no limit' : '', typeof memory.energy_pj === 'number' ? quantity(memory.energy_pj, 'pJ') : ''].filter(Boolean).join(', ');
}

function band(item, details) {
  const memory = (details.memories || []).find(m => m.name === item.memory), full = memory && memory.capacity_bits > 0 && !details.shared ? memory.occupancy_bits / memory.capacity_bits : null;
  const kept = details.kept.filter(k => k.memory === item.memory).map(k => k.tensor);
  return [el('div', { class: 'memory-name' }, el('b', {}, item.memory), memory ? el('span', { class: 'memory-text' }, memoryText(memory, full)) : null,
    full !== null ? el('span', { class: 'fill' + (full > 1 ? ' over' : ''), 'aria-hidden': 'true' }, el('span', { style: `width:${Math.min(100, full * 100).toFixed(1)}%` })) : null),
  el('ul', { class: memory ? 'tensors' : 'tensors plain' }, ...item.tensors.map(name => tensorRow(memory, name, { most: details.most, kept })))];
}

// `left`: sizes of ranks; `details`: { memories, most, kept, members, shared }; in a group einsums share memories, so none tells how full
// they are.
function level(items, left, details) {
  const list = el('ol', { class: 'nest' });
  let loops = null;
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (item.kind === 'for' || item.kind === 'par') {
      if (!loops) list.append(loops = el('li', { class: 'loops' }));
      loops.append(loop(item, left));
      continue;
    }
    loops = null;
    if (item.kind === 'store') list.append(el('li', { class: 'memory' }, ...band(item, details)));
    else if (item.kind === 'compute') list.append(el('li', { class: 'compute' }, el('b', {}, item.name)));
    else {
      const members = [];
      while (i < items.length && items[i].kind === 'member') members.push(items[i++]);
      i--;
      list.append(el('li', { class: 'members' }, ...members.map(member => el('div', { class: 'member' }, el('div', { class: 'member-name' }, member.name), level(member.items, { ...left }, { ...details, memories: (details.members.find(m => m.einsum === member.name) || {}).memories || null })))));
    }
  }
  return list;
}

// Of the document, where it has them: sizes of `ranks`, `memories` with their words, tensors that are `kept` between members of a group,
// the `members` with memories of their own.
export function nest(text, { ranks = {}, memories = null, kept = [], members = [] } = {}) {
  const shared = members.length > 1;
  if (members.length) memories = shared ? together(members.flatMap(member => member.memories)) : members[0].memories;
  const details = { memories, kept, members, shared, most: Math.max(1, ...(memories || []).flatMap(memory => memory.tensors.map(moved))) };
  return el('div', { class: 'nest-box', role: 'group', 'aria-label': 'Loop nest, from the outermost memory inwards' }, level(parseNest(text), { ...ranks }, details),
    el('p', { class: 'note' }, memories ? 'Bars beside tensors: words read, filled and updated, on one scale. ' : '', shared ? 'Above the einsums: of all of them together. ' : '', el('span', { class: 'loop for' }, 'in time'), ' ', el('span', { class: 'loop par' }, 'in space'), ' steps × tile.'),
    el('details', {}, el('summary', {}, 'As text'), el('pre', {}, text)));
}
