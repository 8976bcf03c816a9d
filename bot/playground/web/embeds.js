// Embeds: the framed blocks with a colour bar.
import { el } from './dom.js';
import { picture, resolveMedia } from './files.js';
import { inlineMarkdown, markdown, safeLink } from './markdown.js';
import { formatTime } from './store.js';

// hexColour writes a colour number as CSS does.
export function hexColour(number) {
  return `#${(number & 0xffffff).toString(16).padStart(6, '0')}`;
}

function media(item, message, className) {
  if (!item?.url) return null;
  const file = resolveMedia(item.url, message.attachments);
  return picture(file ? file.url : item.url, item.description, className);
}

// fieldRows puts up to three neighbouring inline fields on one row, the others alone.
function fieldRows(fields) {
  const rows = [];
  for (const field of fields) {
    const last = rows[rows.length - 1];
    if (field.inline && last?.inline && last.fields.length < 3) last.fields.push(field);
    else rows.push({ inline: Boolean(field.inline), fields: [field] });
  }
  return rows.map((row) =>
    el(
      'div',
      { class: 'embed-row' },
      row.fields.map((field) =>
        el(
          'div',
          { class: 'embed-field' },
          el('div', { class: 'embed-field-name' }, inlineMarkdown(field.name, { links: false })),
          markdown(field.value, 'md embed-field-value'),
        ),
      ),
    ),
  );
}

function title(embed) {
  if (!embed.title) return null;
  const kids = inlineMarkdown(embed.title, { links: false });
  return el('div', { class: 'embed-title' }, (embed.url && safeLink(embed.url, kids)) || kids);
}

// embed renders one embed of a message.
export function embed(data, message) {
  const node = el('div', { class: 'embed', testid: 'embed' });
  if (data.color != null && data.color !== 0) node.style.setProperty('--bar', hexColour(data.color));
  const stamp = data.timestamp && formatTime(data.timestamp);
  const footer = [data.footer?.text, stamp].filter(Boolean).join(' • ');
  const main = el(
    'div',
    { class: 'embed-main' },
    data.author?.name &&
      el(
        'div',
        { class: 'embed-author' },
        (data.author.url && safeLink(data.author.url, [data.author.name])) || data.author.name,
      ),
    title(data),
    data.description && markdown(data.description, 'md embed-description'),
    data.fields?.length && el('div', { class: 'embed-fields' }, fieldRows(data.fields)),
    media(data.image, message, 'embed-image'),
    footer && el('div', { class: 'embed-footer', text: footer }),
  );
  node.append(main);
  const thumbnail = media(data.thumbnail, message, 'embed-thumbnail');
  if (thumbnail) node.append(thumbnail);
  return node;
}
