// A claim beside what is possible: every bound on a logarithmic scale, and what would make the claim come true.
import { note } from './dom.js';
import { quantity } from './format.js';
import { dots } from './bars.js';
import { table } from './table.js';

export function auditView(answer) {
  if (typeof answer.verdict !== 'string' || !Array.isArray(answer.bounds)) return [];
  const bounds = answer.bounds.filter(row => row.tokens_per_s > 0).sort((a, b) => a.tokens_per_s - b.tokens_per_s);
  const rate = value => quantity(value, 'tok/s');
  const items = bounds.map(row => ({ name: row.resource + (row.proven ? '' : ' (not proven)'), value: row.tokens_per_s, text: rate(row.tokens_per_s), kind: row.tokens_per_s < answer.claimed ? 1 : 0,
    hint: [row.tokens_per_s < answer.claimed ? 'less than is claimed' : 'enough for the claim'] }));
  const expected = answer.estimate;
  if (expected && expected.tokens_per_s > 0) items.unshift({ name: 'expected', value: expected.tokens_per_s, low: expected.low, high: expected.high, text: rate(expected.tokens_per_s), kind: 2,
    hint: [`80 % band ${rate(expected.low)} to ${rate(expected.high)}`] });
  const parts = [{ title: 'What each part allows', nodes: [dots('What each part allows at most', items, { value: answer.claimed, name: `claimed ${rate(answer.claimed)}` }),
    note('Rates per ' + answer.claim.per + '. A part whose point lies left of the line cannot deliver what is claimed.')] }];
  if (Array.isArray(answer.needs) && answer.needs.length) parts.push({ title: answer.possible ? 'What would give more' : 'What it would take, one of', nodes: table('Needs', answer.needs) });
  parts.push({ title: 'Bounds', nodes: table('Bounds', answer.bounds, { names: { step_s: 'a step', prompt_s: 'the prompt', step_flops: 'work of a step', step_bytes: 'traffic of a step' } }) });
  return parts;
}
