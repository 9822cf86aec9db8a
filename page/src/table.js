// A table that sorts by its heads and copies as CSV, numbers in full. Long ones show their first rows until asked.
import { el } from './dom.js';
import { nameOf, quantity, show } from './format.js';

const FIRST_ROWS = 100, PRINTED = 14;

// Members of members as columns: plan.tp.
export function flat(row, before = '') {
  const cells = {};
  for (const [key, value] of Object.entries(row)) {
    if (value && typeof value === 'object' && !Array.isArray(value)) Object.assign(cells, flat(value, before + key + '.'));
    else cells[before + key] = value;
  }
  return cells;
}

const quoted = value => /[",\n]/.test(value) ? '"' + value.replaceAll('"', '""') + '"' : value;
const plain = value => value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);

function order(a, b) {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (a === null || a === undefined || b === null || b === undefined) return (a === null || a === undefined) - (b === null || b === undefined);
  return plain(a).localeCompare(plain(b));
}

// Without the clipboard, which pages from disk may lack, a text area does.
function copyButton(text) {
  const button = el('button', { class: 'copy', type: 'button' }, 'Copy as CSV');
  button.addEventListener('click', () => {
    const area = el('textarea', { 'aria-hidden': 'true', class: 'copied' });
    area.value = text();
    document.body.append(area);
    area.select();
    button.textContent = document.execCommand('copy') ? 'Copied' : 'Cannot copy';
    area.remove();
    button.focus();
    setTimeout(() => { button.textContent = 'Copy as CSV'; }, 2000);
  });
  return button;
}

// `columns`: keys to show and their order; all where missing. `choose(row)`: called for a row that is pressed. `row(row)`: attributes of its line.
// `names` and `units`: of keys whose own do not tell them here.
export function table(title, list, { columns, choose, row: attributes = () => ({}), names = {}, units = {} } = {}) {
  const flats = new Map(list.map(row => [row, flat(row)])), rows = [...list];
  const keys = columns || [...new Set(list.flatMap(row => Object.keys(flats.get(row))))];
  const numbers = new Set(keys.filter(key => rows.some(row => typeof flats.get(row)[key] === 'number')));
  const last = key => key.split('.').pop();
  const body = el('tbody');
  let whole = rows.length <= FIRST_ROWS;
  const cell = (row, key, i) => {
    const value = flats.get(row)[key];
    const text = units[key] && typeof value === 'number' ? quantity(value, units[key]) : show(value, last(key));
    const content = choose && i === 0 ? pressed(row, text) : text;
    return el(i === 0 ? 'th' : 'td', { class: numbers.has(key) && (typeof value === 'number' || value === null || value === undefined) ? 'number' : text.length > 60 ? 'long' : null, scope: i === 0 ? 'row' : null }, content);
  };
  const pressed = (row, text) => {
    const button = el('button', { type: 'button' }, text);
    button.addEventListener('click', () => choose(row));
    return button;
  };
  const fill = () => body.replaceChildren(...(whole ? rows : rows.slice(0, FIRST_ROWS)).map(row =>
    el('tr', attributes(row), ...keys.map((key, i) => cell(row, key, i)))));
  const heads = keys.map(key => el('th', { scope: 'col', 'aria-sort': 'none', class: numbers.has(key) ? 'number' : null },
    el('button', { type: 'button' }, names[key] || nameOf(key))));
  heads.forEach((head, i) => head.firstChild.addEventListener('click', () => {
    const up = head.getAttribute('aria-sort') !== 'ascending';
    heads.forEach(other => other.setAttribute('aria-sort', 'none'));
    head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
    rows.sort((a, b) => (up ? 1 : -1) * order(flats.get(a)[keys[i]], flats.get(b)[keys[i]]));
    fill();
  }));
  fill();
  const csv = () => [keys, ...rows.map(row => keys.map(key => plain(flats.get(row)[key])))].map(line => line.map(quoted).join(',')).join('\n') + '\n';
  const below = el('p', { class: 'below' }, copyButton(csv));
  if (!whole) {
    const more = el('button', { type: 'button' }, `Show all ${rows.length} rows`);
    more.addEventListener('click', () => { whole = true; fill(); more.remove(); });
    below.append(' ', more);
  }
  const broad = keys.length > PRINTED ? el('p', { class: 'note printed' }, `A table of ${keys.length} columns is left out of print; on the screen it copies as CSV.`) : null;
  return [broad, el('div', { class: 'scroll' + (broad ? ' broad' : ''), tabindex: '0', role: 'region', 'aria-label': title },
    el('table', {}, el('thead', {}, el('tr', {}, ...heads)), body)), below].filter(Boolean);
}
