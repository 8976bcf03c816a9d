// Discord's flavour of Markdown, as DOM nodes. The input is untrusted: it is cut
// up by expressions and put into text nodes; only http and https become links.
import { codeBlock } from './code.js';
import { el, icon } from './dom.js';
import { channelIcon, channelName, displayName, emit, formatTime, store } from './store.js';

const fence = /```(?:([a-z0-9_+\-.#]+)[^\S\n]*\n)?\n*([^\n][\s\S]*?)\n*```\n?/iy;
const heading = /(#{1,3}) +([^\n]+)(?:\n|$)/y;
const subtext = /-# +([^\n]+)(?:\n|$)/y;
const quoteRest = />>> ([\s\S]*)/y;
const quoteLines = /(?:>(?: [^\n]*)?(?:\n|$))+/y;
const listItem = /( *)([-*]|\d{1,9}\.) +([^\n]*)(?:\n|$)/y;
const listMore = /( {2,})(?!```)(\S[^\n]*)(?:\n|$)/y;
const line = /(?:\\[^\n]|[^\n\\])+?(?=```|\n|$)\n?|\n|\\|```/y;

function at(expression, source, position) {
  expression.lastIndex = position;
  return expression.exec(source);
}

// markdown renders a whole text (message content, embed description, text display).
export function markdown(source, className = 'md') {
  return el('div', { class: className }, blocks(String(source ?? ''), false));
}

// inlineMarkdown renders a single line: embed titles, field names, previews.
export function inlineMarkdown(source, { links = true } = {}) {
  return inline(String(source ?? ''), links);
}

function blocks(source, quoted) {
  const out = [];
  let paragraph = '';
  const flush = () => {
    const text = paragraph.replace(/\n$/, '');
    if (text.trim()) out.push(el('div', { class: 'md-p' }, inline(text, true)));
    paragraph = '';
  };
  let position = 0;
  while (position < source.length) {
    const starts = position === 0 || source[position - 1] === '\n';
    const found = (starts && blockAt(source, position, quoted)) || fenceAt(source, position);
    if (found) {
      flush();
      out.push(found.node);
      position = found.end;
      continue;
    }
    const match = at(line, source, position);
    paragraph += match[0];
    position += match[0].length;
  }
  flush();
  return out;
}

function fenceAt(source, position) {
  const match = at(fence, source, position);
  return match && { node: codeBlock(match[2].replace(/\s+$/, '') || match[2], match[1]), end: position + match[0].length };
}

function blockAt(source, position, quoted) {
  let match;
  if ((match = at(heading, source, position))) {
    // A message is inside the page's own outline: levels 1 and 2 are taken.
    return {
      node: el(`h${match[1].length + 2}`, { class: `md-h${match[1].length}` }, inline(match[2], true)),
      end: position + match[0].length,
    };
  }
  if ((match = at(subtext, source, position))) {
    return { node: el('div', { class: 'md-sub' }, inline(match[1], true)), end: position + match[0].length };
  }
  if (!quoted && (match = at(quoteRest, source, position))) {
    return { node: el('blockquote', {}, blocks(match[1], true)), end: source.length };
  }
  if (!quoted && (match = at(quoteLines, source, position))) {
    const inner = match[0].replace(/^> ?/gm, '').replace(/\n$/, '');
    return { node: el('blockquote', {}, blocks(inner, true)), end: position + match[0].length };
  }
  return listAt(source, position);
}

function listAt(source, position) {
  const items = [];
  let end = position;
  for (;;) {
    let match = at(listItem, source, end);
    if (match) {
      items.push({ indent: match[1].length, ordered: match[2].length > 1, number: parseInt(match[2], 10), text: match[3] });
    } else if (items.length && (match = at(listMore, source, end))) {
      items[items.length - 1].text += `\n${match[2]}`;
    } else break;
    end += match[0].length;
  }
  if (!items.length) return null;
  // Dashes after numbers, or numbers after dashes, begin another list.
  const lists = document.createDocumentFragment();
  for (let next = 0; next < items.length;) {
    const list = listNode(items, next, items[next].indent);
    lists.append(list.node);
    next = list.next;
  }
  return { node: lists, end };
}

// listNode builds one level; deeper items become lists inside the item before them.
function listNode(items, from, indent) {
  const { ordered, number } = items[from];
  const list = el(ordered ? 'ol' : 'ul', ordered && number !== 1 ? { start: number } : {});
  let index = from;
  while (index < items.length && items[index].indent >= indent) {
    if (items[index].indent > indent + 1 && list.lastChild) {
      const nested = listNode(items, index, items[index].indent);
      list.lastChild.append(nested.node);
      index = nested.next;
      continue;
    }
    if (items[index].ordered !== ordered) break;
    list.append(el('li', {}, inline(items[index].text, true)));
    index += 1;
  }
  return { node: list, next: index };
}

// Inline rules, tried in this order at every position.
const rules = [
  [/\\([^0-9A-Za-z\s])/y, (m) => m[1]],
  [
    /(`+)([\s\S]*?[^`])\1(?!`)/y,
    (m) => el('code', { class: 'md-code', text: m[1].length > 1 ? m[2].replace(/^ (?=`)|(?<=`) $/g, '') : m[2] }),
  ],
  [/<(https?:\/\/[^\s<>]+)>/y, (m, links) => link(m[1], [m[1]], links)],
  [/<@!?(\d+)>/y, (m) => userChip(m[1])],
  [/<@&(\d+)>/y, () => el('span', { class: 'chip', text: '@role' })],
  [/<#(\d+)>/y, (m) => channelChip(m[1])],
  [/<\/([^:<>\n]{1,100}):\d+>/y, (m) => commandChip(m[1])],
  [/<t:(-?\d{1,13})(?::([tTdDfFR]))?>/y, (m) => timeChip(Number(m[1]), m[2])],
  [/<a?:(\w{2,32}):\d+>/y, (m) => el('span', { class: 'chip-emoji', text: `:${m[1]}:` })],
  [/@(everyone|here)\b/y, (m) => el('span', { class: 'chip', text: m[0] })],
  [
    /\[((?:\\[\s\S]|\[[^\]\n]*\]|[^[\]\\])+)\]\(\s*<?(https?:\/\/(?:\([^\s()<>]*\)|[^\s()<>])+)>?(?:\s+(?:"[^"\n]*"|'[^'\n]*'))?\s*\)/y,
    (m, links) => link(m[2], inline(m[1], false), links),
  ],
  [/https?:\/\/(?:\([^\s()<>]*\)|[^\s()<>])*[^\s()<>.,:;"'\]*|`!?]/y, (m, links) => link(m[0], [m[0]], links)],
  [/\|\|([\s\S]+?)\|\|/y, (m, links) => spoiler(inline(m[1], links))],
  [/\*\*\*((?:\\[\s\S]|[^\\])+?)\*\*\*(?!\*)/y, (m, links) => el('strong', {}, el('em', {}, inline(m[1], links)))],
  [/\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/y, (m, links) => el('strong', {}, inline(m[1], links))],
  [/__((?:\\[\s\S]|[^\\])+?)__(?!_)/y, (m, links) => el('u', {}, inline(m[1], links))],
  [/~~((?:\\[\s\S]|[^\\])+?)~~/y, (m, links) => el('s', {}, inline(m[1], links))],
  [/\*(?![\s*])((?:\\[\s\S]|\*\*|[^\\*])+?)(?<!\s)\*(?!\*)/y, (m, links) => el('em', {}, inline(m[1], links))],
  [/\b_((?:__|\\[\s\S]|[^\\_])+?)_\b/y, (m, links) => el('em', {}, inline(m[1], links))],
];

// Characters at which a rule can start; between them text is copied in one go.
const plain = /[^\\`<@[h|*_~]+/y;

function inline(source, links) {
  const out = [];
  let text = '';
  let position = 0;
  while (position < source.length) {
    const run = at(plain, source, position);
    if (run) {
      text += run[0];
      position += run[0].length;
      continue;
    }
    const hit = firstRule(source, position, links);
    if (!hit) {
      text += source[position];
      position += 1;
      continue;
    }
    if (typeof hit.node === 'string') text += hit.node;
    else {
      if (text) out.push(text);
      text = '';
      out.push(hit.node);
    }
    position = hit.end;
  }
  if (text) out.push(text);
  return out;
}

function firstRule(source, position, links) {
  for (const [expression, build] of rules) {
    const match = at(expression, source, position);
    if (match) return { node: build(match, links), end: position + match[0].length };
  }
  return null;
}

// safeLink is an anchor for an http(s) address, or null for anything else.
export function safeLink(href, kids, props = {}) {
  let url;
  try {
    url = new URL(href);
  } catch {
    return null;
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  return el('a', { href: url.href, target: '_blank', rel: 'noopener noreferrer', title: url.href, ...props }, kids);
}

function link(href, kids, links) {
  return (links && safeLink(href, kids)) || el('span', {}, kids);
}

function userChip(id) {
  const user = store.users.get(id);
  return el('span', {
    class: id === store.me?.id ? 'chip chip-me' : 'chip',
    data: { userId: id },
    text: `@${user ? displayName(user) : 'unknown-user'}`,
  });
}

function channelChip(id) {
  const channel = store.channels.get(id);
  if (!channel) return el('span', { class: 'chip', text: '# unknown' });
  return el(
    'button',
    { type: 'button', class: 'chip chip-link', on: { click: () => emit('open-channel', id) } },
    icon(channelIcon(channel)),
    channelName(channel),
  );
}

function commandChip(name) {
  return el('button', {
    type: 'button',
    class: 'chip chip-link',
    on: { click: () => emit('fill-composer', `/${name} `) },
    text: `/${name}`,
  });
}

const timeStyles = {
  t: { timeStyle: 'short' },
  T: { timeStyle: 'medium' },
  d: { dateStyle: 'short' },
  D: { dateStyle: 'long' },
  f: { dateStyle: 'long', timeStyle: 'short' },
  F: { dateStyle: 'full', timeStyle: 'short' },
};
const units = [
  ['year', 31536000],
  ['month', 2592000],
  ['day', 86400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

function relativeTime(date) {
  const seconds = Math.round((date - Date.now()) / 1000);
  const [unit, size] = units.find(([, least]) => Math.abs(seconds) >= least) || units[units.length - 1];
  return new Intl.RelativeTimeFormat(store.locale, { numeric: 'auto' }).format(Math.trunc(seconds / size), unit);
}

function timeChip(seconds, style = 'f') {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return el('span', { text: 'invalid date' });
  return el('time', {
    class: 'chip-time',
    datetime: date.toISOString(),
    title: formatTime(date, 'full'),
    text: style === 'R' ? relativeTime(date) : new Intl.DateTimeFormat(store.locale, timeStyles[style]).format(date),
  });
}

function spoiler(kids) {
  const inner = el('span', { class: 'spoiler-text', 'aria-hidden': 'true' }, kids);
  const show = () => {
    node.classList.add('shown');
    node.removeAttribute('role');
    node.removeAttribute('aria-label');
    node.removeAttribute('tabindex');
    inner.removeAttribute('aria-hidden');
  };
  const node = el(
    'span',
    {
      class: 'spoiler',
      role: 'button',
      tabIndex: 0,
      'aria-label': 'Spoiler: press to show',
      title: 'Spoiler: press to show',
      on: {
        click: show,
        keydown: (event) => {
          if ((event.key !== 'Enter' && event.key !== ' ') || node.classList.contains('shown')) return;
          event.preventDefault();
          show();
        },
      },
    },
    inner,
  );
  return node;
}
