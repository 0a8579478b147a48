import type { types } from '@slack/bolt';
import type { Content, ContentButton, ContentPicture, Tone, Way } from '../alerts/content.ts';
import {
  actorElement,
  bold,
  bulletList,
  cut,
  factElements,
  plain,
  plainText,
  preformatted,
  richText,
  section,
} from './rich-text.ts';

export interface SlackMessage {
  text: string;
  blocks: types.KnownBlock[];
}

// Slack's limits (Block Kit reference), and for the lists ours: one message stays under 10,000 characters.
const HEADER_LENGTH_MAX = 150;
const TEXT_LENGTH_MAX = 3_000;
const PARAGRAPH_LENGTH_MAX = 500;
const PARAGRAPHS_MAX = 5;
const VALUE_LENGTH_MAX = 120;
const FACTS_MAX = 15;
const ITEM_LENGTH_MAX = 150;
const ITEMS_MAX = 12;
const NUMBERS_LENGTH_MAX = 6_000;
const ALT_TEXT_LENGTH_MAX = 2_000;
const NOTE_LENGTH_MAX = 150;
const NOTES_MAX = 4;
const BUTTON_LENGTH_MAX = 75;
const ROW_BUTTONS = 4;

export const icons: Record<Tone, string> = {
  critical: '🔴',
  warning: '🟠',
  notice: '🔵',
  good: '🟢',
  done: '✅',
  plain: '',
};

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

function lineBlocks({ tone, actor, headline, paragraphs, facts, buttons }: Content): types.KnownBlock[] {
  const icon = icons[tone];
  const parts = [
    ...(icon ? [plain(`${icon} `)] : []),
    ...(actor === null ? [] : [actorElement(actor), plain(' ')]),
    paragraphs.length + facts.length > 0 ? bold(headline) : plain(cut(headline, PARAGRAPH_LENGTH_MAX)),
    ...paragraphs
      .slice(0, PARAGRAPHS_MAX)
      .map((paragraph) => plain(` ${cut(paragraph, PARAGRAPH_LENGTH_MAX)}`)),
    ...facts
      .slice(0, FACTS_MAX)
      .flatMap((fact, index) => [plain(index === 0 ? ' ' : ' · '), ...factElements(fact, VALUE_LENGTH_MAX)]),
  ];
  return [richText([section(parts)]), ...buttonRows(buttons)];
}

function fullBlocks(content: Content): types.KnownBlock[] {
  const { tone, headline, paragraphs, facts, items, numbers, command, picture, notes, buttons } = content;
  const lines = paragraphs.slice(0, PARAGRAPHS_MAX);
  return [
    { type: 'header', text: plainText(`${icons[tone]} ${headline}`, HEADER_LENGTH_MAX) },
    ...(lines.length > 0
      ? [richText(lines.map((line) => section([plain(cut(line, PARAGRAPH_LENGTH_MAX))])))]
      : []),
    ...(command === null ? [] : [richText([preformatted(command)])]),
    ...(items.length > 0 ? [richText([bulletList(items.slice(0, ITEMS_MAX), ITEM_LENGTH_MAX)])] : []),
    ...(numbers === null ? [] : [richText([section([plain(cut(numbers, NUMBERS_LENGTH_MAX))])])]),
    ...(facts.length > 0
      ? [richText(facts.slice(0, FACTS_MAX).map((fact) => section(factElements(fact, VALUE_LENGTH_MAX))))]
      : []),
    ...(picture === null ? [] : [pictureBlock(picture)]),
    ...(notes.length > 0 ? [noteBlock(notes.slice(0, NOTES_MAX))] : []),
    ...buttonRows(buttons),
  ];
}

/** In rows, so that what is done most often stands together. */
export function buttonRows(buttons: ContentButton[]): types.KnownBlock[] {
  const rows: types.KnownBlock[] = [];
  for (let from = 0; from < buttons.length; from += ROW_BUTTONS) {
    const elements = buttons.slice(from, from + ROW_BUTTONS).map(buttonElement);
    rows.push({ type: 'actions', elements });
  }
  return rows;
}

export function buttonElement({ action, label, value, isPrimary, confirm }: ContentButton): types.Button {
  return {
    type: 'button',
    action_id: action,
    ...(isPrimary && { style: 'primary' as const }),
    ...(value !== undefined && { value }),
    text: plainText(label, BUTTON_LENGTH_MAX),
    ...(confirm && { confirm: confirmObject(confirm) }),
  };
}

/** Buttons that lead on, in one row. */
export function wayRow(ways: Way[]): types.ActionsBlock[] {
  if (ways.length === 0) return [];
  const elements = ways.map(
    ({ id, label, value, url, isHere }): types.Button => ({
      type: 'button',
      action_id: id,
      text: plainText(label, BUTTON_LENGTH_MAX),
      ...(isHere && { style: 'primary' as const }),
      ...(value !== undefined && { value }),
      ...(url !== undefined && { url }),
    }),
  );
  return [{ type: 'actions', elements }];
}

function confirmObject({
  title,
  text,
  yes,
  no,
}: NonNullable<ContentButton['confirm']>): types.ConfirmationDialog {
  return {
    title: plainText(title, 100),
    text: plainText(text, 300),
    confirm: plainText(yes, 30),
    deny: plainText(no, 30),
  };
}

function pictureBlock({ fileId, altText }: ContentPicture): types.ImageBlock {
  return { type: 'image', slack_file: { id: fileId }, alt_text: cut(altText, ALT_TEXT_LENGTH_MAX) };
}

function noteBlock(notes: string[]): types.ContextBlock {
  return { type: 'context', elements: notes.map((note) => plainText(note, NOTE_LENGTH_MAX)) };
}

/** The three characters that Slack's message text gives a meaning to (Slack, formatting text). */
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
