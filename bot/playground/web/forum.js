// A forum: its posts, and the form for a new one.
import { createPost } from './api.js';
import { administrator, manageThreads, permissions } from './commands.js';
import { byId, el, icon, bytes, iconButton } from './dom.js';
import { displayName, emit, formatTime, store, threadsOf } from './store.js';

// Discord's limits for a post.
const maxTitle = 100;
const maxBody = 2000;
const maxTags = 5;
// The bit of a forum's flags that makes a tag mandatory.
const requireTag = 1 << 4;

let form = null; // the form being written, kept while the list is drawn again

function created(thread) {
  const stamp = thread.thread_metadata?.create_timestamp;
  // A snowflake holds its own time, in milliseconds since 2015.
  return stamp || new Date(Number(BigInt(thread.id) >> 22n) + 1420070400000);
}

function tagNames(forum, ids) {
  return (ids || []).map((id) => forum.available_tags?.find((tag) => tag.id === id)).filter(Boolean);
}

function tagText(tag) {
  return [tag.emoji_name, tag.name].filter(Boolean).join(' ');
}

function card(forum, thread) {
  const owner = store.users.get(thread.owner_id);
  const replies = thread.message_count ?? 0;
  return el(
    'li',
    {},
    el(
      'button',
      { type: 'button', class: 'post', testid: `post-${thread.name}`, on: { click: () => emit('open-channel', thread.id) } },
      el(
        'span',
        { class: 'post-tags' },
        tagNames(forum, thread.applied_tags).map((tag) => el('span', { class: 'tag', text: tagText(tag) })),
        thread.thread_metadata?.locked && el('span', { class: 'tag' }, icon('lock'), 'locked'),
      ),
      el('span', { class: 'post-title', text: thread.name }),
      el('span', {
        class: 'post-foot',
        text: [
          owner && displayName(owner),
          replies ? `${replies} ${replies === 1 ? 'reply' : 'replies'}` : 'no reply yet',
          formatTime(created(thread)),
        ]
          .filter(Boolean)
          .join(' • '),
      }),
    ),
  );
}

function tagPicker(forum) {
  const moderator = (permissions(store.me) & (administrator | manageThreads)) !== 0n;
  const tags = (forum.available_tags || []).filter((tag) => !tag.moderated || moderator);
  const required = ((forum.flags || 0) & requireTag) !== 0;
  if (!tags.length) return { node: null, values: () => [], missing: () => false };
  const boxes = tags.map((tag) => el('input', { type: 'checkbox', value: tag.id, testid: `tag-${tag.name}` }));
  const node = el(
    'fieldset',
    { class: 'post-tag-picker' },
    el('legend', { text: required ? `Tags (one to ${maxTags})` : `Tags (up to ${maxTags})` }),
    tags.map((tag, index) => el('label', { class: 'tag tag-choice' }, boxes[index], tagText(tag))),
  );
  node.addEventListener('change', () => {
    const full = boxes.filter((box) => box.checked).length >= maxTags;
    boxes.forEach((box) => {
      box.disabled = full && !box.checked;
    });
  });
  const values = () => boxes.filter((box) => box.checked).map((box) => box.value);
  return { node, values, missing: () => required && !values().length };
}

function filePicker() {
  let files = [];
  const input = el('input', { type: 'file', multiple: true, hidden: true, testid: 'post-file-input' });
  const list = el('span', { class: 'post-files' });
  const show = () =>
    list.replaceChildren(
      ...files.map((file, index) =>
        el(
          'span',
          { class: 'tag' },
          `${file.name} (${bytes(file.size)})`,
          iconButton('close', `Remove ${file.name}`, () => {
            files.splice(index, 1);
            show();
          }),
        ),
      ),
    );
  const add = (more) => {
    files = [...files, ...more].slice(0, 10);
    show();
  };
  input.addEventListener('change', () => {
    add(input.files);
    input.value = '';
  });
  const node = el(
    'div',
    { class: 'post-file-row' },
    el(
      'button',
      { type: 'button', class: 'button button-secondary', on: { click: () => input.click() } },
      icon('plus'),
      'Add files',
    ),
    input,
    list,
  );
  return { node, add, files: () => files };
}

