// The message box: text, files, replies, suggestions while typing.
import { sendMessage } from './api.js';
import { findEntries, matchEntry } from './commands.js';
import { byId, bytes, el, icon, iconButton, isComposing, toast } from './dom.js';
import { authorName, isOwn, previewLine } from './message.js';
import * as popup from './popup.js';
import { closeSlash, dropOnSlash, isSlashOpen, openSlash, runSlash, startSlash } from './slash.js';
import { channelName, displayName, emit, isThread, messagesOf, on, store } from './store.js';

const area = byId('composer');
const counter = byId('counter');

// Discord's limits: characters of a message, files of a message, bytes of a file.
const maxContent = 2000;
const maxFiles = 10;
const maxFileBytes = 10 * 1024 * 1024;
// How near the limit the counter appears.
const counterFrom = 200;

let files = [];
let replyTo = null;
let sending = false;
const drafts = new Map(); // channel id -> text not sent yet

function length(text) {
  return [...text].length;
}

function notice(text) {
  const node = byId('notice');
  node.hidden = !text;
  node.replaceChildren(text || '', text ? iconButton('close', 'Close this note', () => notice('')) : '');
}

function grow() {
  area.style.height = 'auto';
  area.style.height = `${Math.min(area.scrollHeight, window.innerHeight * 0.4)}px`;
  const left = maxContent - length(area.value);
  counter.textContent = left < counterFrom ? String(left) : '';
  counter.classList.toggle('over', left < 0);
  byId('send').classList.toggle('ready', Boolean(area.value.trim() || files.length));
}

function setText(text) {
  area.value = text;
  grow();
}

function showTray() {
  const tray = byId('tray');
  tray.hidden = !files.length;
  tray.replaceChildren(
    ...files.map((file, index) =>
      el(
        'div',
        { class: 'tray-file', role: 'listitem', testid: 'tray-file' },
        icon('file'),
        el(
          'div',
          { class: 'file-names' },
          el('span', { class: 'file-name', text: file.name }),
          el('span', { class: 'file-size', text: bytes(file.size) }),
        ),
        iconButton('close', `Remove ${file.name}`, () => {
          files.splice(index, 1);
          showTray();
          area.focus();
        }),
      ),
    ),
  );
  grow();
}

function addFiles(list) {
  const chosen = [...list];
  if (!chosen.length || (isSlashOpen() && dropOnSlash(chosen))) return;
  if (isSlashOpen()) closeSlash();
  const large = chosen.filter((file) => file.size > maxFileBytes);
  if (large.length)
    notice(`Discord takes files up to ${bytes(maxFileBytes)}: ${large.map((file) => file.name).join(', ')} left out.`);
  files.push(...chosen.filter((file) => file.size <= maxFileBytes));
  if (files.length > maxFiles) {
    files = files.slice(0, maxFiles);
    notice(`Discord takes up to ${maxFiles} files with one message.`);
  }
  showTray();
  area.focus();
}

function textFile(text) {
  const taken = new Set(files.map((file) => file.name));
  let name = 'message.txt';
  for (let n = 2; taken.has(name); n += 1) name = `message-${n}.txt`;
  return new File([text], name, { type: 'text/plain; charset=utf-8' });
}

function becameFile(text) {
  addFiles([textFile(text)]);
  notice(
    `That text has ${length(text)} characters and Discord allows ${maxContent} in a message, so it became a file, message.txt.`,
  );
}

function setReply(message) {
  replyTo = message;
  const bar = byId('reply-bar');
  bar.hidden = !message;
  if (!message) {
    bar.replaceChildren();
    return;
  }
  bar.replaceChildren(
    el('span', {}, 'Replying to ', el('b', { text: authorName(message) })),
    el('span', { class: 'reply-preview', text: previewLine(message) }),
    iconButton('close', 'Do not reply', () => {
      setReply(null);
      area.focus();
    }),
  );
  area.focus();
}

