// What the page knows: the answer of /web/state, the messages read so far, and
// the choices of the person. Views listen to topics and read from `store`.

export const store = {
  me: null,
  users: new Map(),
  bot: null,
  connected: false,
  guild: { id: '', name: '', channels: [] },
  channels: new Map(),
  dm: null,
  commands: [],
  locales: [],
  samples: [],
  locale: 'en-US',
  channelId: null,
  messages: new Map(), // channel id -> Map of message id -> message
  unread: new Map(), // channel id -> number
  dismissed: new Set(JSON.parse(sessionStorage.getItem('dismissed') || '[]')),
};

const listeners = new Map();

// on calls fn for every emit of topic.
export function on(topic, fn) {
  if (!listeners.has(topic)) listeners.set(topic, []);
  listeners.get(topic).push(fn);
}

// emit tells the listeners of topic, in the order in which they came.
export function emit(topic, data) {
  for (const fn of listeners.get(topic) || []) fn(data);
}

// setState takes the answer of /web/state.
export function setState(state) {
  store.me = state.me;
  store.users = new Map((state.users || []).map((user) => [user.id, user]));
  store.bot = state.bot || null;
  if (store.bot) store.users.set(store.bot.id, store.bot);
  store.connected = Boolean(state.connected);
  store.guild = state.guild;
  store.channels = new Map((state.guild.channels || []).map((channel) => [channel.id, channel]));
  store.dm = state.dm && state.dm.id ? { type: 1, ...state.dm } : null;
  if (store.dm) store.channels.set(store.dm.id, store.dm);
  store.commands = state.commands || [];
  store.locales = state.locales || [];
  store.samples = state.samples || [];
  emit('state');
}

// compareIds orders snowflakes, which are numbers too long for a double.
export function compareIds(a, b) {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

// keepMessage stores a message, new or changed: a change comes as a whole message.
export function keepMessage(message) {
  messagesOf(message.channel_id).set(message.id, message);
  return message;
}

// messagesOf returns the known messages of a channel by id.
export function messagesOf(channelId) {
  if (!store.messages.has(channelId)) store.messages.set(channelId, new Map());
  return store.messages.get(channelId);
}

// dismiss hides a private reply for the rest of this browser session.
export function dismiss(messageId) {
  store.dismissed.add(messageId);
  sessionStorage.setItem('dismissed', JSON.stringify([...store.dismissed].slice(-500)));
}

// displayName is the name shown for a user.
export function displayName(user) {
  return user?.global_name || user?.username || 'unknown user';
}

// channelName is the name shown for a channel; a DM has the bot's.
export function channelName(channel) {
  if (!channel) return 'unknown channel';
  if (channel.type === 1) return displayName(store.bot || { username: 'milvus-medic' });
  return channel.name || channel.id;
}

// isThread tells threads and forum posts from channels.
export function isThread(channel) {
  return channel?.type === 10 || channel?.type === 11 || channel?.type === 12;
}

// threadsOf lists the threads of a channel, the newest first.
export function threadsOf(parentId) {
  return [...store.channels.values()]
    .filter((channel) => isThread(channel) && channel.parent_id === parentId)
    .sort((a, b) => compareIds(b.id, a.id));
}

// channelIcon names the icon of a channel.
export function channelIcon(channel) {
  if (!channel) return 'hash';
  if (channel.type === 1) return 'at';
  if (channel.type === 15) return 'forum';
  return isThread(channel) ? 'thread' : 'hash';
}

// formatTime writes when a message was sent: the hour for today, the date before.
export function formatTime(stamp, style = 'auto') {
  const date = new Date(stamp);
  if (Number.isNaN(date.getTime())) return '';
  const clock = new Intl.DateTimeFormat(store.locale, { hour: '2-digit', minute: '2-digit' });
  if (style === 'clock' || (style === 'auto' && date.toDateString() === new Date().toDateString())) return clock.format(date);
  const options = style === 'full' ? { dateStyle: 'full', timeStyle: 'short' } : { dateStyle: 'short', timeStyle: 'short' };
  return new Intl.DateTimeFormat(store.locale, options).format(date);
}

// formatDay writes the date on the line between two days.
export function formatDay(stamp) {
  return new Intl.DateTimeFormat(store.locale, { dateStyle: 'long' }).format(new Date(stamp));
}