function newPost(forum) {
  const title = el('input', {
    type: 'text',
    id: 'post-title',
    class: 'modal-text',
    maxlength: maxTitle,
    placeholder: 'What went wrong, in one line',
    testid: 'post-title',
  });
  const body = el('textarea', {
    id: 'post-body',
    class: 'modal-text',
    rows: 6,
    placeholder: 'Paste the error or the log here',
    testid: 'post-content',
  });
  const tags = tagPicker(forum);
  const picker = filePicker();
  const problem = el('p', { class: 'modal-problem', role: 'alert' });
  const submit = el('button', { type: 'submit', class: 'button button-primary', text: 'Post', testid: 'post-submit' });
  const close = () => {
    form = null;
    drawForum(forum);
    byId('forum').querySelector('.new-post')?.focus();
  };
  const asFile = () => {
    if ([...body.value].length <= maxBody) return;
    picker.add([new File([body.value], 'message.txt', { type: 'text/plain; charset=utf-8' })]);
    body.value = '';
    problem.textContent = `That text is longer than the ${maxBody} characters of a message, so it became a file, message.txt.`;
  };
  body.addEventListener('paste', () => setTimeout(asFile));
  const node = el(
    'form',
    { class: 'post-form', novalidate: true },
    el('label', { htmlFor: 'post-title', text: 'Title' }),
    title,
    el('label', { htmlFor: 'post-body', text: 'Message' }),
    body,
    tags.node,
    picker.node,
    problem,
    el(
      'div',
      { class: 'modal-foot' },
      el('button', { type: 'button', class: 'button button-secondary', text: 'Cancel', on: { click: close } }),
      submit,
    ),
  );
  node.addEventListener('submit', async (event) => {
    event.preventDefault();
    asFile();
    if (!title.value.trim() || (!body.value.trim() && !picker.files().length)) {
      problem.textContent = 'A post needs a title and a message.';
      (title.value.trim() ? body : title).focus();
      return;
    }
    if (tags.missing()) {
      problem.textContent = 'This forum wants at least one tag on a post.';
      return;
    }
    submit.disabled = true;
    try {
      const answer = await createPost({
        channelId: forum.id,
        title: title.value.trim(),
        content: body.value,
        tags: tags.values(),
        files: picker.files(),
      });
      form = null;
      // The event about it usually came first, and may know of replies already.
      if (!store.channels.has(answer.channel.id)) store.channels.set(answer.channel.id, answer.channel);
      emit('open-channel', answer.channel.id);
    } catch (error) {
      problem.textContent = error.message;
      submit.disabled = false;
    }
  });
  return node;
}

// drawForum shows a forum channel; a form being written stays as it is.
export function drawForum(forum) {
  const root = byId('forum');
  if (form?.forum !== forum.id) form = null;
  const posts = threadsOf(forum.id);
  const start = el(
    'button',
    {
      type: 'button',
      class: 'button button-primary new-post',
      testid: 'new-post',
      on: {
        click: () => {
          form = { forum: forum.id, node: newPost(forum) };
          drawForum(forum);
          form.node.querySelector('input').focus();
        },
      },
    },
    icon('plus'),
    'New post',
  );
  const list = posts.length
    ? el(
        'ul',
        { class: 'posts' },
        posts.map((thread) => card(forum, thread)),
      )
    : el('p', { class: 'forum-empty', text: 'No posts yet. A new post with an error in it is what the bot looks at.' });
  const head = form
    ? form.node
    : el(
        'div',
        { class: 'forum-head' },
        el('p', { text: forum.topic || 'Ask a question with a title of its own; each post has its own thread.' }),
        start,
      );
  if (form && root.contains(form.node)) root.querySelector('.posts, .forum-empty').replaceWith(list);
  else root.replaceChildren(head, list);
}
