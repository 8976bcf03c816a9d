// Modals: the form a bot opens in answer to a press or a command.
import { submitModal } from './api.js';
import { avatar, el, iconButton } from './dom.js';
import { start } from './interactions.js';
import { markdown } from './markdown.js';
import { createSelect } from './select.js';
import { displayName, store } from './store.js';

let counter = 0;

// Discord's own ceiling for a text input.
const maxText = 4000;

function textInput(data, { labelId, describedBy }) {
  const props = {
    class: 'modal-text',
    value: data.value || '',
    placeholder: data.placeholder,
    maxlength: data.max_length || maxText,
    testid: `modal-input-${data.custom_id}`,
    'aria-labelledby': labelId,
    'aria-describedby': describedBy,
    'aria-required': String(data.required !== false),
  };
  const node = data.style === 2 ? el('textarea', { ...props, rows: 5 }) : el('input', { ...props, type: 'text' });
  const counterNode = data.max_length ? el('span', { class: 'modal-count', 'aria-hidden': 'true' }) : null;
  const count = () => {
    if (counterNode) counterNode.textContent = `${[...node.value].length} / ${data.max_length}`;
  };
  node.addEventListener('input', count);
  count();
  return {
    id: data.custom_id,
    node: el('div', { class: 'modal-control' }, node, counterNode),
    focus: () => node.focus(),
    value: () => node.value,
    problem: () => {
      const length = [...node.value.trim()].length;
      if (data.required !== false && !length) return 'Please fill this in.';
      if (length && data.min_length > length) return `Please write at least ${data.min_length} characters.`;
      return '';
    },
  };
}

function selectInput(data, { labelId }) {
  const required = data.required !== false;
  const control = createSelect(
    { ...data, min_values: required ? (data.min_values ?? 1) : 0 },
    { testid: `select-${data.custom_id}`, labelledBy: labelId },
  );
  return {
    id: data.custom_id,
    node: el('div', { class: 'modal-control' }, control.node),
    focus: () => control.node.focus(),
    value: () => control.values(),
    problem: () => (required && control.values().length < Math.max(1, control.min) ? 'Please choose.' : ''),
  };
}

// choiceInput is a radio group (21), a checkbox group (22) or a single checkbox (23).
function choiceInput(data, { labelId }) {
  const single = data.type === 23;
  const name = `modal-choice-${(counter += 1)}`;
  const options = single ? [{ label: data.label || 'Yes', value: 'true', default: data.default }] : data.options || [];
  const boxes = options.map((option) =>
    el('input', {
      type: data.type === 21 ? 'radio' : 'checkbox',
      name,
      value: option.value,
      checked: Boolean(option.default),
      testid: `modal-input-${data.custom_id}`,
    }),
  );
  const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
  return {
    id: data.custom_id,
    node: el(
      'div',
      { class: 'modal-choices', role: data.type === 21 ? 'radiogroup' : 'group', 'aria-labelledby': labelId },
      options.map((option, index) =>
        el(
          'label',
          {},
          boxes[index],
          el(
            'span',
            {},
            option.label,
            option.description && el('span', { class: 'modal-description', text: option.description }),
          ),
        ),
      ),
    ),
    focus: () => boxes[0]?.focus(),
    value: () => (single ? boxes[0].checked : chosen()),
    problem: () => {
      if (single) return '';
      const least = data.required === false ? 0 : Math.max(1, data.min_values ?? 1);
      if (chosen().length < least) return 'Please choose.';
      return data.type === 22 && data.max_values && chosen().length > data.max_values
        ? `Please choose at most ${data.max_values}.`
        : '';
    },
  };
}

// Builders of the inputs by component type.
const inputs = {
  3: selectInput,
  4: textInput,
  5: selectInput,
  6: selectInput,
  7: selectInput,
  8: selectInput,
  21: choiceInput,
  22: choiceInput,
  23: choiceInput,
};

