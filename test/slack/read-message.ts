import type { SlackMessage } from '../../src/slack/content-message.ts';

type Part = { [key: string]: unknown };

/** A Slack message as a person reads it: every text of its blocks, in order, a line for each line on the screen. */
export function readMessage({ blocks }: { blocks: SlackMessage['blocks'] | Part[] }): string {
  return (blocks as Part[]).map(readPart).join('\n');
}

function readPart(part: Part): string {
  switch (part.type) {
    case 'text':
    case 'plain_text':
    case 'mrkdwn':
      return String(part.text);
    case 'date':
      return String(part.fallback);
    case 'user':
      return `@${part.user_id}`;
    case 'usergroup':
      return `@${part.usergroup_id}`;
    case 'rich_text_section':
      return readParts(part.elements).join('');
    case 'rich_text_list':
      return readParts(part.elements)
        .map((line) => `• ${line}`)
        .join('\n');
    case 'image':
      return `[${part.alt_text}]`;
    case 'button':
    case 'header':
      return readPart(part.text as Part);
    default:
      return readParts(part.elements).join('\n');
  }
}

function readParts(parts: unknown): string[] {
  return (parts as Part[]).map(readPart);
}
