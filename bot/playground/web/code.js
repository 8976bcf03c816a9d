// Code blocks: language, Copy button and a light colouring for the languages
// which fixes for a database are written in.
import { copyText, el, icon } from './dom.js';

// The kinds of pieces a language family has, in the order in which they are tried.
// The kind that matched is the class of the piece; anything else stays plain text.
function family(kinds, flags = 'g') {
  const groups = Object.entries(kinds).map(([kind, source]) => `(?<${kind}>${source})`);
  return new RegExp(groups.join('|'), flags);
}

function words(list) {
  return String.raw`\b(?:${list.split(' ').join('|')})\b`;
}

const string = String.raw`"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'`;
const number = String.raw`\b\d+(?:\.\d+)?\b`;
const hashComment = String.raw`(?<=^|\s)#[^\n]*`;
const programs = 'kubectl helm docker docker-compose pip pip3 python python3 curl go export cd grep cat etcdctl systemctl';

const shell = family({
  comment: hashComment,
  string,
  variable: String.raw`\$\{[^}\n]*\}|\$\w+`,
  flag: String.raw`(?<=\s)--?[A-Za-z][\w.-]*`,
  // A program is one only where a command begins.
  keyword: String.raw`(?<=^|\n|[|;&]\s*|\bsudo )` + words(programs),
});
const yaml = family(
  {
    comment: hashComment,
    key: String.raw`(?<=^[ \t-]*)[\w./-]+(?=:(?:\s|$))`,
    string,
    number: String.raw`\b\d+(?:\.\d+)?\w*\b`,
    keyword: words('true false null yes no'),
  },
  'gm',
);
const json = family({
  key: String.raw`"(?:\\.|[^"\\\n])*"(?=\s*:)`,
  string,
  number,
  keyword: words('true false null'),
});
const python = family({
  comment: '#[^\\n]*',
  string,
  number,
  keyword: words(
    'import from as def class return if elif else for while in is not and or with try except raise finally lambda None True False await async',
  ),
});
const golang = family({
  comment: String.raw`\/\/[^\n]*`,
  string: `${string}|\`[^\`]*\``,
  number,
  keyword: words(
    'package import func return if else for range var const type struct interface map chan go defer select switch case default nil true false',
  ),
});
const families = new Map([
  ...['sh', 'bash', 'shell', 'console', 'zsh', 'dockerfile'].map((name) => [name, shell]),
  ...['yaml', 'yml', 'toml', 'ini', 'properties'].map((name) => [name, yaml]),
  ...['json', 'js', 'javascript'].map((name) => [name, json]),
  ...['py', 'python'].map((name) => [name, python]),
  ['go', golang],
]);

// Past this length colouring costs more than it gives.
const maxColoured = 20000;

function colour(source, language) {
  const expression = families.get(language);
  if (!expression || source.length > maxColoured) return [source];
  const pieces = [];
  let at = 0;
  for (const match of source.matchAll(expression)) {
    const group = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    pieces.push(source.slice(at, match.index), el('span', { class: `tok-${group}`, text: match[0] }));
    at = match.index + match[0].length;
  }
  pieces.push(source.slice(at));
  return pieces;
}

// codeBlock builds a fenced block.
export function codeBlock(source, language = '') {
  const name = language.toLowerCase();
  // Terminal colours are bytes nobody wants to read or copy.
  const clean = name === 'ansi' ? source.replace(/\u001b\[[0-9;]*m/g, '') : source;
  const copy = el(
    'button',
    { type: 'button', class: 'code-copy', testid: 'copy-code', on: { click: () => copyText(clean, 'Code copied') } },
    icon('copy'),
    el('span', { text: 'Copy' }),
  );
  return el(
    'figure',
    { class: 'code', testid: 'code' },
    el('figcaption', { class: 'code-head' }, el('span', { class: 'code-language', text: name || 'text' }), copy),
    el('pre', { tabIndex: 0, 'aria-label': `Code${name ? `, ${name}` : ''}` }, el('code', {}, colour(clean, name))),
  );
}
