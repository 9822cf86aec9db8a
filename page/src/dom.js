// Elements of HTML and SVG, and the tooltip that all pictures share.
const SVG = new Set(['svg', 'g', 'rect', 'circle', 'text', 'path', 'title', 'line', 'desc', 'tspan', 'polygon']);

export function el(tag, attributes = {}, ...children) {
  const element = SVG.has(tag) ? document.createElementNS('http://www.w3.org/2000/svg', tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

let tip = null;

function tooltip() {
  if (!tip) {
    tip = el('div', { class: 'tip', role: 'tooltip', hidden: '' });
    document.body.append(tip);
    document.addEventListener('keydown', event => { if (event.key === 'Escape') tip.hidden = true; });
  }
  return tip;
}

function place(element, event) {
  const box = element.getBoundingClientRect(), own = tooltip().getBoundingClientRect();
  const x = event && event.clientX ? event.clientX : box.left + box.width / 2, y = event && event.clientY ? event.clientY : box.top;
  const left = Math.max(4, Math.min(x + 12, document.documentElement.clientWidth - own.width - 4));
  const top = y + own.height + 20 < document.documentElement.clientHeight ? y + 16 : y - own.height - 12;
  tooltip().style.left = left + window.scrollX + 'px';
  tooltip().style.top = top + window.scrollY + 'px';
}

// Shows lines of text beside an element while it is pointed at or has the focus. The first line is its name for screen readers.
export function hint(element, lines) {
  const show = event => {
    const box = tooltip();
    box.replaceChildren(...lines().map((line, i) => el(i ? 'div' : 'strong', {}, line)));
    box.hidden = false;
    place(element, event);
  };
  const hide = () => { tooltip().hidden = true; };
  element.addEventListener('pointerenter', show);
  element.addEventListener('pointermove', show);
  element.addEventListener('pointerleave', hide);
  element.addEventListener('focus', show);
  element.addEventListener('blur', hide);
  return element;
}

// Arrow keys go through the marks of a picture, of which one can be reached with Tab; Enter and Space act.
export function walk(marks, act) {
  marks.forEach((mark, i) => {
    mark.setAttribute('tabindex', i ? -1 : 0);
    mark.addEventListener('keydown', event => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        const next = marks[(i + step + marks.length) % marks.length];
        marks.forEach(other => other.setAttribute('tabindex', other === next ? 0 : -1));
        next.focus();
      } else if (act && (event.key === 'Enter' || event.key === ' ')) {
        event.preventDefault();
        act(i);
      }
    });
    if (act) mark.addEventListener('click', () => act(i));
  });
}

export function note(text) {
  return el('p', { class: 'note' }, text);
}

export function choice(label, names, chosen, change, shown = name => name) {
  const select = el('select', {}, ...names.map(name => el('option', { value: name }, shown(name))));
  select.value = chosen;
  select.addEventListener('change', () => change(select.value));
  return [el('label', {}, label + ' ', select), select];
}
