import { drawBlocks, drawText } from './blocks.js';
import { el, find } from './dom.js';
import { asState } from './inputs.js';

// Slack's modals, from the view that stands on top, and its small dialogs of confirmation.

let shown = { id: '', version: '', fields: [] };

/** Shows, changes or closes the modal; what a person entered stays where block and element stay. */
export function renderDialog(app) {
  const { modal, person } = app.picture;
  const dialog = find('#modal');
  if (!modal) {
    shown = { id: '', version: '', fields: [] };
    dialog.close();
    return;
  }
  const version = `${modal.id}/${modal.hash}/${person.language}`;
  if (version === shown.version) return showErrors(modal.errors ?? {});
  const isSame = shown.id === modal.id;
  const entered = isSame ? enteredIn(shown.fields) : {};
  const place = isSame ? placeIn(dialog) : {};
  shown = { id: modal.id, version, fields: [] };
  drawModal(app, { dialog, modal, entered });
  if (!dialog.open) dialog.showModal();
  putBack(dialog, place);
}

function showErrors(errors) {
  for (const field of shown.fields) field.showError(errors[field.blockId]);
  shown.fields.find(({ blockId }) => errors[blockId])?.focus();
}

function enteredIn(fields) {
  const entered = {};
  for (const { blockId, actionId, type, read } of fields)
    entered[blockId] = { ...entered[blockId], [actionId]: asState(type, read()) };
  return entered;
}

function drawModal(app, { dialog, modal, entered }) {
  const { texts } = app;
  const close = () => {
    dialog.close();
    app.control('close-view', { viewId: modal.id });
  };
  const problem = el('p', { class: 'field-error', role: 'alert' });
  const surface = {
    ...app.surface((used) => app.control('click-in-view', { viewId: modal.id, ...used })),
    fields: shown.fields,
    state: modal.state.values,
    errors: modal.errors,
    entered,
  };
  const submit = el(
    'button',
    { class: 's-button primary', 'data-focus': 'submit' },
    modal.submit?.text ?? '',
  );
  const form = el(
    'form',
    {
      novalidate: true,
      onsubmit: (event) => {
        event.preventDefault();
        return submitModal(app, { modal, submit, problem });
      },
    },
    el('header', {}, el('h2', { id: 'modal-title' }, modal.title?.text), closeButton(texts.close, close)),
    el('div', { class: 'modal-body' }, problem, drawBlocks(modal.blocks, surface)),
    el(
      'footer',
      {},
      el('button', { type: 'button', class: 's-button', onclick: close }, modal.close?.text ?? texts.close),
      modal.submit && submit,
    ),
  );
  dialog.replaceChildren(form);
  dialog.oncancel = (event) => {
    event.preventDefault();
    close();
  };
}

async function submitModal(app, { modal, submit, problem }) {
  const { fields } = shown;
  const values = {};
  let firstEmpty;
  for (const field of fields) {
    const value = field.read();
    const isEmpty = value === null || value.length === 0;
    field.showError(isEmpty && !field.isOptional ? app.texts.required : undefined);
    if (isEmpty && !field.isOptional) firstEmpty ??= field;
    values[field.blockId] = { ...values[field.blockId], [field.actionId]: value };
  }
  if (firstEmpty) return firstEmpty.focus();
  submit.disabled = true;
  submit.setAttribute('aria-busy', 'true');
  const label = `${modal.title.text}: ${modal.submit.text}`;
  problem.textContent =
    (await app.control('submit-view', { viewId: modal.id, values, label }, { isQuiet: true })) ?? '';
  submit.disabled = false;
  submit.removeAttribute('aria-busy');
}

function closeButton(label, close) {
  return el('button', { type: 'button', class: 'plain', 'aria-label': label, onclick: close }, '✕');
}

/** Where a person is in the dialog, for after it was drawn anew. */
function placeIn(dialog) {
  const { activeElement } = document;
  return {
    focus: dialog.contains(activeElement) ? activeElement.dataset.focus : undefined,
    scrollTop: dialog.querySelector('.modal-body')?.scrollTop,
  };
}

function putBack(dialog, { focus, scrollTop = 0 }) {
  const before = [...dialog.querySelectorAll('[data-focus]')].find((node) => node.dataset.focus === focus);
  if (before) before.focus();
  else focusFirst(dialog);
  dialog.querySelector('.modal-body').scrollTop = scrollTop;
}

function focusFirst(dialog) {
  const first = dialog.querySelector('.modal-body :is(input, select, textarea, button)');
  (first ?? dialog.querySelector('footer button')).focus();
}

/** Slack's question before a button acts. Resolves to whether the person means it. */
export function askToConfirm({ title, text, confirm, deny, style }, app) {
  return new Promise((resolve) => {
    const end = (answer) => () => {
      dialog.close();
      dialog.remove();
      resolve(answer);
    };
    const dialog = el(
      'dialog',
      { class: 'confirm', 'aria-labelledby': 'confirm-title', oncancel: end(false) },
      el('header', {}, el('h2', { id: 'confirm-title' }, title.text)),
      el('div', { class: 'modal-body' }, drawText(text, app)),
      el(
        'footer',
        {},
        el('button', { type: 'button', class: 's-button', onclick: end(false) }, deny.text),
        el(
          'button',
          { type: 'button', class: `s-button ${style ?? 'primary'}`, onclick: end(true) },
          confirm.text,
        ),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector('footer button:last-child').focus();
  });
}
