// The page of an answer. The document that --json writes stands in the element "answer"; views draw what it holds.
//
// A view is a function of the document, view(answer), that returns a list of sections { title, nodes }, empty where the document
// has nothing of its kind. `views` is their order on the page; to add a view, write it in a module of its own and list it. Nothing
// is computed here but layout, quotients that an axis shows (FLOP per byte) and sums of what is drawn on top of each other. Texts
// go into the page as text, never as HTML, so no name of a model or machine can do more than be read.
import { el } from './dom.js';
import { WIDTH, measure } from './chart.js';
import { header, sentence } from './summary.js';
import { costView, deadlineView, memoryView, phasesView, powerView, sensitivityView } from './estimate.js';
import { rooflineView, operatorsView } from './roofline.js';
import { agentView } from './agents.js';
import { auditView } from './audit.js';
import { compareView } from './compare.js';
import { crossoverView } from './crossover.js';
import { factsView } from './facts.js';
import { siliconView } from './silicon.js';
import { studyView } from './study.js';
import { mapView } from './mapping.js';
import { evaluateView } from './evaluate.js';
import { validateView } from './measured.js';
import { tablesView } from './tables.js';

const views = [validateView, studyView, crossoverView, factsView, compareView, mapView, evaluateView, auditView, deadlineView, agentView, phasesView, rooflineView, memoryView,
  sensitivityView, powerView, costView, siliconView, operatorsView, tablesView];

function draw(answer, page) {
  document.title = 'Auger: ' + sentence(answer);
  const contents = el('nav', { 'aria-label': 'On this page' }), list = el('ul');
  contents.append(list);
  page.replaceChildren(header(answer), contents);
  for (const view of views)
    for (const part of view(answer)) {
      const id = 'part-' + part.title.toLowerCase().replace(/[^a-z0-9]+/g, '-');
      list.append(el('li', {}, el('a', { href: '#' + id }, part.title)));
      page.append(el('section', { id, 'aria-labelledby': id + '-title' }, el('h2', { id: id + '-title' }, part.title), ...part.nodes));
    }
}

const answer = JSON.parse(document.getElementById('answer').textContent), page = document.getElementById('page');
measure();
draw(answer, page);

// Pictures are drawn for a width; a window that changes by much is drawn anew.
window.addEventListener('resize', () => {
  const before = WIDTH;
  measure();
  if (before !== WIDTH) draw(answer, page);
});
