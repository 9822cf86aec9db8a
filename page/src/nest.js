// A loop nest as a picture: memories from the outermost to the compute unit, loops between them, what each memory keeps and how full it
// is, and bars for the words that go in and out. It is a list of lists, so that it reads without the picture too.
import { el } from './dom.js';
import { digits, percent, quantity } from './format.js';

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

function loop(item, left) {
  const before = left[item.rank], steps = before ? Math.ceil(before / item.tile) : null, short = before && before % item.tile;
  left[item.rank] = item.tile;
  const space = item.kind === 'par';
  const text = `${space ? item.axis + ': ' : ''}${item.rank}`;
  return el('span', { class: 'loop ' + item.kind, 'data-rank': item.rank, title: `${space ? 'in space along ' + item.axis : 'in time'}: ${steps ? digits(steps) + ' steps of ' : 'tiles of '}${digits(item.tile)}` +
    (before ? ` of ${digits(before)}` : '') + (short ? `, the last one of ${digits(short)}` : '') }, el('b', {}, text), steps ? ` ${digits(steps)} × ${digits(item.tile)}` : ` tiles of ${digits(item.tile)}`, short ? el('i', {}, ` (last ${digits(short)})`) : null);
}

function tensorRow(name, info, most) {
  if (!info) return el('li', { class: 'tensor' }, el('b', {}, name));
  const words = (info.reads || 0) + (info.fills || 0) + (info.updates || 0);
  return el('li', { class: 'tensor', title: `${name}: tile of ${digits(info.tile_words)} words, read ${digits(info.reads)}, filled ${digits(info.fills)}, updated ${digits(info.updates)}, ${quantity(info.energy_pj, 'pJ')}` },
    el('span', { class: 'tile' }, el('b', {}, name), ` ${quantity(info.tile_words, '', 3)} ${info.tile_words === 1 ? 'word' : 'words'}`),
    el('span', { class: 'flow' }, el('span', { class: 'flow-bar', style: `width:${(words / most * 100).toFixed(1)}%` })),
    el('span', { class: 'flow-text' }, `↓ ${quantity(info.reads, '', 3)} read` + (info.fills ? `, ${quantity(info.fills, '', 3)} filled` : '') + (info.updates ? `, ↑ ${quantity(info.updates, '', 3)} updated` : '')));
}

function band(item, memories, most) {
  const memory = memories && memories.find(m => m.name === item.memory), info = name => memory && memory.tensors.find(t => t.name === name);
  const full = memory && memory.capacity_bits > 0 ? memory.occupancy_bits / memory.capacity_bits : null;
  return [el('div', { class: 'memory-name' }, el('b', {}, item.memory),
    memory ? el('span', { class: 'memory-text' }, ` ${memory.instances > 1 ? digits(memory.instances) + ' instances, ' : ''}${full !== null ? percent(full) + ' full' : 'no limit'}, ${quantity(memory.energy_pj, 'pJ')}`) : null,
    full !== null ? el('span', { class: 'fill' + (full > 1 ? ' over' : ''), 'aria-hidden': 'true' }, el('span', { style: `width:${Math.min(100, full * 100).toFixed(1)}%` })) : null),
  el('ul', { class: memory ? 'tensors' : 'tensors plain' }, ...item.tensors.map(name => tensorRow(name, info(name), most)))];
}

// `details`: { ranks, memories } of the document, where it has them.
function level(items, left, memories, most) {
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
    if (item.kind === 'store') list.append(el('li', { class: 'memory' }, ...band(item, memories, most)));
    else if (item.kind === 'compute') list.append(el('li', { class: 'compute' }, el('b', {}, item.name)));
    else {
      const members = [];
      while (i < items.length && items[i].kind === 'member') members.push(items[i++]);
      i--;
      list.append(el('li', { class: 'members' }, ...members.map(member => el('div', { class: 'member' }, el('div', { class: 'member-name' }, member.name), level(member.items, { ...left }, null, 1)))));
    }
  }
  return list;
}

export function nest(text, { ranks = {}, memories = null } = {}) {
  const most = Math.max(1, ...(memories || []).flatMap(memory => memory.tensors.map(t => (t.reads || 0) + (t.fills || 0) + (t.updates || 0))));
  return el('div', { class: 'nest-box', 'aria-label': 'Loop nest, from the outermost memory inwards' }, level(parseNest(text), { ...ranks }, memories, most),
    el('p', { class: 'note' }, memories ? 'Bars under tensors: words read, filled and updated, on one scale. ' : '', el('span', { class: 'loop for' }, 'in time'), ' ', el('span', { class: 'loop par' }, 'in space'), ' steps × tile.'),
    el('details', {}, el('summary', {}, 'As text'), el('pre', {}, text)));
}
