// Filling in a slash command: the box turns into the command's name with one
// field for each option. Enter runs it, Escape gives it up.
import { autocomplete, runCommand } from './api.js';
import { description, localName, optionType, wrapOptions } from './commands.js';
import { byId, bytes, el, icon, iconButton, isComposing } from './dom.js';
import { start } from './interactions.js';
import { openModal } from './modal.js';
import { noteFor } from './notes.js';
import * as popup from './popup.js';
import { channelName, displayName, emit, on, store } from './store.js';

const box = byId('slash');

// Options shown from the start; further optional ones are one press away.
const shownAtFirst = 3;
// Pause after a key before the bot is asked for suggestions.
const debounce = 200;
// Discord's limit for one value of a string option.
const maxString = 6000;

let open = null; // {entry, fields}

// isSlashOpen tells whether a command is being filled in.
export function isSlashOpen() {
  return Boolean(open);
}

// fixedChoices lists the only values that an option takes, or null for a free one.
function fixedChoices(option) {
  if (option.choices?.length) return option.choices.map((choice) => ({ name: localName(choice), value: choice.value }));
  if (option.type === optionType.boolean)
    return [
      { name: 'True', value: true },
      { name: 'False', value: false },
    ];
  if (option.type === optionType.user || option.type === optionType.mentionable)
    return [...store.users.values()].map((user) => ({ name: displayName(user), value: user.id }));
  if (option.type === optionType.channel) {
    return store.guild.channels
      .filter((channel) => !option.channel_types?.length || option.channel_types.includes(channel.type))
      .map((channel) => ({ name: `#${channelName(channel)}`, value: channel.id }));
  }
  return null;
}

function fileField(option) {
  let file = null;
  const input = el('input', { type: 'file', hidden: true, testid: `option-file-${option.name}` });
  const button = el('button', { type: 'button', class: 'slash-file', testid: `option-${option.name}` });
  const show = () => {
    button.replaceChildren(icon('file'), file ? `${file.name} (${bytes(file.size)})` : 'choose a file');
  };
  const set = (chosen) => {
    file = chosen || null;
    show();
  };
  input.addEventListener('change', () => set(input.files[0]));
  button.addEventListener('click', () => input.click());
  show();
  return { kids: [button, input], input: button, setFile: set, read: (files) => (file ? { value: files.push(file) - 1 } : {}) };
}

function numberProblem(option, value) {
  if (!Number.isFinite(value) || (option.type === optionType.integer && !Number.isInteger(value)))
    return option.type === optionType.integer ? 'needs a whole number' : 'needs a number';
  if (option.min_value != null && value < option.min_value) return `must be at least ${option.min_value}`;
  if (option.max_value != null && value > option.max_value) return `must be at most ${option.max_value}`;
  return '';
}

