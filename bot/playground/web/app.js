// The playground's page: starts the views and passes the server's events to them.
import { getState, openEvents } from './api.js';
import { openComposer, startComposer } from './composer.js';
import { byId, el, icon } from './dom.js';
import { drawForum } from './forum.js';
import { drawHero } from './hero.js';
import { failureCame, messageCame, modalCame } from './interactions.js';
import { openLog, redraw, removeMessage, showMessage, startLog } from './log.js';
import { startMenu } from './menu.js';
import { drawChannels, drawMe, drawMembers, drawStatus, startSidebar } from './sidebar.js';
import { channelIcon, channelName, isThread, on, setState, store } from './store.js';

let events = null;
let online = false;
let drawer = null;

// remembered reads a choice: from the address (?as=, ?locale=), else from this tab.
function remembered(name) {
  return new URLSearchParams(location.search).get(name) || sessionStorage.getItem(name) || '';
}

function chooseLocale() {
  const known = new Set(store.locales.map((locale) => locale.id));
  const wanted = [remembered('locale'), ...(navigator.languages || [])];
  for (const id of wanted) {
    if (known.has(id)) return id;
    const near = store.locales.find((locale) => id && locale.id.split('-')[0] === id.split('-')[0]);
    if (near) return near.id;
  }
  return known.has('en-US') || !store.locales.length ? 'en-US' : store.locales[0].id;
}

function firstChannel() {
  const hash = location.hash.slice(1);
  if (store.channels.has(hash)) return hash;
  const list = store.guild.channels;
  return (list.find((channel) => channel.name === 'help') || list.find((channel) => channel.type === 0) || list[0] || store.dm)
    ?.id;
}

function drawTitle(channel) {
  const parent = isThread(channel) ? store.channels.get(channel.parent_id) : null;
  byId('channel-title').replaceChildren(
    ...[
      parent &&
        el(
          'button',
          { type: 'button', class: 'crumb', on: { click: () => openChannel(parent.id) } },
          icon(channelIcon(parent)),
          channelName(parent),
        ),
      parent && el('span', { class: 'crumb-gap', 'aria-hidden': 'true', text: '›' }),
      icon(channelIcon(channel)),
      el('span', { text: channelName(channel) }),
    ].filter(Boolean),
  );
  byId('channel-topic').textContent = channel.topic || '';
  document.title = `${channelName(channel)} • milvus-medic playground`;
}

async function openChannel(id, { again = false } = {}) {
  const channel = store.channels.get(id);
  if (!channel || (id === store.channelId && !again)) {
    drawer.close();
    return;
  }
  const leaving = store.channelId;
  store.channelId = id;
  store.unread.delete(id);
  if (location.hash.slice(1) !== id) history.replaceState(null, '', `#${id}`);
  drawer.close();
  drawTitle(channel);
  drawChannels();
  const forum = channel.type === 15;
  byId('scroller').hidden = forum;
  byId('forum').hidden = !forum;
  if (!again) openComposer(channel, leaving);
  if (forum) {
    drawForum(channel);
    return;
  }
  drawHero(channel);
  await openLog(id);
  if (!matchMedia('(pointer: coarse)').matches && !document.querySelector('dialog[open]'))
    byId('composer').focus({ preventScroll: true });
}

function drawAll() {
  drawChannels();
  drawMembers();
  drawMe();
  drawStatus(online);
}

const handlers = {
  message_create(message) {
    if (message.channel_id !== store.channelId && message.author?.id !== store.me.id) {
      store.unread.set(message.channel_id, (store.unread.get(message.channel_id) || 0) + 1);
      drawChannels();
    }
    const thread = store.channels.get(message.channel_id);
    // A post's first message has the id of its thread and is no reply.
    if (isThread(thread) && message.id !== thread.id) thread.message_count = (thread.message_count || 0) + 1;
    showMessage(message);
    messageCame(message);
  },
  message_update(message) {
    showMessage(message);
    messageCame(message);
  },
  message_delete: removeMessage,
  channel_create: channelCame,
  channel_update: channelCame,
  modal: modalCame,
  interaction_failed: failureCame,
  state: refreshSoon,
};

function channelCame(channel) {
  store.channels.set(channel.id, { ...store.channels.get(channel.id), ...channel });
  const index = store.guild.channels.findIndex((other) => other.id === channel.id);
  if (index >= 0) store.guild.channels[index] = channel;
  else if (channel.type !== 1) store.guild.channels.push(channel);
  drawChannels();
  const open = store.channels.get(store.channelId);
  if (!open) return;
  if (open.id === channel.id) drawTitle(open);
  if (open.type === 15) drawForum(open);
  // A thread may hang on a message that is already drawn.
  if (channel.parent_id === store.channelId && open.type !== 15) redraw();
}

async function refresh() {
  try {
    setState(await getState(store.me.id));
  } catch {
    // The stream tells when the server is away, and its return asks again.
    return;
  }
  drawAll();
  const open = store.channels.get(store.channelId);
  if (!open) {
    // The channel that was open is gone, or no longer for this person.
    await openChannel(firstChannel());
    return;
  }
  redraw();
  if (open.type === 15) drawForum(open);
  else drawHero(open);
}

// A bot that connects changes its state several times in a row: once is enough to read it.
let refreshTimer = null;
function refreshSoon() {
  clearTimeout(refreshTimer);
  refreshTimer = setTimeout(refresh, 80);
}

function listen() {
  events?.close();
  let broken = false;
  events = openEvents(store.me.id, {
    event: (type, data) => handlers[type]?.(data),
    up: async () => {
      online = true;
      drawStatus(online);
      if (!broken) return;
      // What happened while the stream was away came to nobody: read it again.
      broken = false;
      await refresh();
      if (store.channels.has(store.channelId)) await openChannel(store.channelId, { again: true });
      else await openChannel(firstChannel());
    },
    down: () => {
      online = false;
      broken = true;
      drawStatus(online);
    },
  });
}

// become shows the page to another person, in the channel that is open if they may see it.
async function become(id) {
  const state = await getState(id);
  const wasDM = store.channels.get(store.channelId)?.type === 1;
  const open = store.channelId;
  setState(state);
  sessionStorage.setItem('as', store.me.id);
  store.messages.clear();
  store.unread.clear();
  store.channelId = null;
  listen();
  drawAll();
  const next = wasDM ? store.dm?.id : open;
  await openChannel(store.channels.has(next) ? next : firstChannel());
}

function speak(locale) {
  store.locale = locale;
  sessionStorage.setItem('locale', locale);
  drawAll();
  redraw();
}

async function boot() {
  startLog();
  startMenu();
  startComposer();
  drawer = startSidebar();
  on('open-channel', (id) => openChannel(id));
  on('log-changed', () => {
    const open = store.channels.get(store.channelId);
    if (open && open.type !== 15) drawHero(open);
  });
  on('sent', showMessage);
  byId('person').addEventListener('change', (event) => become(event.target.value).catch(showProblem));
  byId('locale').addEventListener('change', (event) => speak(event.target.value));
  window.addEventListener('hashchange', () => openChannel(location.hash.slice(1)));
  let state;
  try {
    state = await getState(remembered('as')).catch(() => getState(''));
  } catch (error) {
    showProblem(error);
    setTimeout(() => location.reload(), 3000);
    return;
  }
  setState(state);
  store.locale = chooseLocale();
  online = true;
  listen();
  drawAll();
  await openChannel(firstChannel());
}

function showProblem(error) {
  const banner = byId('banner');
  banner.hidden = false;
  banner.replaceChildren(icon('warning'), el('p', { text: error.message }));
}

boot();
