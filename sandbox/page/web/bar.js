import { el, find, keep } from './dom.js';
import { formatTime } from './time.js';

/** The bar below: the loop in one line, and what people and the bot just did. */
export function renderBar(app) {
  const { picture, texts } = app;
  find('#loop').textContent = texts.loop;
  find('#deeds-title').textContent = texts.whatHappened;
  const deeds = numbered(picture.deeds).toReversed();
  keep(find('#deeds'), deeds, {
    keyOf: ({ key }) => key,
    versionOf: (deed) => picture.person.language + JSON.stringify(deed),
    draw: (deed) => drawDeed(deed, app),
  });
}

/** Deeds of one instant get numbers, so that each keeps its place in the list. */
function numbered(deeds) {
  const counts = new Map();
  return deeds.map((deed) => {
    const base = `${deed.at}/${deed.what}`;
    counts.set(base, (counts.get(base) ?? 0) + 1);
    return { ...deed, key: `${base}/${counts.get(base)}` };
  });
}

function drawDeed({ at, who, what, about, failed }, app) {
  const { reader, texts } = app;
  const status = about.status === 'none' ? texts.noAnswer : about.status;
  return el(
    'li',
    { class: `deed by-${who} ${failed ? 'failed' : ''}` },
    el(
      'time',
      { class: 'quiet' },
      formatTime(new Date(at), reader, { hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    ),
    el('span', { class: 'deed-text' }, sentence(what, about, app)),
    status !== undefined && el('span', { class: 'status' }, `${failed ? '✗' : '✓'} ${status}`),
    status === undefined && failed && el('span', { class: 'status' }, '✗'),
  );
}

function sentence(what, about, { reader, texts }) {
  const say = texts.deeds[what];
  if (!say) return what;
  const start =
    about.start &&
    formatTime(new Date(about.start), reader, {
      weekday: 'short',
      day: 'numeric',
      month: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
    });
  return say({
    who: reader.names.users.get(about.person) ?? about.person,
    text: about.text ?? '…',
    appointment: about.appointment ? `#${about.appointment}` : texts.booking,
    start,
    fault: about.fault && faultWords(about.fault, texts),
  });
}

function faultWords(name, { faults, faultGroups }) {
  return name in faults ? `${faultGroups[name.split('-')[0]]} ${faults[name]}` : `Cal.com: ${name}`;
}