// field builds one row: label, description, control and room for a complaint.
function field(data, label, description) {
  const id = `modal-field-${(counter += 1)}`;
  const required = data.required !== false && data.type !== 23;
  const labelNode = el(
    'span',
    { class: 'modal-label', id },
    label || '',
    required && el('span', { class: 'modal-required', 'aria-hidden': 'true', text: ' *' }),
  );
  const error = el('p', { class: 'modal-error', id: `${id}-error`, role: 'alert' });
  const build = inputs[data.type];
  if (!build)
    return { node: el('p', { class: 'unsupported', text: `Form component of type ${data.type} (not shown in the playground)` }) };
  const input = build(data, { labelId: id, describedBy: `${id}-error` });
  const node = el(
    'div',
    { class: 'modal-field' },
    labelNode,
    description && el('p', { class: 'modal-description', text: description }),
    input.node,
    error,
  );
  const complain = (text) => {
    error.textContent = text;
    node.classList.toggle('wrong', Boolean(text));
  };
  // A complaint goes as soon as it is dealt with.
  const check = () => {
    if (error.textContent && !input.problem()) complain('');
  };
  node.addEventListener('input', check);
  node.addEventListener('focusout', check);
  return { node, input, complain };
}

// fields walks the modal's components: rows, labels with one child, and texts.
function fields(list) {
  const out = [];
  for (const component of list || []) {
    if (component.type === 1)
      out.push(...(component.components || []).map((child) => field(child, child.label || child.placeholder)));
    else if (component.type === 18) out.push(field(component.component || {}, component.label, component.description));
    else if (component.type === 10) out.push({ node: markdown(component.content, 'md modal-prose') });
    else out.push(field(component, component.label));
  }
  return out;
}

// openModal shows the form of a modal event and sends it back.
export function openModal(event) {
  const rows = fields(event.components);
  const filled = rows.filter((row) => row.input);
  const opener = document.activeElement;
  const problem = el('p', { class: 'modal-problem', role: 'alert' });
  const submit = el('button', { type: 'submit', class: 'button button-primary', testid: 'modal-submit', text: 'Submit' });
  const close = () => dialog.close();
  const form = el(
    'form',
    { class: 'modal-form', novalidate: true },
    el(
      'header',
      { class: 'modal-head' },
      avatar(store.bot || { bot: true }, 'small'),
      el('h2', { id: 'modal-title', text: event.title || 'Form' }),
      iconButton('close', 'Close', close),
    ),
    el('p', {
      class: 'modal-note',
      text: `This form goes to ${displayName(store.bot || { username: 'the bot' })}. Leave passwords and keys out of it.`,
    }),
    el(
      'div',
      { class: 'modal-body' },
      rows.map((row) => row.node),
    ),
    problem,
    el(
      'footer',
      { class: 'modal-foot' },
      el('button', {
        type: 'button',
        class: 'button button-secondary',
        text: 'Cancel',
        on: { click: close },
        testid: 'modal-cancel',
      }),
      submit,
    ),
  );
  const dialog = el(
    'dialog',
    { class: 'modal', testid: 'modal', data: { customId: event.custom_id || '' }, 'aria-labelledby': 'modal-title' },
    form,
  );

  form.addEventListener('submit', (submission) => {
    submission.preventDefault();
    const wrong = filled.filter((row) => {
      const complaint = row.input.problem();
      row.complain(complaint);
      return complaint;
    });
    if (wrong.length) {
      wrong[0].input.focus();
      return;
    }
    problem.textContent = '';
    submit.disabled = true;
    const values = Object.fromEntries(filled.map((row) => [row.input.id, row.input.value()]));
    start(
      () =>
        submitModal(event.interaction_id, values).then((answer) => {
          dialog.close();
          return answer;
        }),
      {
        settle: (outcome) => {
          submit.disabled = false;
          if (outcome.failed === undefined) return;
          // The text stays in the form: nobody should have to write it twice.
          problem.textContent = `Something went wrong. ${outcome.failed}`;
          if (!dialog.open) {
            document.body.append(dialog);
            dialog.showModal();
          }
        },
      },
    );
  });
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (opener?.isConnected) opener.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  (filled[0]?.input || { focus: () => submit.focus() }).focus();
}
