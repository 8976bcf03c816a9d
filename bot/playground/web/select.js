// A select menu with descriptions, one choice or several, for messages and modals.
import { el, icon } from './dom.js';
import { store, channelName, displayName } from './store.js';

let counter = 0;

const maxListHeight = 320;

// selectOptions lists what a select offers: a string select's own options, or
// this playground's people and channels for the other kinds.
function selectOptions(component) {
  const people = [...store.users.values()].map((user) => ({
    value: user.id,
    label: displayName(user),
    description: user.username,
  }));
  const roles = [...new Set([...store.users.values()].flatMap((user) => user.roles || []))].map((role) => ({
    value: role,
    label: `@${role}`,
  }));
  if (component.type === 5) return people;
  if (component.type === 6) return roles;
  if (component.type === 7) return [...people, ...roles];
  if (component.type === 8) {
    const wanted = component.channel_types;
    return store.guild.channels
      .filter((channel) => !wanted?.length || wanted.includes(channel.type))
      .map((channel) => ({ value: channel.id, label: `#${channelName(channel)}` }));
  }
  return component.options || [];
}

function optionRow(option, id, onMove, onClick) {
  return el(
    'div',
    {
      class: 'select-option',
      role: 'option',
      id,
      testid: 'select-option',
      data: { value: option.value },
      // The button keeps the focus, so that closing needs no way back.
      on: { pointermove: onMove, pointerdown: (event) => event.preventDefault(), click: onClick },
    },
    option.emoji?.name && el('span', { class: 'select-emoji', text: option.emoji.name }),
    el(
      'span',
      { class: 'select-text' },
      el('span', { text: option.label }),
      option.description && el('span', { class: 'select-description', text: option.description }),
    ),
    icon('check'),
  );
}

// place puts the list below its button, or above it where there is more room.
function place(list, button) {
  const box = button.getBoundingClientRect();
  const below = window.innerHeight - box.bottom;
  list.style.left = `${box.left}px`;
  list.style.width = `${box.width}px`;
  list.style.maxHeight = `${Math.min(maxListHeight, Math.max(below, box.top) - 16)}px`;
  const up = below < Math.min(maxListHeight, list.scrollHeight) + 12 && box.top > below;
  list.style.top = up ? 'auto' : `${box.bottom + 4}px`;
  list.style.bottom = up ? `${window.innerHeight - box.top + 4}px` : 'auto';
}

// nextStarting finds the option after `from` that begins with a letter, going round.
function nextStarting(options, letter, from) {
  const starts = (option) => option.label.toLowerCase().startsWith(letter.toLowerCase());
  const next = options.findIndex((option, index) => index > from && starts(option));
  return next >= 0 ? next : Math.max(0, options.findIndex(starts));
}

// createSelect builds the control. onPick gets the chosen values when the person
// is done: at once for a single choice, on closing for several.
export function createSelect(component, { testid, onPick, labelledBy } = {}) {
  const options = selectOptions(component);
  const min = component.min_values ?? 1;
  const max = Math.min(component.max_values ?? 1, options.length || 1);
  const id = `select-${(counter += 1)}`;
  let chosen = options.filter((option) => option.default).map((option) => option.value);
  let sent = chosen.join('\n');
  let active = -1;

  const label = el('span', { class: 'select-label' });
  const button = el(
    'button',
    {
      type: 'button',
      class: 'select',
      testid,
      disabled: Boolean(component.disabled),
      role: 'combobox',
      'aria-haspopup': 'listbox',
      'aria-expanded': 'false',
      'aria-controls': id,
      'aria-labelledby': labelledBy,
      'aria-label': labelledBy ? null : component.placeholder || 'Choose',
    },
    label,
    icon('down'),
  );
  const list = el('div', {
    class: 'select-list',
    id,
    role: 'listbox',
    hidden: true,
    'aria-label': component.placeholder || 'Choices',
    'aria-multiselectable': max > 1 ? 'true' : null,
  });
  const rows = options.map((option, index) =>
    optionRow(
      option,
      `${id}-${index}`,
      () => move(index),
      () => pick(index),
    ),
  );
  list.append(...rows);

  function show() {
    const picked = options.filter((option) => chosen.includes(option.value));
    label.textContent = picked.length
      ? picked.map((option) => option.label).join(', ')
      : component.placeholder || 'Make a choice';
    label.classList.toggle('placeholder', !picked.length);
    rows.forEach((row, index) => row.setAttribute('aria-selected', chosen.includes(options[index].value)));
  }

  function move(index) {
    active = index;
    rows.forEach((row, i) => row.classList.toggle('active', i === index));
    if (index < 0) button.removeAttribute('aria-activedescendant');
    else {
      button.setAttribute('aria-activedescendant', rows[index].id);
      rows[index].scrollIntoView({ block: 'nearest' });
    }
  }

  function open() {
    if (!list.hidden || !options.length) return;
    // The list lies over everything, at the button: a scrolling parent would cut it off.
    (button.closest('dialog') || document.body).append(list);
    list.hidden = false;
    place(list, button);
    button.setAttribute('aria-expanded', 'true');
    // Some browsers do not focus a button that is clicked, and the keys go to the focus.
    button.focus({ preventScroll: true });
    move(
      Math.max(
        0,
        options.findIndex((option) => chosen.includes(option.value)),
      ),
    );
    document.addEventListener('pointerdown', outside, true);
    document.addEventListener('scroll', scrolled, true);
  }

  function close() {
    if (list.hidden) return;
    list.hidden = true;
    list.remove();
    button.setAttribute('aria-expanded', 'false');
    button.removeAttribute('aria-activedescendant');
    document.removeEventListener('pointerdown', outside, true);
    document.removeEventListener('scroll', scrolled, true);
    const now = chosen.join('\n');
    if ((now === sent && max > 1) || chosen.length < min) return;
    sent = now;
    onPick?.([...chosen]);
  }

  function outside(event) {
    if (!list.contains(event.target) && !button.contains(event.target)) close();
  }

  function scrolled(event) {
    if (!list.contains(event.target)) close();
  }

  function pick(index) {
    const { value } = options[index];
    if (max === 1) {
      chosen = min === 0 && chosen.includes(value) ? [] : [value];
      show();
      close();
      return;
    }
    if (chosen.includes(value)) chosen = chosen.filter((other) => other !== value);
    else if (chosen.length < max) chosen = [...chosen, value];
    show();
  }

  button.addEventListener('click', () => (list.hidden ? open() : close()));
  button.addEventListener('blur', close);
  button.addEventListener('keydown', (event) => {
    const { key } = event;
    if (list.hidden) {
      if (key === 'ArrowDown' || key === 'ArrowUp') {
        event.preventDefault();
        open();
      }
      return;
    }
    const jump = { ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: rows.length - 1 }[key];
    if (jump !== undefined) move((jump + rows.length) % rows.length);
    else if (key === 'Enter' || key === ' ') pick(active);
    else if (key === 'Escape') close();
    else if (key.length === 1) move(nextStarting(options, key, active));
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  show();
  return { node: button, values: () => [...chosen], min };
}