function textField(option) {
  const choices = fixedChoices(option);
  let picked = null; // the choice behind the text, where one was picked
  const input = el('input', {
    type: 'text',
    class: 'slash-input',
    testid: `option-${option.name}`,
    autocomplete: 'off',
    spellcheck: 'false',
    'aria-label': `${localName(option)}: ${description(option)}`,
    'aria-required': String(Boolean(option.required)),
    maxlength: option.max_length || maxString,
  });
  // A field grows with its text, from a few characters up to the width of the box.
  const size = () => {
    input.style.width = `${Math.min(44, Math.max(9, [...input.value].length * 1.1 + 3))}ch`;
  };
  let timer = null;
  let asked = 0;
  const suggest = () => {
    if (choices) {
      const query = input.value.toLowerCase();
      const list = choices.filter((choice) => picked || choice.name.toLowerCase().includes(query)).slice(0, 25);
      offer(list, { empty: 'No choice fits this text' });
    } else if (option.autocomplete) ask();
    else popup.hide();
  };
  const offer = (list, extra) =>
    popup.show(input, {
      heading: `${localName(option)} — ${description(option)}`,
      ...extra,
      items: list.map((choice) => ({
        title: choice.name,
        testid: 'command-option',
        data: { value: String(choice.value) },
        choice,
      })),
      onPick: ({ choice }) => {
        set(choice);
        emit('slash-next', input);
      },
    });
  const ask = () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const mine = (asked += 1);
      try {
        const list = await autocomplete({
          channelId: store.channelId,
          commandId: open.entry.command.id,
          options: wrapOptions(open.entry, readFields(open.fields, [], input).values),
        });
        if (mine !== asked || document.activeElement !== input) return;
        offer(
          list.map((choice) => ({ name: localName(choice), value: choice.value })),
          { first: false, empty: input.value ? 'No suggestion: your own text is used' : '' },
        );
      } catch (error) {
        if (mine === asked && document.activeElement === input) offer([], { empty: `No suggestions: ${error.message}` });
      }
    }, debounce);
  };
  const set = (choice) => {
    picked = choice;
    input.value = choice.name;
    size();
  };
  input.addEventListener('input', () => {
    picked = null;
    size();
    suggest();
  });
  input.addEventListener('focus', suggest);
  input.addEventListener('blur', () => {
    clearTimeout(timer);
    asked += 1;
    popup.hide();
  });
  input.addEventListener('paste', (event) => pasteLine(event, input));
  size();
  const read = () => {
    const text = input.value;
    if (!text.trim()) return {};
    if (picked) return { value: picked.value };
    if (choices) {
      const same = choices.find((choice) => choice.name.toLowerCase() === text.trim().toLowerCase());
      return same ? { value: same.value } : { problem: 'needs one of the listed choices' };
    }
    if (option.type !== optionType.integer && option.type !== optionType.number) {
      return option.min_length > text.length ? { problem: `needs at least ${option.min_length} characters` } : { value: text };
    }
    const value = Number(text);
    const problem = numberProblem(option, value);
    return problem ? { problem } : { value };
  };
  return {
    kids: [input],
    input,
    setText: (text) => {
      input.value = text.replace(/\s*\n\s*/g, ' ');
      picked = null;
      size();
    },
    read,
  };
}

// Discord's options hold one line. A log that is pasted there loses its lines, and the person should know.
function pasteLine(event, input) {
  const text = event.clipboardData?.getData('text/plain') || '';
  if (!/\n/.test(text.trim())) return;
  event.preventDefault();
  input.setRangeText(text.trim().replace(/\s*\n\s*/g, ' '), input.selectionStart, input.selectionEnd, 'end');
  input.dispatchEvent(new Event('input'));
  emit(
    'notice',
    'An option holds one line, so the line breaks became spaces. To keep them, send the log as a message or a file.',
  );
}

function makeField(option) {
  const parts = option.type === optionType.attachment ? fileField(option) : textField(option);
  const node = el(
    'label',
    { class: 'slash-field', data: { option: option.name }, title: description(option) },
    el('span', { class: 'slash-name', text: localName(option) }),
    parts.kids,
  );
  const hint = () => setHint(`${localName(option)}${option.required ? '' : ' (optional)'}: ${description(option)}`);
  parts.input.addEventListener('focus', hint);
  return { option, node, ...parts, wrong: (on) => node.classList.toggle('wrong', on) };
}

// readFields collects the values. With `focused` it is for autocomplete: nothing is
// complained about, and that option is marked.
function readFields(fields, files, focused) {
  const values = [];
  const problems = [];
  for (const field of fields) {
    const { option } = field;
    const { value, problem } = field.read(files);
    field.wrong(!focused && Boolean(problem || (value === undefined && option.required)));
    if (focused && field.input === focused)
      values.push({ name: option.name, type: option.type, value: field.input.value, focused: true });
    else if (problem) problems.push({ field, text: `${localName(option)} ${problem}` });
    else if (value !== undefined) values.push({ name: option.name, type: option.type, value });
    else if (option.required) problems.push({ field, text: `${localName(option)} is required` });
  }
  return { values, problems };
}

function setHint(text) {
  const hint = box.querySelector('.slash-hint');
  if (hint) hint.textContent = text;
}

function moreButtons(hidden, row) {
  return hidden.map((option) => {
    const button = el('button', {
      type: 'button',
      class: 'slash-more',
      testid: `option-add-${option.name}`,
      title: description(option),
      text: `+ ${localName(option)}`,
      on: {
        click: () => {
          const field = makeField(option);
          open.fields.push(field);
          button.before(field.node);
          button.remove();
          field.input.focus();
          row.scrollTop = row.scrollHeight;
        },
      },
    });
    return button;
  });
}

