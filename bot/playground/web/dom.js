// Small helpers over the DOM. Nothing here, or anywhere in this page, parses
// HTML out of a string: what people and bots write becomes text nodes only.

// Properties that are set on the element rather than as attributes.
const asProperty = new Set([
  'value',
  'disabled',
  'hidden',
  'checked',
  'multiple',
  'required',
  'open',
  'tabIndex',
  'type',
  'htmlFor',
]);

// el builds an element. `on` holds listeners, `data` data-* values, `testid` the
// hook for end-to-end tests; kids are nodes or strings (null and false are left out).
export function el(tag, props = {}, ...kids) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value == null || (value === false && !asProperty.has(key) && !key.startsWith('aria-'))) continue;
    if (key === 'class') node.className = value;
    else if (key === 'text') node.textContent = value;
    else if (key === 'testid') node.dataset.testid = value;
    else if (key === 'data') Object.assign(node.dataset, value);
    else if (key === 'on') for (const [name, fn] of Object.entries(value)) node.addEventListener(name, fn);
    else if (asProperty.has(key)) node[key] = value;
    else node.setAttribute(key, value === true ? '' : value);
  }
  node.append(...kids.flat(Infinity).filter((kid) => kid != null && kid !== false));
  return node;
}

// byId finds an element of index.html.
export function byId(id) {
  return document.getElementById(id);
}

// Outlines on a 24 by 24 grid, drawn for this page.
const paths = {
  hash: 'M9.5 4 7.5 20M16.5 4l-2 16M4 9h16.5M3.5 15H20',
  forum: 'M4 5h11v8H8l-4 3.5zM9 16h6l4.5 3.5V9H17',
  thread: 'M5 4v9a4 4 0 0 0 4 4h9M14 13l4 4-4 4',
  at: 'M15.5 12a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0zm0 0v1.5a2.5 2.5 0 0 0 5 0V12A8.5 8.5 0 1 0 16 19.5',
  plus: 'M12 5v14M5 12h14',
  send: 'M4 4.5 20.5 12 4 19.5 6.5 12zM6.5 12H13',
  reply: 'M10 6 4 12l6 6M4 12h9a7 7 0 0 1 7 7',
  edit: 'M5 19l1-4.5L16.5 4 20 7.5 9.5 18zM14 6.5l3.5 3.5',
  trash: 'M5 7h14M9.5 7V4.5h5V7M7 7l1 13h8l1-13M10.5 11v5.5M13.5 11v5.5',
  more: 'M5.5 12h.01M12 12h.01M18.5 12h.01',
  copy: 'M9 9h11v11H9zM15 9V4H4v11h5',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  file: 'M6 3h8l5 5v13H6zM14 3v5h5',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zm12.5 0a3 3 0 1 1-6 0 3 3 0 0 1 6 0z',
  close: 'M6 6l12 12M18 6 6 18',
  menu: 'M4 7h16M4 12h16M4 17h16',
  down: 'M6 9l6 6 6-6',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  external: 'M13 5h6v6M19 5l-9 9M16 14v5H5V8h5',
  warning: 'M12 4 2.5 20h19zM12 10v5M12 17.5v.01',
  bolt: 'M13 3 5 13.5h6L10 21l8.5-11h-6z',
  check: 'M5 12.5 10 17.5 19.5 7',
  cross: 'M10 4h4v6h6v4h-6v6h-4v-6H4v-4h6z',
};

// icon draws one of the outlines; it is decoration and hidden from readers.
export function icon(name) {
  const ns = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(ns, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', `icon icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(ns, 'path');
  path.setAttribute('d', paths[name] || paths.more);
  svg.append(path);
  return svg;
}

// iconButton is a square button whose label is spoken and shown as a tooltip.
export function iconButton(name, label, onclick, props = {}) {
  return el(
    'button',
    { type: 'button', class: 'icon-button', 'aria-label': label, title: label, on: { click: onclick }, ...props },
    icon(name),
  );
}

// avatar shows a person's initials on a colour of their own, and a cross for a bot.
export function avatar(user, size = 'normal') {
  // Neighbouring ids must not get neighbouring colours.
  const hash = [...`${user?.username}${user?.id}`].reduce(
    (sum, c) => Math.imul(sum ^ c.charCodeAt(0), 16777619) >>> 0,
    2166136261,
  );
  const hue = (hash >>> 7) % 360;
  const node = el('span', { class: `avatar avatar-${size}`, 'aria-hidden': 'true' });
  if (user?.bot) {
    node.classList.add('avatar-bot');
    node.append(icon('cross'));
  } else {
    node.style.setProperty('--hue', hue);
    node.textContent = (user?.global_name || user?.username || '?').slice(0, 1).toUpperCase();
  }
  return node;
}

// toast shows a short note in the corner for some seconds.
export function toast(text, kind = 'info') {
  const node = el('div', { class: `toast toast-${kind}`, text });
  byId('toasts').append(node);
  setTimeout(() => node.remove(), kind === 'error' ? 8000 : 3500);
}

// copyText puts text on the clipboard and says so.
export async function copyText(text, what = 'Copied') {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // The asynchronous clipboard needs a secure context; a LAN address is none.
    const area = el('textarea', { value: text, class: 'visually-hidden', 'aria-hidden': 'true' });
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  toast(what);
}

// bytes writes a file size.
export function bytes(n) {
  if (!(n >= 1024)) return `${n || 0} B`;
  if (n < 1024 * 1024) return `${(n / 1024).toFixed(1)} KB`;
  return `${(n / 1024 / 1024).toFixed(1)} MB`;
}

// isComposing tells whether a key belongs to an input method (Chinese, Japanese,
// Korean): Enter then picks a character and must not send the message.
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}