// People and channels are written by name and sent by id, as Discord's client does.
function withIds(text) {
  const names = [...store.users.values()].flatMap((user) => [
    [`@${displayName(user)}`, `<@${user.id}>`],
    [`@${user.username}`, `<@${user.id}>`],
  ]);
  for (const channel of store.channels.values()) if (channel.name) names.push([`#${channel.name}`, `<#${channel.id}>`]);
  names.sort((a, b) => b[0].length - a[0].length);
  return names.reduce((out, [name, id]) => {
    let from = 0;
    for (;;) {
      const found = out.toLowerCase().indexOf(name.toLowerCase(), from);
      if (found < 0) return out;
      const end = found + name.length;
      const inside = /[\w<&/]/.test(out[found - 1] || ' ') || /[\w-]/.test(out[end] || ' ');
      if (inside) from = end;
      else {
        out = out.slice(0, found) + id + out.slice(end);
        from = found + id.length;
      }
    }
  }, text);
}

async function send() {
  if (sending) return;
  const typed = matchEntry(area.value);
  if (typed && !files.length) {
    setText('');
    popup.hide();
    openSlash(typed.entry, typed.rest);
    // "/name text" is complete as typed when nothing else is required.
    if (typed.rest || !typed.entry.options.length) runSlash();
    return;
  }
  if (!area.value.trim() && !files.length) return;
  notice('');
  let content = withIds(area.value.trim());
  if (length(content) > maxContent) {
    setText('');
    becameFile(content);
    content = '';
  }
  const request = { channelId: store.channelId, content, files, replyTo: replyTo?.id };
  sending = true;
  byId('send').setAttribute('aria-busy', 'true');
  try {
    const message = await sendMessage(request);
    setText('');
    files = [];
    drafts.delete(request.channelId);
    showTray();
    setReply(null);
    emit('acted');
    emit('sent', message);
  } catch (error) {
    toast(error.message, 'error');
  } finally {
    sending = false;
    byId('send').removeAttribute('aria-busy');
    area.focus();
  }
}

function suggest() {
  const before = area.value.slice(0, area.selectionStart);
  if (/^\/[^\n]*$/.test(area.value)) {
    suggestCommands(before);
    return;
  }
  const mention = /(?:^|\s)@([\w.\- ]{0,32})$/.exec(before);
  if (mention) {
    suggestPeople(mention[1], before);
    return;
  }
  popup.hide();
}

function suggestCommands(before) {
  const exact = matchEntry(area.value);
  if (exact && / $/.test(before) && findEntries(before.slice(1)).length <= 1) {
    setText('');
    openSlash(exact.entry, exact.rest);
    return;
  }
  const entries = findEntries(before.slice(1));
  if (!entries.length) {
    popup.hide();
    return;
  }
  popup.show(area, {
    heading: store.bot ? displayName(store.bot) : 'Commands',
    items: entries.slice(0, 25).map((entry) => ({
      title: `/${entry.label}`,
      detail: entry.description,
      testid: 'command-option',
      data: { name: entry.name },
      entry,
      extra: entry.options.map((option) => (option.required ? option.name : `${option.name}?`)).join('  '),
    })),
    onPick: ({ entry }) => {
      const typed = matchEntry(area.value);
      const whole = typed?.entry.name === entry.name;
      setText('');
      openSlash(entry, whole ? typed.rest : '');
      // Written out in full and with nothing to fill in, it needs no second Enter.
      if (whole && !entry.options.length) runSlash();
    },
  });
}

function suggestPeople(typed, before) {
  const query = typed.toLowerCase();
  const people = [...store.users.values()].filter((user) =>
    [user.username, displayName(user)].some((name) => name.toLowerCase().startsWith(query)),
  );
  // A whole name followed by a space is finished: the list would be in the way.
  if (!people.length || / $/.test(typed)) {
    popup.hide();
    return;
  }
  people.sort((a, b) => Number(Boolean(b.bot)) - Number(Boolean(a.bot)));
  popup.show(area, {
    heading: 'People',
    items: people.map((user) => ({
      title: `@${displayName(user)}`,
      detail: user.bot ? 'APP' : '',
      testid: 'mention-option',
      user,
    })),
    onPick: ({ user }) => {
      const start = before.length - typed.length - 1;
      area.setRangeText(`@${displayName(user)} `, start, before.length, 'end');
      grow();
    },
  });
}

