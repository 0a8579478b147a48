import type { types } from '@slack/bolt';
import { z } from 'zod';
import type { Content } from '../alerts/content.ts';
import type { Appendix, Choice, Dialog, Field, Shown, Submission } from '../alerts/dialog.ts';
import type { Voice } from '../alerts/voice.ts';
import { contentsMessage, wayRow } from './content-message.ts';
import {
  actorElement,
  bold,
  cut,
  factElements,
  plain,
  plainText,
  preformatted,
  richText,
  section,
} from './rich-text.ts';

// Slack's limits (Block Kit reference, views), and for texts ours.
const TITLE_LENGTH_MAX = 24;
const LABEL_LENGTH_MAX = 150;
const HINT_LENGTH_MAX = 300;
const OPTION_LENGTH_MAX = 75;
const OPTIONS_MAX = 100;
const PARAGRAPH_LENGTH_MAX = 1_000;
const VALUE_LENGTH_MAX = 300;
const RAW_LENGTH_MAX = 2_000;
const WHEN_LENGTH_MAX = 40;
const LINES_MAX = 20;
const APPENDICES_MAX = 5;

/** A dialog as Slack's modal: the fields' ids are block and action ids, what was shown travels along. */
export function dialogView(dialog: Dialog): types.ModalView {
  const { action, title, paragraphs, facts, fields, appendices, ways = [], submit, close, shown } = dialog;
  return {
    type: 'modal',
    callback_id: action,
    title: titleOf(title),
    ...(submit !== null && { submit: titleOf(submit) }),
    close: titleOf(close),
    private_metadata: JSON.stringify(shown),
    blocks: [
      ...lineBlock(
        paragraphs
          .slice(0, LINES_MAX)
          .map((line) => section([plain(`${cut(line, PARAGRAPH_LENGTH_MAX)}\n`)])),
      ),
      ...lineBlock(
        facts
          .slice(0, LINES_MAX)
          .map((fact) => section([...factElements(fact, VALUE_LENGTH_MAX), plain('\n')])),
      ),
      ...fields.map(inputBlock),
      ...appendices.slice(0, APPENDICES_MAX).map(appendixBlock),
      ...wayRow(ways),
    ],
  };
}

function lineBlock(lines: types.RichTextSection[]): types.RichTextBlock[] {
  return lines.length === 0 ? [] : [richText(lines)];
}

/** Shown at once, while the dialog is being filled or what was entered is being saved. */
export function waitingView(
  text: string,
  { title, close }: { title: string; close: string },
): types.ModalView {
  return {
    type: 'modal',
    title: titleOf(title),
    close: titleOf(close),
    blocks: [{ type: 'section', text: plainText(text, PARAGRAPH_LENGTH_MAX) }],
  };
}

/** Contents in place of a dialog, for nobody but who opened it. */
export function contentView(shown: Content | Content[], title: string, { texts }: Voice): types.ModalView {
  const { blocks } = contentsMessage([shown].flat().map((content) => ({ ...content, buttons: [] })));
  return { type: 'modal', title: titleOf(title), close: titleOf(texts.dialogs.close), blocks };
}

function inputBlock(field: Field): types.InputBlock {
  return {
    type: 'input',
    block_id: field.id,
    optional: field.isOptional,
    label: plainText(field.label, LABEL_LENGTH_MAX),
    ...(field.hint !== undefined && { hint: plainText(field.hint, HINT_LENGTH_MAX) }),
    element: inputElement(field),
  };
}

function inputElement(field: Field): types.InputBlock['element'] {
  const { id: action_id } = field;
  switch (field.kind) {
    case 'choice': {
      const options = field.choices.slice(0, OPTIONS_MAX).map(optionOf);
      const initial = options.find(({ value }) => value === field.initial);
      return { type: 'static_select', action_id, options, ...(initial && { initial_option: initial }) };
    }
    case 'date':
      return { type: 'datepicker', action_id, ...(field.initial && { initial_date: field.initial }) };
    case 'time':
      return { type: 'timepicker', action_id, ...(field.initial && { initial_time: field.initial }) };
    case 'text':
      return {
        type: 'plain_text_input',
        action_id,
        multiline: field.isLong,
        max_length: field.lengthMax,
        ...(field.initial && { initial_value: cut(field.initial, field.lengthMax) }),
      };
  }
}

export function optionOf({ value, label, note }: Choice): types.PlainTextOption {
  return {
    value,
    text: plainText(label, OPTION_LENGTH_MAX),
    ...(note !== undefined && { description: plainText(note, OPTION_LENGTH_MAX) }),
  };
}

function appendixBlock({ heading, lines, raw }: Appendix): types.RichTextBlock {
  return richText([
    section([bold(heading), plain('\n')]),
    ...lines
      .slice(0, LINES_MAX)
      .map(({ when, actor, text }) =>
        section([
          plain(`${cut(when, WHEN_LENGTH_MAX)} · `),
          ...(actor === null ? [] : [actorElement(actor), plain(' ')]),
          plain(`${cut(text, VALUE_LENGTH_MAX)}\n`),
        ]),
      ),
    ...(raw ? [preformatted(cut(raw, RAW_LENGTH_MAX))] : []),
  ]);
}

export function titleOf(text: string): types.PlainTextElement {
  return plainText(text, TITLE_LENGTH_MAX);
}

const oneShown = z.object({
  appointmentId: z.int().positive(),
  status: z.string(),
  startsAtText: z.string(),
  staffId: z.string().nullable(),
  contactHash: z.string(),
});
const shownShape = oneShown.extend({
  other: oneShown.exactOptional(),
  offered: z.string().exactOptional(),
  busy: z.array(z.string()).exactOptional(),
  warnedOf: z.string().exactOptional(),
}) satisfies z.ZodType<Shown>;

type Entered = {
  value?: unknown;
  selected_date?: unknown;
  selected_time?: unknown;
  selected_option?: unknown;
};

/** What Slack sends of a filled-in dialog. Throws when it is not one of `dialogView`'s. */
export function readSubmission(
  action: Submission['action'],
  view: { private_metadata: string; state: { values: Record<string, Record<string, object>> } },
): Submission {
  const values = Object.entries(view.state.values).map(([id, elements]) => [
    id,
    enteredIn(elements[id] ?? {}),
  ]);
  return {
    action,
    shown: shownShape.parse(JSON.parse(view.private_metadata)),
    values: Object.fromEntries(values),
  };
}

function enteredIn({ value, selected_date, selected_time, selected_option }: Entered): string | null {
  const chosen = (selected_option as { value?: unknown } | null | undefined)?.value;
  const given = value ?? selected_date ?? selected_time ?? chosen;
  return typeof given === 'string' && given !== '' ? given : null;
}
