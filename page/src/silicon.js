// The silicon of a machine: what its area, power and cost go into, block by block, beside what its maker states.
import { el, note } from './dom.js';
import { percent, quantity } from './format.js';
import { stackedBars } from './bars.js';
import { swatches } from './chart.js';
import { table } from './table.js';

const BLOCKS = { matrix: 'matrix units', vector: 'vector units', local: 'local memory', shared: 'shared memory', control: 'control, threads', memory_phy: 'memory interfaces', link_phy: 'links, host',
  rest: 'clock, test, routing' };
const LARGEST = 7;
const nameOfBlock = block => BLOCKS[block.name] || block.name.replaceAll('_', ' ');

// The largest blocks by area keep a colour in all rows; the rest is one part.
function partsOf(blocks, key) {
  const order = [...blocks].sort((a, b) => b.area_mm2 - a.area_mm2), named = order.length <= LARGEST + 1 ? order : order.slice(0, LARGEST), rest = order.slice(named.length);
  const parts = named.map((block, kind) => ({ name: nameOfBlock(block), kind, value: block[key] || 0 }));
  const others = rest.reduce((sum, block) => sum + (block[key] || 0), 0);
  if (rest.length) parts.push({ name: 'all others', kind: LARGEST, value: others });
  return parts;
}

function makingView(silicon) {
  const cost = silicon.cost;
  if (!cost || !(cost.cost_usd > 0)) return [];
  const parts = [['dies_usd', 'dies'], ['memory_usd', 'memory'], ['package_usd', 'package and test'], ['bonding_usd', 'lost in bonding']].map(([key, name], kind) => ({ name, kind, value: cost[key] || 0 })).filter(part => part.value > 0);
  const masks = cost.nre_usd > 0 ? ` (masks and design are ${quantity(cost.nre_usd, 'USD')} of it)` : '';
  const prices = [cost.price_usd > 0 ? `Price by its cost ${quantity(cost.price_usd, 'USD')}${masks}` : null, cost.stated_price_usd > 0 ? `price as stated ${quantity(cost.stated_price_usd, 'USD')}` : null].filter(Boolean);
  return [{ title: 'What a chip costs to make', nodes: [swatches(parts.map(part => `${part.name} ${quantity(part.value, 'USD', 3)}`)), stackedBars('Cost of making a chip', [{ name: 'cost to make', parts }], 'USD'),
    prices.length ? note(prices.join(', ') + '.') : null].filter(Boolean) }];
}

export function siliconView(answer) {
  const silicon = answer.silicon;
  if (!silicon || !Array.isArray(silicon.blocks) || !silicon.blocks.length) return [];
  const area = partsOf(silicon.blocks, 'area_mm2'), peak = partsOf(silicon.blocks, 'peak_w').filter(part => part.value > 0), idle = partsOf(silicon.blocks, 'static_w').filter(part => part.value > 0);
  if (silicon.static_power_w > 0) peak.push({ name: 'static', kind: LARGEST, value: silicon.static_power_w });
  const off = silicon.stated_mm2 > 0 ? silicon.area_mm2 / silicon.stated_mm2 - 1 : null;
  const nodes = [swatches(area.map(part => part.name)),
    stackedBars('Area by blocks', [{ name: 'area', parts: area.filter(part => part.value > 0), low: silicon.low_mm2, high: silicon.high_mm2, most: silicon.stated_mm2 }], 'mm²'),
    note('The line with two ends is what the technology is uncertain by.' + (off !== null ? ` The thick line is the area as stated, ${quantity(silicon.stated_mm2, 'mm²')}: ${percent(Math.abs(off), 2)} ${off > 0 ? 'less' : 'more'}.` : ''))];
  if (peak.length) nodes.push(stackedBars('Power by blocks', [{ name: 'power with everything busy', parts: peak, most: silicon.stated_power_w }, { name: 'of it static', parts: idle }].filter(row => row.parts.length), 'W'),
    ...(silicon.stated_power_w > 0 ? [note(`The thick line is the limit as stated, ${quantity(silicon.stated_power_w, 'W')}.`)] : []));
  const rows = silicon.blocks.map(block => ({ block: nameOfBlock(block), ...Object.fromEntries(Object.entries(block).filter(([key]) => key !== 'name')) }));
  nodes.push(el('h3', {}, 'Blocks'), ...table('Blocks', rows, { names: { area_mm2: 'area', share: 'of the area', peak_w: 'at most', static_w: 'static' } }));
  if ((silicon.dies || []).length) nodes.push(el('h3', {}, 'Dies'), ...table('Dies', silicon.dies, { units: { yield: 'share', usd: 'USD' }, names: { area_mm2: 'area', published_mm2: 'published', gross_per_wafer: 'on a wafer', usd: 'price' } }));
  if ((silicon.from_memory || []).length) nodes.push(note('From memory, by confidence: ' + silicon.from_memory.map(entry => `${entry.file} (${entry.confidence}) ${entry.keys}`).join('; ') + '.'));
  return [{ title: 'Silicon', nodes }, ...makingView(silicon)];
}
