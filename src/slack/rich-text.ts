import type { types } from '@slack/bolt';
import type { Fact } from '../alerts/content.ts';

// Pieces of Block Kit in which Slack parses nothing that people wrote: no mention, no link, no formatting.

const SLACK_USER = /^[UW][A-Z0-9]{2,20}$/;
const SLACK_GROUP = /^S[A-Z0-9]{2,20}$/;
const LABEL_LENGTH_MAX = 60;
const WORDS_LENGTH_MAX = 40;
const BOLD_LENGTH_MAX = 150;

export function richText(elements: types.RichTextBlock['elements']): types.RichTextBlock {
  return { type: 'rich_text', elements };
}

export function section(elements: types.RichTextElement[]): types.RichTextSection {
  return { type: 'rich_text_section', elements };
}

export function bulletList(items: string[], lengthMax: number): types.RichTextList {
  const elements = items.map((item) => section([plain(cut(item, lengthMax))]));
  return { type: 'rich_text_list', style: 'bullet', elements };
}

export function preformatted(text: string): types.RichTextPreformatted {
  return { type: 'rich_text_preformatted', elements: [{ type: 'text', text }] };
}

export function plain(text: string): types.RichTextElement {
  return { type: 'text', text };
}

export function bold(text: string): types.RichTextElement {
  return { type: 'text', text: cut(text, BOLD_LENGTH_MAX), style: { bold: true } };
}

/** `lengthMax` in UTF-16 units; emoji codes such as `:warning:` stay as they were written. Slack takes no empty text. */
export function plainText(text: string, lengthMax: number): types.PlainTextElement {
  return { type: 'plain_text', text: cut(text, lengthMax) || '–', emoji: false };
}

/**
 * A label, its value and, where there is one, the moment in the reader's words and the person. Without a label, the
 * person and then the value.
 */
export function factElements(
  { label, value, moment, actor }: Fact,
  valueLengthMax: number,
): types.RichTextElement[] {
  const shown = cut(value, valueLengthMax);
  if (label === '') return [...(actor === undefined ? [] : [actorElement(actor), plain(': ')]), plain(shown)];
  return [
    bold(`${cut(label, LABEL_LENGTH_MAX)}: `),
    ...(value === '' ? [] : [plain(actor === undefined ? shown : `${shown} `)]),
    ...(moment ? [plain(' ('), relativeDate(moment.at, moment.inWords), plain(')')] : []),
    ...(actor === undefined ? [] : [actorElement(actor)]),
  ];
}

export function actorElement(actor: string): types.RichTextElement {
  if (SLACK_GROUP.test(actor)) return { type: 'usergroup', usergroup_id: actor };
  return SLACK_USER.test(actor) ? { type: 'user', user_id: actor } : plain(cut(actor, WORDS_LENGTH_MAX));
}

/** Slack counts on in the reader's language; the words serve where it cannot. */
function relativeDate(at: Date, inWords: string): types.RichTextElement {
  return {
    type: 'date',
    timestamp: Math.floor(at.getTime() / 1_000),
    format: '{ago}',
    fallback: cut(inWords, WORDS_LENGTH_MAX),
  };
}

/** At most `lengthMax` UTF-16 units, which is what Slack counts, and no half character at the end. */
export function cut(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  return `${text.slice(0, lengthMax - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
