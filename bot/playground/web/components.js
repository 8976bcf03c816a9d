// Buttons, selects and the V2 layout components of messages.
import { el, icon } from './dom.js';
import { hexColour } from './embeds.js';
import { attachment, picture, resolveMedia } from './files.js';
import { press } from './interactions.js';
import { markdown, safeLink } from './markdown.js';
import { openModal } from './modal.js';
import { createSelect } from './select.js';

const buttonStyles = { 1: 'primary', 2: 'secondary', 3: 'success', 4: 'danger', 5: 'link' };

const builders = {
  1: actionRow,
  2: button,
  3: select,
  5: select,
  6: select,
  7: select,
  8: select,
  9: section,
  10: textDisplay,
  11: thumbnail,
  12: gallery,
  13: file,
  14: separator,
  17: container,
};

// components renders a message's components; kinds this page does not know are named.
export function components(list, message) {
  return (list || []).map((component) => {
    const build = builders[component.type];
    return build
      ? build(component, message)
      : el('p', { class: 'unsupported', text: `Component of type ${component.type} (not shown in the playground)` });
  });
}

// referencedFiles collects the attachments that V2 components already show.
export function referencedFiles(list, attachments) {
  const seen = new Set();
  const visit = (item) => {
    if (!item || typeof item !== 'object') return;
    for (const address of [item.file?.url, item.media?.url]) {
      const found = address && resolveMedia(address, attachments);
      if (found) seen.add(found.id);
    }
    [...(item.components || []), ...(item.items || []), item.accessory].forEach(visit);
  };
  (list || []).forEach(visit);
  return seen;
}

function actionRow(row, message) {
  return el('div', { class: 'action-row' }, components(row.components, message));
}

function emoji(data) {
  return data?.name ? el('span', { class: 'button-emoji', text: data.id ? `:${data.name}:` : data.name }) : null;
}

function button(data, message) {
  const style = buttonStyles[data.style] || 'secondary';
  const kids = [emoji(data.emoji), data.label && el('span', { text: data.label })];
  const label = data.label ? null : data.emoji?.name || 'Button';
  if (style === 'link') {
    const anchor =
      !data.disabled &&
      safeLink(data.url, [...kids, icon('external')], {
        class: 'button button-link',
        'data-testid': 'button-link',
        'aria-label': label,
      });
    return anchor || el('span', { class: 'button button-link', 'aria-disabled': 'true' }, kids, icon('external'));
  }
  const node = el(
    'button',
    {
      type: 'button',
      class: `button button-${style}`,
      disabled: Boolean(data.disabled),
      testid: `button-${data.custom_id}`,
      'aria-label': label,
      on: { click: () => press(message, data, [], node, openModal) },
    },
    el('span', { class: 'button-content' }, kids),
    el('span', { class: 'dots', 'aria-hidden': 'true' }, el('i'), el('i'), el('i')),
  );
  return node;
}

function select(data, message) {
  const control = createSelect(data, {
    testid: `select-${data.custom_id}`,
    onPick: (values) => press(message, data, values, control.node, openModal),
  });
  return el('div', { class: 'select-wrap' }, control.node);
}

// hidden covers a component with the spoiler flag until it is pressed.
function covered(data, node) {
  if (!data.spoiler) return node;
  node.classList.add('covered');
  const cover = el('button', {
    type: 'button',
    class: 'cover',
    text: 'Spoiler: press to show',
    on: {
      click: () => {
        node.classList.remove('covered');
        cover.remove();
      },
    },
  });
  node.append(cover);
  return node;
}

function section(data, message) {
  return el(
    'div',
    { class: 'v2-section' },
    el('div', { class: 'v2-section-text' }, components(data.components, message)),
    data.accessory && el('div', { class: 'v2-accessory' }, components([data.accessory], message)),
  );
}

function textDisplay(data) {
  return markdown(data.content, 'md v2-text');
}

function mediaOf(item, message) {
  const address = item?.media?.url ?? item?.url;
  return resolveMedia(address, message.attachments)?.url || address;
}

function thumbnail(data, message) {
  return covered(data, el('div', { class: 'v2-thumbnail' }, picture(mediaOf(data, message), data.description, 'thumbnail')));
}

function gallery(data, message) {
  return el(
    'div',
    { class: 'v2-gallery' },
    (data.items || []).map((item) =>
      covered(item, el('div', { class: 'v2-gallery-item' }, picture(mediaOf(item, message), item.description, 'gallery-image'))),
    ),
  );
}

function file(data, message) {
  const found = resolveMedia(data.file?.url, message.attachments);
  const shown = found || { url: data.file?.url, filename: data.name || data.file?.url?.split('/').pop(), size: data.size || 0 };
  return covered(data, attachment(shown));
}

function separator(data) {
  const gap = data.spacing === 2 ? 'v2-gap-large' : 'v2-gap-small';
  return data.divider === false ? el('div', { class: `v2-gap ${gap}` }) : el('hr', { class: `v2-divider ${gap}` });
}

function container(data, message) {
  const node = el('section', { class: 'v2-container', testid: 'container' }, components(data.components, message));
  if (data.accent_color != null) {
    node.classList.add('accented');
    node.style.setProperty('--bar', hexColour(data.accent_color));
  }
  return covered(data, node);
}
