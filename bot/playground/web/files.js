// Attachments: pictures, text with a preview, and everything else as a card.
import { bytes, el, icon } from './dom.js';
import { safeLink } from './markdown.js';

const cdn = /^https:\/\/(?:cdn\.discordapp\.com|media\.discordapp\.net)(?=\/)/;
const textNames =
  /\.(?:txt|log|out|err|md|ya?ml|json|jsonl|py|go|js|ts|java|sh|toml|ini|conf|cfg|csv|xml|properties|env|diff|patch|sql)$/i;
const previewLines = 8;
const maxPreview = 1024 * 1024; // beyond this the browser would be busy laying out text
const maxShown = 200 * 1024;

const texts = new Map(); // address -> promise of the text, as messages are drawn again on every change

// localURL turns an attachment's address into a path of this server. Null means
// the file is elsewhere, and this page loads nothing from elsewhere.
function localURL(address) {
  const path = String(address || '').replace(cdn, '');
  if (path.startsWith('/') && !path.startsWith('//')) return path;
  return path.startsWith(`${location.origin}/`) ? path : null;
}

// resolveMedia finds the file that a component or an embed means: attachment://name or an address.
export function resolveMedia(address, attachments = []) {
  const name = /^attachment:\/\/(.+)$/.exec(address || '')?.[1];
  return name
    ? attachments.find((file) => file.filename === name || encodeURIComponent(file.filename) === name)
    : attachments.find((file) => file.url === address || file.proxy_url === address);
}

// isPicture tells whether a browser will show the file as an image.
function isPicture(file) {
  return (
    /^image\/(?:png|jpe?g|gif|webp|svg\+xml|avif)/.test(file.content_type || '') ||
    /\.(?:png|jpe?g|gif|webp|avif)$/i.test(file.filename || '')
  );
}

function isText(file) {
  return /^(?:text\/|application\/(?:json|x-yaml|yaml|xml))/.test(file.content_type || '') || textNames.test(file.filename || '');
}

// picture shows an image from this server; one from elsewhere is only named.
export function picture(address, description, className) {
  const local = localURL(address);
  if (local) return el('img', { src: local, alt: description || '', class: className, loading: 'lazy' });
  return el(
    'p',
    { class: 'elsewhere' },
    'Picture on another server, not loaded: ',
    safeLink(address, [description || address]) || address,
  );
}

// attachment shows one file of a message.
export function attachment(file) {
  const href = localURL(file.url);
  if (href && isPicture(file)) {
    return el(
      'a',
      { href, target: '_blank', rel: 'noopener', class: 'file-picture', testid: 'attachment' },
      picture(file.url, file.description || file.filename, 'file-image'),
    );
  }
  const card = el(
    'div',
    { class: 'file-card' },
    icon('file'),
    el(
      'div',
      { class: 'file-names' },
      el('span', { class: 'file-name', text: file.filename || 'file' }),
      el('span', { class: 'file-size', text: bytes(file.size) }),
    ),
    href &&
      el(
        'a',
        {
          class: 'icon-button',
          href,
          download: file.filename || 'file',
          'aria-label': `Download ${file.filename}`,
          title: 'Download',
          testid: 'download',
        },
        icon('download'),
      ),
  );
  const node = el('div', { class: 'file', testid: 'attachment', data: { filename: file.filename || '' } }, card);
  if (href && isText(file) && file.size <= maxPreview) preview(href, node);
  return node;
}

function readText(href) {
  if (!texts.has(href)) {
    texts.set(
      href,
      fetch(href).then((answer) => {
        if (!answer.ok) throw new Error(`status ${answer.status}`);
        return answer.text();
      }),
    );
    texts.get(href).catch(() => texts.delete(href));
  }
  return texts.get(href);
}

async function preview(href, node) {
  let text;
  try {
    text = await readText(href);
  } catch {
    node.prepend(el('p', { class: 'file-note', text: 'The file could not be read for a preview.' }));
    return;
  }
  const lines = text.split('\n');
  const short = lines.slice(0, previewLines).join('\n');
  const code = el('code', { text: short });
  const body = el('pre', { class: 'file-preview', tabIndex: 0, 'aria-label': 'Preview' }, code);
  node.prepend(body);
  if (lines.length <= previewLines) return;
  const toggle = el('button', { type: 'button', class: 'file-toggle', 'aria-expanded': false });
  const label = () => {
    toggle.replaceChildren(
      icon('down'),
      toggle.getAttribute('aria-expanded') === 'true' ? 'Show less' : `Show all ${lines.length} lines`,
    );
  };
  toggle.addEventListener('click', () => {
    const open = toggle.getAttribute('aria-expanded') !== 'true';
    toggle.setAttribute('aria-expanded', open);
    code.textContent = open ? text.slice(0, maxShown) : short;
    node.classList.toggle('open', open);
    label();
  });
  label();
  body.after(toggle);
}
