// One message: header, text, embeds, files, components and what can be done with it.
import { avatar, el, icon, iconButton } from './dom.js';
import { components, referencedFiles } from './components.js';
import { embed } from './embeds.js';
import { attachment } from './files.js';
import { inlineMarkdown, markdown } from './markdown.js';
import { channelName, displayName, emit, formatDay, formatTime, messagesOf, store } from './store.js';

// Bits of Message.flags that this page acts on.
export const flags = { suppressEmbeds: 1 << 2, ephemeral: 1 << 6, loading: 1 << 7, v2: 1 << 15 };

const has = (message, bit) => (message.flags & bit) !== 0;

// isPrivate tells whether only the person it is for sees the message.
export function isPrivate(message) {
  return has(message, flags.ephemeral);
}

// isOwn tells whether the person of this page wrote the message.
export function isOwn(message) {
  return message.author?.id === store.me?.id;
}

// plainText is the text of a message for copying: all that a person can read in it.
export function plainText(message) {
  const parts = [message.content];
  for (const data of message.embeds || []) {
    parts.push(
      data.title,
      data.description,
      ...(data.fields || []).map((field) => `${field.name}\n${field.value}`),
      data.footer?.text,
    );
  }
  const walk = (list) =>
    (list || []).forEach((item) => {
      if (item.type === 10) parts.push(item.content);
      walk(item.components);
    });
  walk(message.components);
  return parts.filter(Boolean).join('\n\n');
}

