// The list of suggestions above the message box: commands, people, option values.
import { byId, el } from './dom.js';

const box = byId('popup');
let rows = [];
let active = -1;
let owner = null; // the input that has the list
let choose = null;

// isOpen tells whether suggestions are shown for this input.
function isOpen(input) {
  return !box.hidden && owner === input && rows.length > 0;
}

// hide takes the list away.
export function hide() {
  box.hidden = true;
  rows = [];
  active = -1;
  if (owner?.tagName === 'INPUT') owner.setAttribute('aria-expanded', 'false');
  owner?.removeAttribute('aria-activedescendant');
  owner = null;
}

function move(index) {
  active = index;
  rows.forEach((row, i) => {
    row.classList.toggle('active', i === index);
    row.setAttribute('aria-selected', i === index);
  });
  if (index < 0) owner.removeAttribute('aria-activedescendant');
  else {
    owner.setAttribute('aria-activedescendant', rows[index].id);
    rows[index].scrollIntoView({ block: 'nearest' });
  }
}

// show lists items ({title, detail, extra, testid, data, value}) for an input. With
// `first` the first one is taken by Enter; else only after an arrow key.
export function show(input, { heading, items, first = true, empty, onPick }) {
  if (owner && owner !== input) hide();
  owner = input;
  choose = onPick;
  rows = items.map((item, index) =>
    el(
      'div',
      {
        class: 'popup-row',
        role: 'option',
        id: `popup-${index}`,
        testid: item.testid || 'popup-option',
        data: item.data,
        on: {
          pointermove: () => {
            if (active !== index) move(index);
          },
          pointerdown: (event) => event.preventDefault(),
          click: () => pick(items[index]),
        },
      },
      item.icon || null,
      el('span', { class: 'popup-title' }, item.title),
      item.detail && el('span', { class: 'popup-detail', text: item.detail }),
      item.extra && el('span', { class: 'popup-extra', text: item.extra }),
    ),
  );
  rows.forEach((row, index) => {
    row.item = items[index];
  });
  box.replaceChildren(
    el('div', { class: 'popup-heading', text: heading }),
    el('div', { class: 'popup-list', role: 'listbox', id: 'popup-list', 'aria-label': heading, testid: 'command-popup' }, rows),
    !rows.length && empty ? el('p', { class: 'popup-empty', text: empty }) : '',
  );
  box.hidden = !rows.length && !empty;
  input.setAttribute('aria-autocomplete', 'list');
  input.setAttribute('aria-controls', 'popup-list');
  // A text area of several lines may not call itself a combobox.
  if (input.tagName === 'INPUT') {
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-expanded', String(!box.hidden));
  }
  move(first && rows.length ? 0 : -1);
}

function pick(item) {
  const act = choose;
  hide();
  act(item);
}

// key lets the list have a key of its input; true means that it was used.
export function key(event) {
  if (!isOpen(event.target)) {
    if (event.key === 'Escape' && !box.hidden) {
      hide();
      return true;
    }
    return false;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) move((Math.max(active, step > 0 ? -1 : 0) + step + rows.length) % rows.length);
  else if ((event.key === 'Enter' || (event.key === 'Tab' && !event.shiftKey)) && active >= 0) pick(rows[active].item);
  else if (event.key === 'Escape') hide();
  else return false;
  event.preventDefault();
  return true;
}