// openSlash shows a command's form; rest goes into its first text option.
export function openSlash(entry, rest = '') {
  const required = entry.options.filter((option) => option.required);
  const optional = entry.options.filter((option) => !option.required);
  const shown = [...required, ...optional.slice(0, Math.max(0, shownAtFirst - required.length))];
  const fields = shown.map(makeField);
  open = { entry, fields };
  const row = el(
    'div',
    { class: 'slash-row' },
    el('span', { class: 'slash-command', testid: 'slash-command', text: `/${entry.label}` }),
    fields.map((field) => field.node),
  );
  row.append(
    ...moreButtons(
      optional.filter((option) => !shown.includes(option)),
      row,
    ),
  );
  const run = el(
    'button',
    {
      type: 'button',
      class: 'icon-button send',
      'aria-label': `Run /${entry.label}`,
      title: 'Run',
      testid: 'command-run',
      on: { click: runSlash },
    },
    icon('send'),
  );
  box.replaceChildren(
    el('div', { class: 'slash-hint', text: entry.description || 'No options: press Enter to run' }),
    el(
      'div',
      { class: 'slash-line' },
      iconButton('close', 'Cancel command', closeSlash, { 'data-testid': 'command-cancel' }),
      row,
      run,
    ),
  );
  box.hidden = false;
  byId('composer-form').hidden = true;
  const text = fields.find((field) => field.setText && field.option.type === optionType.string);
  if (rest && text) text.setText(rest);
  const target = fields.find((field) => field.option.required && field.read([]).value === undefined) || text || fields[0];
  (target?.input || run).focus();
}

// closeSlash gives the command up and brings the message box back.
export function closeSlash() {
  if (!open) return;
  open = null;
  popup.hide();
  box.hidden = true;
  box.replaceChildren();
  byId('composer-form').hidden = false;
  byId('composer').focus();
}

// runSlash sends the command if everything needed is there.
export function runSlash() {
  const { entry, fields } = open;
  const files = [];
  const { values, problems } = readFields(fields, files);
  if (problems.length) {
    setHint(problems.map((problem) => problem.text).join('; '));
    problems[0].field.input.focus();
    return false;
  }
  const channelId = store.channelId;
  const note = noteFor(`/${entry.label}`, channelId);
  const form = { state: open, nodes: [...box.childNodes] };
  start(() => runCommand({ channelId, commandId: entry.command.id, options: wrapOptions(entry, values), files }), {
    channelId,
    settle: (outcome) => {
      note.settle(outcome);
      if (outcome.refused && !open && store.channelId === channelId) restore(form);
      if (outcome.modal) openModal(outcome.modal);
    },
  });
  closeSlash();
  return true;
}

// A command that the server refused comes back as it was: nothing has to be typed twice.
function restore({ state, nodes }) {
  open = state;
  box.replaceChildren(...nodes);
  box.hidden = false;
  byId('composer-form').hidden = true;
}

// dropOnSlash gives dropped or pasted files to the command's file options; false when it has none.
export function dropOnSlash(files) {
  const free = open?.fields.filter((field) => field.setFile) || [];
  if (!free.length) return false;
  free.forEach((field, index) => {
    if (files[index]) field.setFile(files[index]);
  });
  return true;
}

// startSlash listens for keys in the form.
export function startSlash() {
  on('slash-next', (input) => {
    const next = open?.fields.find(
      (field) => field.option.required && field.input !== input && field.read([]).value === undefined,
    );
    if (next) next.input.focus();
  });
  box.addEventListener('keydown', (event) => {
    if (!open || isComposing(event) || popup.key(event)) return;
    if (
      event.key === 'Escape' ||
      (event.key === 'Backspace' && event.target.value === '' && event.target === open.fields[0]?.input)
    ) {
      event.preventDefault();
      closeSlash();
    } else if (event.key === 'Enter' && event.target.tagName === 'INPUT') {
      event.preventDefault();
      runSlash();
    }
  });
}