function keydown(event) {
  if (isComposing(event) || popup.key(event)) return;
  if (event.key === 'Enter' && !event.shiftKey) {
    event.preventDefault();
    send();
  } else if (event.key === 'Escape' && replyTo) {
    setReply(null);
  } else if (event.key === 'ArrowUp' && !area.value) {
    const mine = [...messagesOf(store.channelId).values()].filter(isOwn);
    if (!mine.length) return;
    event.preventDefault();
    emit('edit', mine[mine.length - 1]);
  }
}

function pasted(event) {
  const data = event.clipboardData;
  if (data?.files?.length) {
    event.preventDefault();
    addFiles(data.files);
    return;
  }
  const text = data?.getData('text/plain') || '';
  if (length(text) + length(area.value) - (area.selectionEnd - area.selectionStart) <= maxContent) return;
  event.preventDefault();
  becameFile(text);
}

function startDrop() {
  const cover = byId('drop');
  const main = document.querySelector('.main');
  let depth = 0;
  const carriesFiles = (event) => [...(event.dataTransfer?.types || [])].includes('Files');
  const leave = () => {
    depth = 0;
    cover.hidden = true;
  };
  main.addEventListener('dragenter', (event) => {
    if (!carriesFiles(event) || byId('composer-area').hidden) return;
    depth += 1;
    cover.hidden = false;
    cover.textContent = `Drop files to send to ${channelName(store.channels.get(store.channelId))}`;
  });
  main.addEventListener('dragleave', () => {
    if ((depth -= 1) <= 0) leave();
  });
  // Without this a file dropped beside the target would replace the page.
  window.addEventListener('dragover', (event) => {
    if (carriesFiles(event)) event.preventDefault();
  });
  window.addEventListener('drop', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    leave();
    if (main.contains(event.target) && !byId('composer-area').hidden) addFiles(event.dataTransfer.files);
  });
}

// openComposer prepares the box for a channel; a locked thread takes no messages.
export function openComposer(channel, leaving) {
  if (leaving) {
    if (area.value) drafts.set(leaving, area.value);
    else drafts.delete(leaving);
  }
  closeSlash();
  popup.hide();
  setReply(null);
  notice('');
  files = [];
  showTray();
  const locked = Boolean(channel.thread_metadata?.locked);
  byId('composer-area').hidden = channel.type === 15;
  for (const id of ['composer', 'send', 'attach']) byId(id).disabled = locked;
  area.placeholder = locked
    ? 'This thread is locked'
    : `Message ${isThread(channel) ? `“${channelName(channel)}”` : `${channel.type === 1 ? '@' : '#'}${channelName(channel)}`}`;
  setText(drafts.get(channel.id) || '');
}

// sayAndSend fills the box with a text and sends it (the sample pastes).
export function sayAndSend(text) {
  closeSlash();
  setText(text);
  send();
}

// startComposer connects the box with the page.
export function startComposer() {
  byId('attach').append(icon('plus'));
  byId('send').append(icon('send'));
  byId('attach').addEventListener('click', () => byId('file-input').click());
  byId('file-input').addEventListener('change', (event) => {
    addFiles(event.target.files);
    event.target.value = '';
  });
  byId('composer-form').addEventListener('submit', (event) => {
    event.preventDefault();
    send();
  });
  area.addEventListener('input', () => {
    // A note about what was sent before has been read by now.
    if (!files.length) notice('');
    grow();
    suggest();
  });
  area.addEventListener('keydown', keydown);
  area.addEventListener('paste', pasted);
  area.addEventListener('blur', popup.hide);
  on('reply', setReply);
  on('notice', notice);
  on('fill-composer', (text) => {
    closeSlash();
    setText(text);
    area.focus();
    suggest();
  });
  startSlash();
  startDrop();
}
