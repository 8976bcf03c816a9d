// The list of messages of the open channel: order, scrolling, editing in place.
import { deleteMessage, editMessage, getMessages } from './api.js';
import { byId, el, isComposing, toast } from './dom.js';
import { arrange, renderMessage } from './message.js';
import { compareIds, dismiss, emit, keepMessage, messagesOf, on, store } from './store.js';

const log = byId('log');
const scroller = byId('scroller');
const jump = byId('jump');

// Distance from the end, in pixels, at which the list still follows new messages.
const nearEnd = 120;
// How long after one's own action a message of the bot counts as the answer.
const answerWindow = 20000;
let following = true;
let anchor = null; // the message that was brought into view last, until somebody scrolls
let expecting = 0; // until when the next message of the bot answers something done here
let generation = 0;

// nodeOf finds the drawn message.
export function nodeOf(id) {
  return log.querySelector(`:scope > .message[data-message-id="${CSS.escape(id)}"]`);
}

function toEnd() {
  scroller.scrollTop = scroller.scrollHeight;
  jump.hidden = true;
}

// What somebody asked for comes into view: its end, or its beginning if it is taller than the view.
function reveal(node) {
  anchor = node;
  const top = node.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop;
  if (node.nextElementSibling || scroller.scrollHeight - top < scroller.clientHeight) toEnd();
  else scroller.scrollTop = top - 8;
}

function around(node) {
  if (!node) return;
  const message = messagesOf(store.channelId).get(node.dataset.messageId);
  if (!message) return;
  let before = node.previousElementSibling;
  while (before && !before.classList.contains('message')) before = before.previousElementSibling;
  arrange(node, message, before && messagesOf(store.channelId).get(before.dataset.messageId));
}

// openLog reads a channel and shows it.
export async function openLog(channelId) {
  generation += 1;
  const mine = generation;
  log.setAttribute('aria-busy', 'true');
  log.replaceChildren();
  following = true;
  jump.hidden = true;
  let list;
  try {
    list = await getMessages(channelId);
  } catch (error) {
    if (mine === generation) log.replaceChildren(el('p', { class: 'log-problem', role: 'alert', text: error.message }));
    return;
  }
  if (mine !== generation) return;
  store.messages.set(channelId, new Map());
  log.replaceChildren();
  list.forEach(keepMessage);
  const visible = [...messagesOf(channelId).values()]
    .filter((message) => !store.dismissed.has(message.id))
    .sort((a, b) => compareIds(a.id, b.id));
  log.append(...visible.map(renderMessage));
  [...log.children].forEach(around);
  rove(log.lastElementChild);
  log.setAttribute('aria-busy', 'false');
  emit('log-changed');
  toEnd();
}

// Only one message is a tab stop; arrows move between them.
function rove(node) {
  log.querySelectorAll('.message[tabindex="0"]').forEach((other) => {
    other.tabIndex = -1;
  });
  if (node?.classList.contains('message')) node.tabIndex = 0;
}

// showMessage draws a new or changed message of any channel.
export function showMessage(incoming) {
  const message = keepMessage(incoming);
  if (message.channel_id !== store.channelId || store.dismissed.has(message.id)) return;
  const node = renderMessage(message);
  const old = nodeOf(message.id);
  if (old) replace(old, node);
  else insert(node, message);
  around(node);
  around(node.nextElementSibling);
  emit('log-changed');
  const mine = message.author?.id === store.me.id;
  const answers = !old && !mine && Date.now() < expecting;
  if (answers) expecting = 0;
  // A placeholder that became the answer counts as new; other changes must not move the list.
  const fresh = !old || (old.querySelector('.thinking') && !node.querySelector('.thinking'));
  if (answers || (fresh && (mine || following))) reveal(node);
  else if (following) toEnd();
  else if (fresh) jump.hidden = false;
}

function insert(node, message) {
  let after = log.lastElementChild;
  // A note about a command under way stays last; one that failed keeps its place in time.
  while (
    after &&
    !after.classList.contains('note-failed') &&
    !(after.classList.contains('message') && compareIds(after.dataset.messageId, message.id) <= 0)
  ) {
    after = after.previousElementSibling;
  }
  if (after) after.after(node);
  else log.prepend(node);
  if (!node.nextElementSibling) rove(node);
}

// replace swaps a message's node and puts the focus back where it was inside it.
function replace(old, node) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  node.tabIndex = old.tabIndex;
  old.replaceWith(node);
  if (!focused) return;
  const hook = focused.dataset.testid;
  const again = hook && hook !== 'message' && node.querySelector(`[data-testid="${CSS.escape(hook)}"]:not(:disabled)`);
  (again || node).focus({ preventScroll: true });
}

