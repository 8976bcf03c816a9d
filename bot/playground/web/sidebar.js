// The channel list, the people, and who the page belongs to.
import { avatar, byId, el, icon } from './dom.js';
import { channelIcon, channelName, displayName, emit, isThread, store, threadsOf } from './store.js';

// Threads listed under a channel; older ones are still found in the forum's list.
const maxThreads = 12;

function channelRow(channel, nested = false) {
  const current = channel.id === store.channelId;
  const unread = store.unread.get(channel.id) || 0;
  const name = channelName(channel);
  const marker =
    channel.type === 1
      ? avatar(store.bot || { bot: true, id: '0' }, 'tiny')
      : icon(channel.thread_metadata?.locked ? 'lock' : channelIcon(channel));
  return el(
    'li',
    {},
    el(
      'button',
      {
        type: 'button',
        class: `channel${current ? ' current' : ''}${unread ? ' unread' : ''}${nested ? ' nested' : ''}`,
        testid: `channel-${channel.type === 1 ? 'dm' : name}`,
        data: { channelId: channel.id },
        'aria-current': current ? 'page' : null,
        on: { click: () => emit('open-channel', channel.id) },
      },
      marker,
      el('span', { class: 'channel-name', text: name }),
      channel.type === 1 &&
        el('span', { class: store.connected ? 'dot dot-on' : 'dot', title: store.connected ? 'online' : 'offline' }),
      unread > 0 && el('span', { class: 'count', 'aria-label': `${unread} new`, text: unread > 99 ? '99+' : unread }),
    ),
  );
}

function withThreads(channel) {
  const threads = threadsOf(channel.id);
  const shown = threads.filter(
    (thread, index) => index < maxThreads || thread.id === store.channelId || store.unread.get(thread.id),
  );
  return [
    channelRow(channel),
    shown.length > 0 &&
      el(
        'li',
        {},
        el(
          'ul',
          { class: 'threads', 'aria-label': `Threads of ${channelName(channel)}` },
          shown.map((thread) => channelRow(thread, true)),
        ),
      ),
  ];
}

function group(title, channels) {
  if (!channels.length) return null;
  return el('section', { class: 'channel-group' }, el('h2', { text: title }), el('ul', {}, channels.map(withThreads)));
}

// drawChannels draws the list again.
export function drawChannels() {
  const nav = byId('channels');
  const focused = nav.contains(document.activeElement) ? document.activeElement.dataset.channelId : null;
  const all = store.guild.channels
    .map((channel) => store.channels.get(channel.id))
    .filter(Boolean)
    .sort((a, b) => (a.position ?? 0) - (b.position ?? 0));
  const top = all.filter((channel) => !isThread(channel) && channel.type !== 4);
  const categories = all.filter((channel) => channel.type === 4);
  const inCategory = (id) => top.filter((channel) => channel.parent_id === id);
  const loose = top.filter((channel) => !categories.some((category) => category.id === channel.parent_id));
  nav.replaceChildren(
    ...[
      group(
        'Text channels',
        loose.filter((channel) => channel.type !== 15),
      ),
      group(
        'Forum',
        loose.filter((channel) => channel.type === 15),
      ),
      ...categories.map((category) => group(category.name, inCategory(category.id))),
      store.dm && group('Direct message', [store.dm]),
    ].filter(Boolean),
  );
  if (focused) nav.querySelector(`[data-channel-id="${CSS.escape(focused)}"]`)?.focus();
  byId('guild-name').textContent = store.guild.name || 'Playground';
}

function role(user) {
  if (user.bot) return 'Apps';
  return user.roles?.length ? user.roles[user.roles.length - 1] : 'Members';
}

// drawMembers draws the people at the right.
export function drawMembers() {
  const groups = new Map();
  for (const user of store.users.values()) {
    if (!groups.has(role(user))) groups.set(role(user), []);
    groups.get(role(user)).push(user);
  }
  byId('members').replaceChildren(
    ...[...groups].map(([name, users]) =>
      el(
        'section',
        {},
        el('h2', { text: `${name} — ${users.length}` }),
        el(
          'ul',
          {},
          users.map((user) =>
            el(
              'li',
              { class: user.bot && !store.connected ? 'member away' : 'member' },
              avatar(user, 'small'),
              el('span', { class: 'member-name', text: displayName(user) }),
              user.bot && el('span', { class: 'badge', text: 'APP' }),
              user.id === store.me.id && el('span', { class: 'you', text: 'you' }),
            ),
          ),
        ),
      ),
    ),
  );
}

function option(value, text, selected) {
  const node = el('option', { value, text });
  node.selected = selected;
  return node;
}

// drawMe fills the two switches.
export function drawMe() {
  const people = [...store.users.values()].filter((user) => !user.bot);
  byId('me-avatar').replaceChildren(avatar(store.me));
  byId('person').replaceChildren(...people.map((user) => option(user.id, displayName(user), user.id === store.me.id)));
  byId('locale').replaceChildren(...store.locales.map((locale) => option(locale.id, locale.name, locale.id === store.locale)));
}

// drawStatus shows whether there is a bot, and whether there is a server.
export function drawStatus(online) {
  const name = displayName(store.bot || { username: 'milvus-medic' });
  const banner = byId('banner');
  const problem = !online
    ? ["The playground's server stopped answering.", ' Trying again; is it still running in your terminal?']
    : !store.connected
      ? ['No bot is connected.', ` You can look around and write, but nobody answers until ${name} is back.`]
      : null;
  banner.hidden = !problem;
  banner.replaceChildren(...(problem ? [icon('warning'), el('p', {}, el('b', { text: problem[0] }), problem[1])] : []));
  byId('bot-status').replaceChildren(
    el('span', { class: online && store.connected ? 'dot dot-on' : 'dot' }),
    el('span', { class: 'bot-status-text', text: online && store.connected ? `${name} is online` : `${name} is offline` }),
  );
}

// startSidebar makes the list a drawer on narrow screens.
export function startSidebar() {
  const button = byId('open-sidebar');
  const toggle = (open) => {
    byId('app').classList.toggle('sidebar-open', open);
    byId('scrim').hidden = !open;
    button.setAttribute('aria-expanded', open);
  };
  button.append(icon('menu'));
  button.addEventListener('click', () => {
    toggle(true);
    byId('channels').querySelector('.current, .channel')?.focus();
  });
  byId('scrim').addEventListener('click', () => toggle(false));
  byId('sidebar').addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !byId('scrim').hidden) {
      toggle(false);
      button.focus();
    }
  });
  return { close: () => toggle(false) };
}
