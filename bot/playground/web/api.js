// Requests to the playground's server. Every failure becomes an Error whose
// message is the server's sentence for a person.
import { store } from './store.js';

async function request(method, path, body) {
  const init = { method, headers: {} };
  if (body instanceof FormData) init.body = body;
  else if (body !== undefined) {
    init.headers['Content-Type'] = 'application/json';
    init.body = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(path, init);
  } catch {
    throw new Error("The playground's server does not answer. Is it still running in your terminal?");
  }
  const text = await answer.text();
  let data = null;
  try {
    data = text ? JSON.parse(text) : null;
  } catch {
    // Not JSON: an error page, or nothing at all. The status decides below.
  }
  if (!answer.ok) throw new Error(data?.message || `The server answered ${answer.status} to ${method} ${path}.`);
  return data;
}

// common is what every action of a person carries.
function common() {
  return { as: store.me.id, locale: store.locale };
}

// form writes fields and files as multipart; objects are sent as JSON text.
function form(fields, files) {
  const data = new FormData();
  for (const [key, value] of Object.entries(fields)) {
    if (value == null) continue;
    data.append(key, typeof value === 'object' ? JSON.stringify(value) : value);
  }
  for (const file of files) data.append('files[]', file, file.name);
  return data;
}

function withFiles(fields, files) {
  return files?.length ? form(fields, files) : fields;
}

// getState reads everything but messages for one person.
export function getState(as) {
  return request('GET', `/web/state${as ? `?as=${encodeURIComponent(as)}` : ''}`);
}

// getMessages reads a channel's messages, oldest first.
export async function getMessages(channelId) {
  const data = await request(
    'GET',
    `/web/messages?channel=${encodeURIComponent(channelId)}&as=${encodeURIComponent(store.me.id)}`,
  );
  return data.messages || [];
}

// sendMessage posts a message, with files where there are some.
export function sendMessage({ channelId, content, replyTo, files }) {
  const fields = { ...common(), channel_id: channelId, content, reply_to: replyTo || undefined };
  return request('POST', '/web/messages', withFiles(fields, files));
}

// createPost opens a forum post.
export function createPost({ channelId, title, content, tags, files }) {
  const fields = { ...common(), channel_id: channelId, title, content, tags };
  return request('POST', '/web/posts', withFiles(fields, files));
}

// editMessage changes one's own message.
export function editMessage(message, content) {
  return request('PATCH', `/web/messages/${message.id}`, { as: store.me.id, channel_id: message.channel_id, content });
}

// deleteMessage removes one's own message.
export function deleteMessage(message) {
  return request('DELETE', `/web/messages/${message.id}`, { as: store.me.id, channel_id: message.channel_id });
}

// runCommand starts a slash command or, with a target, a message command.
export function runCommand({ channelId, commandId, options, targetId, files }) {
  const payload = { ...common(), channel_id: channelId, command_id: commandId, options: options || [], target_id: targetId };
  return request('POST', '/web/commands', files?.length ? form({ payload }, files) : payload);
}

// autocomplete asks the bot for suggestions for the focused option.
export async function autocomplete({ channelId, commandId, options }) {
  const data = await request('POST', '/web/autocomplete', { ...common(), channel_id: channelId, command_id: commandId, options });
  return data?.choices || [];
}

// useComponent presses a button or picks from a select.
export function useComponent(message, component, values) {
  return request('POST', '/web/components', {
    ...common(),
    channel_id: message.channel_id,
    message_id: message.id,
    custom_id: component.custom_id,
    component_type: component.type,
    values: values || [],
  });
}

// submitModal sends a filled form back.
export function submitModal(interactionId, values) {
  return request('POST', '/web/modals', { ...common(), interaction_id: interactionId, values });
}

// openEvents reads the server's events for one person until close() of what it returns.
export function openEvents(as, { event, up, down }) {
  const source = new EventSource(`/web/events?as=${encodeURIComponent(as)}`);
  source.onopen = () => up();
  // EventSource tries again by itself, except when the answer was no stream at all.
  let retry = null;
  let inner = null;
  source.onerror = () => {
    down();
    if (source.readyState === EventSource.CLOSED && !retry) {
      retry = setTimeout(() => {
        inner = openEvents(as, { event, up, down });
      }, 2000);
    }
  };
  source.onmessage = (message) => {
    const { type, data } = JSON.parse(message.data);
    event(type, data);
  };
  return {
    close() {
      clearTimeout(retry);
      inner?.close();
      source.close();
    },
  };
}