// previewLine is the beginning of a message on one line, without its markup.
export function previewLine(message) {
  const source = (message.content || plainText(message))
    .slice(0, 600)
    .replace(/```(?:[\w+#.-]*\n)?/g, ' ')
    .replace(/^(?:#{1,3}|-#|>{1,3}|[-*]) +/gm, '')
    .replace(/\s+/g, ' ')
    .slice(0, 160);
  const text = inlineMarkdown(source, { links: false })
    .map((node) => (typeof node === 'string' ? node : node.textContent))
    .join('');
  return text.trim() || (message.attachments?.length ? 'a file' : 'a message');
}

// authorName is the name shown for a message's author.
export function authorName(message) {
  return message.member?.nick || displayName(store.users.get(message.author?.id) || message.author);
}

function badge() {
  return el('span', { class: 'badge', text: 'APP', title: 'Written by a program' });
}

function header(message, id) {
  return el(
    'header',
    { class: 'message-head' },
    el('span', { class: message.author?.bot ? 'author author-bot' : 'author', id: `author-${id}`, text: authorName(message) }),
    message.author?.bot && badge(),
    el('time', {
      class: 'stamp',
      datetime: message.timestamp,
      title: formatTime(message.timestamp, 'full'),
      text: formatTime(message.timestamp),
    }),
  );
}

// context is the line above a message: what it replies to, or which command it answers.
function context(message) {
  const used = message.interaction_metadata || message.interaction;
  const name = message.interaction?.name || message.interaction_metadata?.name;
  if (used?.user && name) {
    const slash = (used.command_type ?? 1) === 1 ? '/' : '';
    return el(
      'div',
      { class: 'context' },
      icon('bolt'),
      el('b', { text: displayName(store.users.get(used.user.id) || used.user) }),
      el('span', { text: 'used' }),
      el('span', { class: 'chip', text: slash + name }),
    );
  }
  const reference = message.message_reference;
  if (!reference?.message_id || reference.type === 1) return null;
  const target = messagesOf(message.channel_id).get(reference.message_id) || message.referenced_message;
  if (!target) return el('div', { class: 'context' }, icon('reply'), el('i', { text: 'The message it replies to is gone' }));
  const preview = previewLine(target);
  return el(
    'button',
    { type: 'button', class: 'context context-link', on: { click: () => emit('jump-to', target.id) } },
    icon('reply'),
    el('span', { class: 'visually-hidden', text: 'Reply to' }),
    el('b', { text: authorName(target) }),
    el('span', { class: 'context-text', text: preview }),
  );
}

function content(message) {
  if (has(message, flags.loading)) {
    return el(
      'p',
      { class: 'thinking', testid: 'thinking' },
      el('span', { class: 'dots', 'aria-hidden': 'true' }, el('i'), el('i'), el('i')),
      `${authorName(message)} is thinking…`,
    );
  }
  const node = message.content ? markdown(message.content, 'md message-content') : null;
  if (!message.edited_timestamp) return node;
  const mark = el('span', { class: 'edited', text: '(edited)', title: formatTime(message.edited_timestamp, 'full') });
  const last = node?.lastElementChild;
  if (last?.classList.contains('md-p')) {
    last.append(' ', mark);
    return node;
  }
  return el('div', { class: 'message-content' }, node, mark);
}

function threadLink(message) {
  const thread = store.channels.get(message.thread?.id || message.id);
  if (!thread || thread.id === store.channelId) return null;
  return el(
    'button',
    { type: 'button', class: 'thread-link', testid: 'thread-link', on: { click: () => emit('open-channel', thread.id) } },
    icon('thread'),
    el('b', { text: channelName(thread) }),
    el('span', { text: 'Open thread' }),
  );
}

function privateLine(message) {
  return el(
    'div',
    { class: 'private-line', testid: 'ephemeral' },
    icon('eye'),
    el('span', { text: 'Only you can see this' }),
    ' • ',
    el('button', {
      type: 'button',
      class: 'text-button',
      testid: 'dismiss',
      text: 'Dismiss message',
      on: { click: () => emit('dismiss', message) },
    }),
  );
}

function systemText(message) {
  const who = el('b', { text: authorName(message) });
  if (message.type === 18) {
    const id = message.message_reference?.channel_id;
    return [
      who,
      ' started a thread: ',
      store.channels.has(id)
        ? el('button', {
            type: 'button',
            class: 'text-button',
            text: message.content || channelName(store.channels.get(id)),
            on: { click: () => emit('open-channel', id) },
          })
        : message.content,
    ];
  }
  if (message.type === 4) return [who, ` changed the name to: ${message.content}`];
  if (message.type === 6) return [who, ' pinned a message.'];
  return null;
}

function tools(message) {
  const buttons = [];
  if (!isPrivate(message))
    buttons.push(iconButton('reply', 'Reply', () => emit('reply', message), { 'data-testid': 'action-reply' }));
  if (isOwn(message)) buttons.push(iconButton('edit', 'Edit', () => emit('edit', message), { 'data-testid': 'action-edit' }));
  const more = iconButton('more', 'More actions', () => emit('menu', { message, anchor: more }), {
    'data-testid': 'action-more',
    'aria-haspopup': 'menu',
    class: 'icon-button tool-more',
  });
  return el('div', { class: 'tools' }, buttons, more);
}

// renderMessage draws one message.
export function renderMessage(message) {
  const node = el('article', {
    class: 'message',
    tabIndex: -1,
    testid: 'message',
    'aria-labelledby': `author-${message.id}`,
    data: { messageId: message.id, author: message.author?.username || '', authorId: message.author?.id || '' },
  });
  node.classList.toggle('private', isPrivate(message));
  node.classList.toggle('mentions-me', !isOwn(message) && (message.mentions || []).some((user) => user.id === store.me.id));
  const day = el('div', { class: 'day', hidden: true }, el('span', { text: formatDay(message.timestamp) }));
  const system = systemText(message);
  if (system) {
    node.classList.add('system');
    node.append(
      day,
      el(
        'div',
        { class: 'message-row' },
        el('div', { class: 'gutter' }, icon('thread')),
        el(
          'div',
          { class: 'message-body' },
          el(
            'p',
            {},
            system,
            ' ',
            el('time', { class: 'stamp', id: `author-${message.id}`, text: formatTime(message.timestamp) }),
          ),
        ),
      ),
    );
    return node;
  }
  // A thread's first entry only points at the message that it grew from.
  const shown = message.type === 21 && message.referenced_message ? message.referenced_message : message;
  const inComponents = has(shown, flags.v2) ? referencedFiles(shown.components, shown.attachments) : new Set();
  const files = (shown.attachments || []).filter((file) => !inComponents.has(file.id));
  const body = el(
    'div',
    { class: 'message-body' },
    header(shown, message.id),
    el('div', { class: 'message-main' }, content(shown)),
    !has(shown, flags.suppressEmbeds) && (shown.embeds || []).map((data) => embed(data, shown)),
    files.length > 0 && el('div', { class: 'files' }, files.map(attachment)),
    shown.components?.length > 0 && el('div', { class: 'components' }, components(shown.components, shown)),
    el('p', { class: 'failure', role: 'alert', testid: 'interaction-failed' }),
    threadLink(shown),
    isPrivate(shown) && privateLine(shown),
  );
  const above = context(shown);
  node.append(day);
  if (above) node.append(above);
  node.append(
    el(
      'div',
      { class: 'message-row' },
      el(
        'div',
        { class: 'gutter' },
        avatar(store.users.get(shown.author?.id) || shown.author),
        el('time', { class: 'gutter-time', 'aria-hidden': 'true', text: formatTime(shown.timestamp, 'clock') }),
      ),
      body,
    ),
    tools(shown),
  );
  return node;
}

// How long messages of one author stay one block.
const blockMinutes = 7;

// arrange decides, from the message before, whether a day line and a header are needed.
export function arrange(node, message, before) {
  const time = new Date(message.timestamp);
  const last = before && new Date(before.timestamp);
  const newDay = !last || last.toDateString() !== time.toDateString();
  node.querySelector('.day').hidden = !newDay;
  const together =
    !newDay &&
    before.author?.id === message.author?.id &&
    time - last < blockMinutes * 60000 &&
    !node.querySelector('.context') &&
    isPrivate(message) === isPrivate(before) &&
    !before.type === !message.type &&
    !node.classList.contains('system');
  node.classList.toggle('compact', Boolean(together));
}
