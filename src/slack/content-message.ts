import type { types } from '@slack/bolt';
import type { Content, ContentButton, Fact, Tone } from '../alerts/content.ts';

export interface SlackMessage {
  text: string;
  blocks: types.KnownBlock[];
}

// Slack's limits (Block Kit reference), and for the lists ours: one message stays under 10,000 characters.
const HEADER_LENGTH_MAX = 150;
const TEXT_LENGTH_MAX = 3_000;
const PARAGRAPH_LENGTH_MAX = 500;
const PARAGRAPHS_MAX = 5;
const LABEL_LENGTH_MAX = 60;
const VALUE_LENGTH_MAX = 120;
const WORDS_LENGTH_MAX = 40;
const FACTS_MAX = 15;
const ITEM_LENGTH_MAX = 150;
const ITEMS_MAX = 12;
const NOTE_LENGTH_MAX = 150;
const NOTES_MAX = 4;
const BUTTON_LENGTH_MAX = 75;

const icons: Record<Tone, string> = {
  critical: '🔴',
  warning: '🟠',
  notice: '🔵',
  good: '🟢',
  done: '✅',
  plain: '',
};

const SLACK_USER = /^[UW][A-Z0-9]{2,20}$/;

/**
 * Renders a content as a whole Slack message. Everything that people wrote stands in plain or rich text, which Slack
 * does not parse for mentions, links or formatting.
 */
export function contentMessage(content: Content): SlackMessage {
  const isLine = content.tone === 'done' || content.tone === 'plain';
  const text = cut(escapeText(content.spoken), TEXT_LENGTH_MAX);
  return { text, blocks: isLine ? lineBlocks(content) : fullBlocks(content) };
}

/** Several contents as one message. */
export function contentsMessage(contents: Content[]): SlackMessage {
  const messages = contents.map(contentMessage);
  return {
    text: cut(messages.map(({ text }) => text).join(' '), TEXT_LENGTH_MAX),
    blocks: messages.flatMap(({ blocks }) => blocks),
  };
}

function lineBlocks({ tone, headline, paragraphs, facts }: Content): types.KnownBlock[] {
  const icon = icons[tone];
  const parts = [
    ...(icon ? [plain(`${icon} `)] : []),
    paragraphs.length + facts.length > 0 ? bold(headline) : plain(cut(headline, PARAGRAPH_LENGTH_MAX)),
    ...paragraphs
      .slice(0, PARAGRAPHS_MAX)
      .map((paragraph) => plain(` ${cut(paragraph, PARAGRAPH_LENGTH_MAX)}`)),
    ...facts
      .slice(0, FACTS_MAX)
      .flatMap((fact, index) => [plain(index === 0 ? ' ' : ' · '), ...factElements(fact)]),
  ];
  return [richText([section(parts)])];
}

function fullBlocks(content: Content): types.KnownBlock[] {
  const { tone, headline, paragraphs, facts, items, command, notes, buttons } = content;
  const lines = paragraphs.slice(0, PARAGRAPHS_MAX);
  return [
    { type: 'header', text: plainText(cut(`${icons[tone]} ${headline}`, HEADER_LENGTH_MAX)) },
    ...(lines.length > 0
      ? [richText(lines.map((line) => section([plain(cut(line, PARAGRAPH_LENGTH_MAX))])))]
      : []),
    ...(command === null ? [] : [richText([preformatted(command)])]),
    ...(items.length > 0 ? [richText([bulletList(items.slice(0, ITEMS_MAX))])] : []),
    ...(facts.length > 0
      ? [richText(facts.slice(0, FACTS_MAX).map((fact) => section(factElements(fact))))]
      : []),
    ...(notes.length > 0 ? [noteBlock(notes.slice(0, NOTES_MAX))] : []),
    ...(buttons.length > 0 ? [{ type: 'actions' as const, elements: buttons.map(buttonElement) }] : []),
  ];
}

function factElements({ label, value, moment, actor }: Fact): types.RichTextElement[] {
  return [
    bold(`${cut(label, LABEL_LENGTH_MAX)}: `),
    ...(value === '' ? [] : [plain(cut(value, VALUE_LENGTH_MAX))]),
    ...(moment ? [plain(' ('), relativeDate(moment.at, moment.inWords), plain(')')] : []),
    ...(actor === undefined ? [] : [actorElement(actor)]),
  ];
}

function actorElement(actor: string): types.RichTextElement {
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

function buttonElement({ action, label, confirm }: ContentButton): types.Button {
  return {
    type: 'button',
    action_id: action,
    style: 'primary',
    text: plainText(cut(label, BUTTON_LENGTH_MAX)),
    confirm: {
      title: plainText(cut(confirm.title, 100)),
      text: plainText(cut(confirm.text, 300)),
      confirm: plainText(cut(confirm.yes, 30)),
      deny: plainText(cut(confirm.no, 30)),
    },
  };
}

function noteBlock(notes: string[]): types.ContextBlock {
  return { type: 'context', elements: notes.map((note) => plainText(cut(note, NOTE_LENGTH_MAX))) };
}

function bulletList(items: string[]): types.RichTextList {
  const elements = items.map((item) => section([plain(cut(item, ITEM_LENGTH_MAX))]));
  return { type: 'rich_text_list', style: 'bullet', elements };
}

function richText(elements: types.RichTextBlock['elements']): types.RichTextBlock {
  return { type: 'rich_text', elements };
}

function section(elements: types.RichTextElement[]): types.RichTextSection {
  return { type: 'rich_text_section', elements };
}

function preformatted(text: string): types.RichTextPreformatted {
  return { type: 'rich_text_preformatted', elements: [{ type: 'text', text }] };
}

function plain(text: string): types.RichTextElement {
  return { type: 'text', text };
}

function bold(text: string): types.RichTextElement {
  return { type: 'text', text: cut(text, HEADER_LENGTH_MAX), style: { bold: true } };
}

function plainText(text: string): types.PlainTextElement {
  return { type: 'plain_text', text, emoji: false };
}

/** At most `lengthMax` UTF-16 units, which is what Slack counts, and no half character at the end. */
function cut(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  return `${text.slice(0, lengthMax - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** The three characters that Slack's message text gives a meaning to (Slack, formatting text). */
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
