// The menu of a message: right-click, the "…" button, or the menu key.
import { runCommand } from './api.js';
import { description, localName, messageCommands } from './commands.js';
import { copyText, el, icon } from './dom.js';
import { start } from './interactions.js';
import { nodeOf } from './log.js';
import { isOwn, isPrivate, plainText } from './message.js';
import { openModal } from './modal.js';
import { noteFor } from './notes.js';
import { emit, messagesOf, on, store } from './store.js';

let current = null;

function closeMenu(refocus = true) {
  if (!current) return;
  const { node, back } = current;
  current = null;
  node.remove();
  document.removeEventListener('pointerdown', outside, true);
  window.removeEventListener('resize', closeMenu);
  if (refocus && back?.isConnected) back.focus({ preventScroll: true });
}

function outside(event) {
  if (!current.node.contains(event.target)) closeMenu(false);
}

function item(iconName, label, testid, act, props = {}) {
  return el(
    'button',
    {
      type: 'button',
      role: 'menuitem',
      class: 'menu-item',
      tabIndex: -1,
      testid,
      on: {
        click: () => {
          closeMenu();
          act();
        },
      },
      ...props,
    },
    el('span', { class: 'menu-label', text: label }),
    icon(iconName),
  );
}

function useMessageCommand(command, message) {
  const note = noteFor(localName(command), message.channel_id);
  start(() => runCommand({ channelId: message.channel_id, commandId: command.id, targetId: message.id }), {
    channelId: message.channel_id,
    settle: (outcome) => {
      note.settle(outcome);
      if (outcome.modal) openModal(outcome.modal);
    },
  });
}

function items(message) {
  const own = isOwn(message);
  const apps = isPrivate(message) ? [] : messageCommands();
  return [
    !isPrivate(message) && item('reply', 'Reply', 'menu-reply', () => emit('reply', message)),
    item('copy', 'Copy text', 'menu-copy', () => copyText(plainText(message), 'Text copied')),
    own && item('edit', 'Edit message', 'menu-edit', () => emit('edit', message)),
    isPrivate(message) && item('close', 'Dismiss message', 'menu-dismiss', () => emit('dismiss', message)),
    apps.length > 0 &&
      el(
        'div',
        { role: 'group', class: 'menu-group', 'aria-labelledby': 'menu-apps' },
        el('div', { class: 'menu-heading', id: 'menu-apps', text: 'Apps' }),
        apps.map((command) =>
          item('bolt', localName(command), `menu-${command.name}`, () => useMessageCommand(command, message), {
            title: description(command) || null,
          }),
        ),
      ),
    own && el('hr', { class: 'menu-line' }),
    own && item('trash', 'Delete message', 'menu-delete', () => emit('delete', message), { class: 'menu-item menu-danger' }),
  ].filter(Boolean);
}

function place(node, x, y) {
  const { offsetWidth: width, offsetHeight: height } = node;
  node.style.left = `${Math.max(8, Math.min(x, window.innerWidth - width - 8))}px`;
  node.style.top = `${Math.max(8, Math.min(y, window.innerHeight - height - 8))}px`;
}

function keys(event) {
  const list = [...current.node.querySelectorAll('.menu-item')];
  const at = list.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: list.length - 1 }[event.key];
  if (next !== undefined) {
    event.preventDefault();
    list[(next + list.length) % list.length].focus();
  } else if (event.key === 'Escape' || event.key === 'Tab') {
    event.preventDefault();
    closeMenu();
  }
}

function openMenu({ message, anchor, x, y }) {
  closeMenu(false);
  const list = items(message);
  const node = el(
    'div',
    {
      class: 'menu',
      role: 'menu',
      'aria-label': 'Message actions',
      testid: 'message-menu',
      on: { keydown: keys, contextmenu: (event) => event.preventDefault() },
    },
    list,
  );
  current = { node, back: anchor };
  document.body.append(node);
  const box = anchor?.getBoundingClientRect();
  if (x === undefined) place(node, box.right - node.offsetWidth, Math.min(box.bottom + 4, window.innerHeight - 40));
  else place(node, x, y);
  document.addEventListener('pointerdown', outside, true);
  window.addEventListener('resize', closeMenu);
  node.querySelector('.menu-item')?.focus();
}

// startMenu listens for the three ways to ask for the menu.
export function startMenu() {
  on('menu', openMenu);
  document.getElementById('log').addEventListener('contextmenu', (event) => {
    const node = event.target.closest('.message');
    // Links, pictures and selected text keep the browser's own menu.
    if (!node || event.target.closest('a, textarea') || String(getSelection())) return;
    const message = messagesOf(store.channelId).get(node.dataset.messageId);
    if (!message) return;
    event.preventDefault();
    openMenu({ message, anchor: nodeOf(message.id), x: event.clientX, y: event.clientY });
  });
}
