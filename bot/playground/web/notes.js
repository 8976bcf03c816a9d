// Notes in the message list about a command of one's own that is under way or failed.
import { el, icon } from './dom.js';
import { addNote } from './log.js';
import { displayName, store } from './store.js';

// A bot that answers at once should not make the list jump with a note first.
const delay = 400;

// noteFor shows that a command was sent, until settle tells what came of it.
export function noteFor(name, channelId) {
  const node = el('div', { class: 'note', testid: 'command-note' });
  const line = (kids) => node.replaceChildren(el('p', {}, kids));
  line([
    el('span', { class: 'dots', 'aria-hidden': 'true' }, el('i'), el('i'), el('i')),
    `Sending ${name} to ${displayName(store.bot || { username: 'the bot' })}…`,
  ]);
  const here = () => store.channelId === channelId;
  const timer = setTimeout(() => {
    if (here()) addNote(node);
  }, delay);
  return {
    settle(outcome) {
      clearTimeout(timer);
      node.remove();
      if (outcome.failed === undefined || !here()) return;
      node.classList.add('note-failed');
      node.setAttribute('role', 'alert');
      line([
        icon('warning'),
        el('span', {
          testid: 'interaction-failed',
          text: `This interaction failed${outcome.failed ? `: ${outcome.failed}` : ''}`,
        }),
        el('span', { class: 'note-name', text: name }),
        el('button', { type: 'button', class: 'text-button', text: 'Dismiss', on: { click: () => node.remove() } }),
      ]);
      addNote(node);
    },
  };
}
