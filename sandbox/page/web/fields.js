import { el } from './dom.js';
import { drawInput } from './inputs.js';
import { parsePlainText } from './mrkdwn.js';
import { drawInline } from './rich-text.js';

let fieldsDrawn = 0;

/** An input block of a form: label, input, hint and error. The form finds it in `surface.fields`. */
export function drawField(block, surface) {
  const { label, hint, optional, element, block_id: blockId, dispatch_action: dispatches } = block;
  fieldsDrawn += 1;
  const id = `field-${fieldsDrawn}`;
  const error = el('p', { class: 'field-error', id: `${id}-error`, role: 'alert' });
  const input = drawInput(element, {
    surface,
    name: `${blockId}/${element.action_id}`,
    labelledBy: `${id}-label`,
    describedBy: hint ? `${id}-hint ${id}-error` : `${id}-error`,
    state: surface.entered?.[blockId]?.[element.action_id] ?? surface.state?.[blockId]?.[element.action_id],
    ...(dispatches && {
      onChange: (value) => surface.act({ actionId: element.action_id, blockId, value }),
    }),
  });
  const node = el(
    'div',
    { class: 'b-input', 'data-block': blockId },
    el(
      'div',
      { class: 'field-label', id: `${id}-label` },
      drawInline(parsePlainText(label), surface.reader),
      optional && el('span', { class: 'quiet' }, ` ${surface.texts.optional}`),
    ),
    input.node,
    hint &&
      el('p', { class: 'field-hint', id: `${id}-hint` }, drawInline(parsePlainText(hint), surface.reader)),
    error,
  );
  const field = {
    blockId,
    actionId: element.action_id,
    type: element.type,
    isOptional: optional === true,
    read: input.read,
    showError(text) {
      error.textContent = text ?? '';
      node.classList.toggle('has-error', Boolean(text));
      const control = node.querySelector('input, select, textarea');
      if (text) control?.setAttribute('aria-invalid', 'true');
      else control?.removeAttribute('aria-invalid');
    },
    focus: () => node.querySelector('input, select, textarea')?.focus(),
  };
  surface.fields?.push(field);
  field.showError(surface.errors?.[blockId]);
  return node;
}
