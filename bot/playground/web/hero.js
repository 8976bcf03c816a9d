// The beginning of a channel: in #help the welcome for a newcomer, with pastes to try.
import { byId, el, icon } from './dom.js';
import { sayAndSend } from './composer.js';
import { channelIcon, channelName, displayName, isThread, messagesOf, store } from './store.js';

// sampleLine is the beginning of a paste, without the fences around it.
function sampleLine(text) {
  const lines = text.split('\n').filter((line) => line.trim() && !line.trim().startsWith('```'));
  return lines.join(' ').slice(0, 240);
}

function samples() {
  return el(
    'div',
    { class: 'samples' },
    el('h4', { text: 'Try one of these' }),
    el(
      'div',
      { class: 'sample-list' },
      store.samples.map((sample, index) =>
        el(
          'button',
          { type: 'button', class: 'sample', testid: `sample-${index}`, on: { click: () => sayAndSend(sample.text) } },
          el('span', { class: 'sample-title', text: sample.title }),
          el('span', { class: 'sample-text' }, el('span', { text: sampleLine(sample.text) })),
          el('span', { class: 'sample-go' }, 'Paste and send', icon('send')),
        ),
      ),
    ),
  );
}

let drawn = '';

// drawHero draws what stands above the first message.
export function drawHero(channel) {
  const hero = byId('hero');
  const empty = ![...messagesOf(channel.id).values()].some((message) => !store.dismissed.has(message.id));
  const bot = displayName(store.bot || { username: 'milvus-medic' });
  // Drawn again only when something in it changed: the focus may be on one of its buttons.
  const now = JSON.stringify([channel.id, channel.name, channel.topic, empty, bot, store.samples]);
  if (now === drawn) return;
  drawn = now;
  hero.classList.toggle('empty', empty);
  if (channel.name === 'help') {
    hero.replaceChildren(
      el('span', { class: 'hero-icon hero-bot' }, icon('cross')),
      el('h3', { text: `Welcome to the ${bot} playground` }),
      el('p', {
        class: 'hero-text',
        text:
          `This is a local playground of ${bot}, a bot for Discord: paste a Milvus error, and it answers here as it would ` +
          'on a server. Everything runs on your own machine, and nothing you write leaves it.',
      }),
      store.samples.length ? samples() : '',
    );
    return;
  }
  const text =
    channel.type === 1
      ? `Your private conversation with ${bot}. Paste an error, or type / for its commands.`
      : channel.topic || (isThread(channel) ? 'The beginning of the thread.' : 'The beginning of the channel.');
  hero.replaceChildren(
    el('span', { class: 'hero-icon' }, icon(channelIcon(channel))),
    el('h3', { text: channel.type === 1 ? bot : channelName(channel) }),
    el('p', { class: 'hero-text', text }),
  );
}
