import { drawBlocks } from './blocks.js';
import { el } from './dom.js';
import { parseMrkdwn } from './mrkdwn.js';
import { drawRichText } from './rich-text.js';
import { formatTime } from './time.js';

/** One message as Slack draws it. `openThread` is left out inside a thread. */
export function drawMessage(message, app, { openThread } = {}) {
  const { reader, texts, picture } = app;
  const isBot = message.user === picture.bot.userId;
  const name = reader.names.users.get(message.user) ?? message.user;
  if (message.deleted)
    return el(
      'article',
      { class: 'message' },
      el('p', { class: 'quiet' }, texts.deleted),
      drawReplies(message, app, openThread),
    );
  return el(
    'article',
    { class: `message ${message.ephemeralTo ? 'ephemeral' : ''}`, 'data-ts': message.ts, 'aria-label': name },
    drawAvatar(message.user, name, isBot),
    el(
      'div',
      { class: 'message-body' },
      message.ephemeralTo && el('p', { class: 'only-you' }, '👁 ', texts.onlyYou),
      el(
        'header',
        {},
        el('strong', {}, name),
        isBot && el('span', { class: 'badge' }, texts.app),
        el(
          'time',
          { class: 'quiet', datetime: dateOf(message).toISOString() },
          formatTime(dateOf(message), reader),
        ),
      ),
      drawContent(message, app),
      drawReplies(message, app, openThread),
    ),
    openThread &&
      !message.ephemeralTo &&
      el(
        'div',
        { class: 'message-tools' },
        el(
          'button',
          {
            type: 'button',
            title: texts.replyInThread,
            'aria-label': texts.replyInThread,
            onclick: () => openThread(message.ts),
          },
          '💬',
        ),
      ),
  );
}

export function dateOf({ ts }) {
  return new Date(Number(ts) * 1_000);
}

function drawAvatar(id, name, isBot = false) {
  const hue = [...id].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 8, 7);
  return el(
    'span',
    { class: `avatar hue-${hue}`, 'aria-hidden': true },
    isBot ? '🤖' : name.slice(0, 1).toUpperCase(),
  );
}

function drawContent(message, app) {
  const { reader, texts } = app;
  const surface = app.surface((used) =>
    app.control('click', { channel: message.channel, ts: message.ts, ...used }),
  );
  const isEdited = message.edits > 0 && message.blocks.length === 0;
  const blocks = [...message.blocks, ...message.attachments.flatMap((attachment) => attachment.blocks ?? [])];
  return el(
    'div',
    { class: 'message-content' },
    blocks.length > 0 ? drawBlocks(blocks, surface) : drawRichText(parseMrkdwn(message.text), reader),
    isEdited && el('span', { class: 'quiet' }, ` ${texts.edited}`),
  );
}

function drawReplies({ replies = [], ts }, { texts, reader }, openThread) {
  const last = replies.at(-1);
  if (!openThread || !last) return null;
  return el(
    'button',
    { type: 'button', class: 'replies', onclick: () => openThread(ts), 'data-focus': `replies/${ts}` },
    el('strong', {}, texts.replies(replies.length)),
    el('span', { class: 'quiet' }, ` · ${texts.lastReply} ${formatTime(dateOf(last), reader)}`),
  );
}
