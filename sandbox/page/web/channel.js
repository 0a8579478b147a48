import { drawComposer } from './composer.js';
import { el, find, keep } from './dom.js';
import { dateOf, drawMessage } from './message.js';
import { dayOf, formatTime } from './time.js';

const NEAR_END_PX = 80;
let shownPlace = '';

/** The open channel or thread: its messages in order, days between them, and the message box. */
export function renderChannel(app) {
  const { picture, place, texts } = app;
  const channel = picture.channels.find(({ id }) => id === place.channel);
  const parent = place.thread && channel.messages.find(({ ts }) => ts === place.thread);
  const list = find('#messages');
  renderHead(app, channel, parent);
  const name = `${picture.person.id}/${channel.id}/${parent ? place.thread : ''}`;
  const isOpened = name !== shownPlace;
  const wasAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX;
  shownPlace = name;
  list.setAttribute('aria-label', parent ? texts.thread : texts.messages);
  const items = parent ? threadItems(parent, channel) : channelItems(app, channel);
  keep(list, items, {
    keyOf: ({ key }) => `${name}/${key}`,
    versionOf: (item) => picture.person.language + JSON.stringify(item),
    draw: (item) => drawItem(item, app, parent ? {} : { openThread: app.openThread }),
  });
  if (isOpened) scrollToNews(list, app.unreadFrom() === '');
  else if (wasAtEnd) list.scrollTop = list.scrollHeight;
  drawComposer(app, { channel, thread: parent ? place.thread : undefined, name });
}

function renderHead({ texts, closeThread }, channel, parent) {
  const head = find('#channel-head');
  const [mark, name] = channel.kind === 'direct' ? ['', '🤖'] : ['# ', channel.name];
  head.replaceChildren(
    el('h2', {}, parent ? `${texts.thread} · ${mark}${name}` : `${mark}${name}`),
    parent
      ? el(
          'button',
          { type: 'button', class: 'plain', 'aria-label': texts.closeThread, onclick: closeThread },
          '✕',
        )
      : '',
  );
}

function channelItems(app, channel) {
  const messages = [...channel.messages, ...channel.ephemerals.filter(({ threadTs }) => !threadTs)].toSorted(
    byTs,
  );
  if (messages.length === 0) return [{ key: 'empty', kind: 'empty' }];
  const from = app.unreadFrom();
  const items = [];
  let day = '';
  let isNewMarked = false;
  for (const message of messages) {
    const messageDay = dayOf(dateOf(message), app.reader.timeZone);
    if (messageDay !== day) items.push({ key: `day/${messageDay}`, kind: 'day', ts: message.ts });
    day = messageDay;
    if (!isNewMarked && message.ts > from && from !== '') {
      items.push({ key: 'new', kind: 'new' });
      isNewMarked = true;
    }
    items.push({ key: message.ts, kind: 'message', message });
  }
  return items;
}

function threadItems(parent, channel) {
  const own = channel.ephemerals.filter(({ threadTs }) => threadTs === parent.ts);
  const { replies, ...first } = parent;
  return [first, ...[...replies, ...own].toSorted(byTs)].map((message) => ({
    key: message.ts,
    kind: 'message',
    message,
  }));
}

const byTs = (one, other) => one.ts.localeCompare(other.ts);

function drawItem({ kind, message, ts }, app, options) {
  const { texts, reader } = app;
  if (kind === 'empty') return el('p', { class: 'quiet empty' }, texts.emptyChannel);
  if (kind === 'new') return el('p', { class: 'divider new' }, el('span', {}, texts.new));
  if (kind === 'message') return drawMessage(message, app, options);
  const day = formatTime(dateOf({ ts }), reader, { weekday: 'long', day: 'numeric', month: 'long' });
  return el('p', { class: 'divider' }, el('span', {}, day));
}

/** Where reading goes on; who has read nothing yet begins at the beginning. */
function scrollToNews(list, isFirstTime) {
  const news = list.querySelector('.divider.new');
  if (news) list.scrollTop = news.offsetTop - list.offsetTop;
  else list.scrollTop = isFirstTime ? 0 : list.scrollHeight;
}
