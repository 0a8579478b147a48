import type { types } from '@slack/bolt';
import type { Content } from '../alerts/content.ts';
import type { Home } from '../alerts/home.ts';
import { buttonElement, buttonRows, contentMessage, icons, wayRow } from './content-message.ts';
import { bold, cut, factElements, plain, plainText, richText, section } from './rich-text.ts';

const HEADER_LENGTH_MAX = 150;
const PARAGRAPH_LENGTH_MAX = 500;
const ROW_LENGTH_MAX = 200;
const VALUE_LENGTH_MAX = 200;
const NOTE_LENGTH_MAX = 400;

/** The App Home; with 15 rows it takes some 50 of the 100 blocks that Slack allows. */
export function homeView(shown: Home | Content): types.HomeView {
  return { type: 'home', blocks: 'list' in shown ? homeBlocks(shown) : contentMessage(shown).blocks };
}

function homeBlocks(home: Home): types.KnownBlock[] {
  const { tone, headline, paragraphs, meaning, buttons, figures, list, engine } = home;
  return [
    header(`${icons[tone]} ${headline}`),
    richText([section([plain(cut(paragraphs.join(' '), PARAGRAPH_LENGTH_MAX))])]),
    smallPrint(meaning),
    ...buttonRows(buttons),
    { type: 'divider' },
    ...figures.flatMap(({ definition, ...fact }) => [
      richText([section(factElements(fact, VALUE_LENGTH_MAX))]),
      smallPrint(definition),
    ]),
    { type: 'divider' },
    header(list.heading),
    ...wayRow(list.filters),
    ...list.rows.map(rowBlock),
    smallPrint(list.note),
    ...wayRow(list.turns),
    ...(engine === null ? [] : engineBlocks(engine)),
  ];
}

function rowBlock({ text, button }: Home['list']['rows'][number]): types.SectionBlock {
  return {
    type: 'section',
    text: plainText(text, ROW_LENGTH_MAX),
    ...(button && { accessory: buttonElement(button) }),
  };
}

function engineBlocks({ heading, facts, asOf }: NonNullable<Home['engine']>): types.KnownBlock[] {
  const lines = facts.map((fact) => section([...factElements(fact, VALUE_LENGTH_MAX), plain('\n')]));
  return [{ type: 'divider' }, richText([section([bold(heading), plain('\n')]), ...lines]), smallPrint(asOf)];
}

function header(text: string): types.HeaderBlock {
  return { type: 'header', text: plainText(text, HEADER_LENGTH_MAX) };
}

function smallPrint(text: string): types.ContextBlock {
  return { type: 'context', elements: [plainText(text, NOTE_LENGTH_MAX)] };
}