// removeMessage takes a message away.
export function removeMessage({ id, channel_id: channelId }) {
  messagesOf(channelId).delete(id);
  const node = channelId === store.channelId && nodeOf(id);
  if (!node) return;
  const next = node.nextElementSibling;
  const focus = node.contains(document.activeElement);
  const neighbour = next || node.previousElementSibling;
  node.remove();
  around(next);
  if (neighbour?.classList.contains('message')) {
    rove(neighbour);
    if (focus) neighbour.focus();
  } else if (focus) byId('composer').focus();
  emit('log-changed');
}

// redraw draws all messages again, as names and times depend on the state.
export function redraw() {
  for (const node of [...log.querySelectorAll(':scope > .message')]) {
    const message = messagesOf(store.channelId).get(node.dataset.messageId);
    if (!message || node.querySelector('.edit-box')) continue;
    const fresh = renderMessage(message);
    replace(node, fresh);
    around(fresh);
  }
}

// addNote puts a line which is no message (a command under way, or failed) at the
// end, and in view: it is about something that was done a moment ago.
export function addNote(node) {
  anchor = null;
  log.append(node);
  toEnd();
}

function startEdit(message) {
  const node = nodeOf(message.id);
  const main = node?.querySelector('.message-main');
  if (!main || node.querySelector('.edit-box')) return;
  const area = el('textarea', {
    class: 'edit-area',
    value: message.content || '',
    'aria-label': 'Edit message',
    testid: 'edit-input',
    rows: Math.min(12, (message.content || '').split('\n').length + 1),
  });
  const done = () => {
    const fresh = renderMessage(messagesOf(message.channel_id).get(message.id) || message);
    replace(node, fresh);
    around(fresh);
    byId('composer').focus();
  };
  const save = async () => {
    if (!area.value.trim() || area.value === message.content) {
      done();
      return;
    }
    try {
      const changed = await editMessage(message, area.value);
      if (changed?.id) keepMessage(changed);
      done();
    } catch (error) {
      toast(error.message, 'error');
    }
  };
  area.addEventListener('keydown', (event) => {
    event.stopPropagation();
    if (isComposing(event)) return;
    if (event.key === 'Escape') done();
    else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      save();
    }
  });
  main.replaceChildren(
    el(
      'div',
      { class: 'edit-box' },
      area,
      el(
        'p',
        { class: 'edit-help' },
        'Escape to ',
        el('button', { type: 'button', class: 'text-button', text: 'cancel', on: { click: done } }),
        ' • Enter to ',
        el('button', { type: 'button', class: 'text-button', text: 'save', testid: 'edit-save', on: { click: save } }),
      ),
    ),
  );
  node.classList.remove('compact');
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
}

function keys(event) {
  const node = event.target;
  if (!node.classList?.contains('message')) return;
  const message = messagesOf(store.channelId).get(node.dataset.messageId);
  const step = { ArrowUp: 'previousElementSibling', ArrowDown: 'nextElementSibling' }[event.key];
  if (step) {
    event.preventDefault();
    const next = node[step];
    if (next?.classList.contains('message')) {
      rove(next);
      next.focus();
    } else if (event.key === 'ArrowDown') byId('composer').focus();
  } else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey) || event.key === 'Enter') {
    event.preventDefault();
    emit('menu', { message, anchor: node });
  }
}

// startLog connects the list with the page.
export function startLog() {
  scroller.addEventListener('scroll', () => {
    following = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < nearEnd;
    if (following) jump.hidden = true;
  });
  // Previews and pictures grow after they are drawn: what is in view stays in view.
  const watcher = new ResizeObserver(() => {
    if (anchor?.isConnected) reveal(anchor);
    else if (following) toEnd();
  });
  watcher.observe(log);
  watcher.observe(scroller);
  for (const kind of ['wheel', 'touchmove', 'pointerdown', 'keydown'])
    scroller.addEventListener(
      kind,
      () => {
        anchor = null;
      },
      { passive: true },
    );
  jump.addEventListener('click', () => {
    anchor = null;
    toEnd();
  });
  log.addEventListener('keydown', keys);
  log.addEventListener('focusin', (event) => {
    if (event.target.classList?.contains('message')) rove(event.target);
  });
  on('acted', () => {
    expecting = Date.now() + answerWindow;
  });
  on('edit', startEdit);
  on('dismiss', (message) => {
    dismiss(message.id);
    removeMessage(message);
  });
  on('delete', async (message) => {
    try {
      await deleteMessage(message);
      removeMessage(message);
    } catch (error) {
      toast(error.message, 'error');
    }
  });
  on('jump-to', (id) => {
    const node = nodeOf(id);
    if (!node) return;
    node.scrollIntoView({ block: 'center' });
    rove(node);
    node.focus({ preventScroll: true });
  });
}
