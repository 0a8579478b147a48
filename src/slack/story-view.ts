import type { types } from '@slack/bolt';
import type { Story, StoryLine } from '../alerts/story.ts';
import { wayRow } from './content-message.ts';
import { titleOf } from './dialog-view.ts';
import { actorElement, bold, cut, plain, plainText, preformatted, richText, section } from './rich-text.ts';

const LINE_LENGTH_MAX = 500;
const NOTE_LENGTH_MAX = 300;

/** A part of an appointment's story as Slack's modal. */
export function storyView({ title, lines, note, links, turns, close }: Story): types.ModalView {
  return {
    type: 'modal',
    title: titleOf(title),
    close: titleOf(close),
    blocks: [
      ...wayRow(links),
      ...lines.map(lineBlock),
      { type: 'context', elements: [plainText(note, NOTE_LENGTH_MAX)] },
      ...wayRow(turns),
    ],
  };
}

function lineBlock({ when, actor, text, raw }: StoryLine): types.RichTextBlock {
  return richText([
    section([
      ...(when === null ? [] : [bold(when), plain(' · ')]),
      ...(actor === null ? [] : [actorElement(actor), plain(' ')]),
      plain(cut(text, LINE_LENGTH_MAX)),
    ]),
    ...(raw === null ? [] : [preformatted(raw)]),
  ]);
}
