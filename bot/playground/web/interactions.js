// Follows interactions from the press to the bot's answer. The answer comes as an
// event and may overtake the reply to our own request, so events with an unknown
// id are kept for a moment. Only the tab that started an interaction reacts to
// its modal or failure: the same person may have two tabs open.
import { useComponent } from './api.js';
import { emit, store } from './store.js';

const waiting = new Set(); // {id, settle, channelId, messageId}; the id is null until the server told it
const early = new Map(); // interaction id -> outcome that came first

// Discord gives a bot three seconds; a silent acknowledgement (which changes
// nothing on the page) must not leave a spinner behind either.
const patience = 4000;

// Outcomes kept for requests that are still under way.
const maxEarly = 50;

// start sends a request for an interaction and calls settle with {failed: reason},
// {modal: event} or {} when something came of it; after {} one of the others may follow.
export async function start(request, { channelId, messageId, settle }) {
  const entry = { id: null, settle, channelId, messageId };
  waiting.add(entry);
  emit('acted');
  try {
    entry.id = (await request())?.interaction_id;
  } catch (error) {
    finish(entry, { failed: error.message, refused: true });
    return;
  }
  if (early.has(entry.id)) {
    const outcome = early.get(entry.id);
    early.delete(entry.id);
    finish(entry, outcome);
    return;
  }
  setTimeout(() => finish(entry, {}), patience);
}

function finish(entry, outcome) {
  if (waiting.delete(entry)) entry.settle(outcome);
}

// byId passes an outcome to its interaction, or keeps it until the id is known.
function byId(id, outcome) {
  const entry = [...waiting].find((other) => other.id === id);
  if (entry) {
    finish(entry, outcome);
    return;
  }
  early.set(id, outcome);
  if (early.size > maxEarly) early.delete(early.keys().next().value);
}

// modalCame hands a modal event to the interaction that asked for it.
export function modalCame(event) {
  byId(event.interaction_id, { modal: event });
}

// failureCame hands a failure to its interaction.
export function failureCame({ interaction_id: id, reason }) {
  byId(id, { failed: reason || '' });
}

// messageCame settles what a new or changed message of the bot answers.
export function messageCame(message) {
  if (message.author?.id !== store.bot?.id) return;
  const id = message.interaction_metadata?.id || message.interaction?.id;
  if (id) byId(id, {});
  for (const entry of [...waiting]) {
    // This looks like the answer, but may be chance: nothing needs to spin any longer,
    // and a modal or a failure that still comes is not lost.
    if (entry.messageId === message.id || (!id && entry.channelId === message.channel_id)) entry.settle({});
  }
}

// press uses a component of a message and shows on its node what comes of it.
export function press(message, component, values, node, openModal) {
  if (node.getAttribute('aria-busy') === 'true') return;
  node.setAttribute('aria-busy', 'true');
  clearFailure(node);
  start(() => useComponent(message, component, values), {
    channelId: message.channel_id,
    messageId: message.id,
    settle: (outcome) => {
      node.removeAttribute('aria-busy');
      if (outcome.failed !== undefined) showFailure(message, outcome.failed);
      if (outcome.modal) openModal(outcome.modal);
    },
  });
}

function clearFailure(node) {
  node.closest('.message')?.querySelector('.failure')?.replaceChildren();
}

// showFailure writes the line under a message. It looks the message up again,
// as the node may have been drawn anew since the press.
function showFailure(message, reason) {
  const line = document.querySelector(`.message[data-message-id="${CSS.escape(message.id)}"] .failure`);
  if (!line) return;
  line.textContent = reason ? `This interaction failed: ${reason}` : 'This interaction failed';
}
