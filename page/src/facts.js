// What a study stands on: published facts beside its numbers, and where each constant comes from.
import { note } from './dom.js';
import { nameOf, show } from './format.js';
import { table } from './table.js';

export function factsView(answer) {
  const parts = [];
  if (Array.isArray(answer.facts) && answer.facts.length) {
    const rows = answer.facts.map(fact => ({ what: fact.what, figure: fact.metric ? `${nameOf(fact.metric)} ${show(fact.value, fact.metric)}` : null, source: fact.source }));
    parts.push({ title: 'Published facts', nodes: table('Published facts', rows) });
  }
  if (Array.isArray(answer.provenance) && answer.provenance.length) {
    const memory = answer.provenance.filter(row => /^memory\b/.test(row.source || '')).length;
    parts.push({ title: 'Where the constants come from', nodes: [note(`${answer.provenance.length} constants; ${memory} of them are unsourced (memory).`), ...table('Constants', answer.provenance)] });
  }
  return parts;
}
