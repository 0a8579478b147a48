import { el, find, keep } from './dom.js';
import { openBooking, openExternal, openNewEntry } from './entry-dialog.js';
import { addDays, clockOf, dayOf, formatTime, instantOf, weekdayOf } from './time.js';

// Cal.com's side: one week, a row for each host, a column for each day.

const FRESH_MS = 4_000;
const known = new Map();
let monday;

export function renderCalendar(app) {
  const { calendar } = app.picture;
  const { timeZone, now } = app.reader;
  monday ??= mondayOf(dayOf(now, timeZone));
  noteChanges(calendar.bookings);
  const days = daysOf(calendar, timeZone);
  renderHead(app, days);
  const isToday = (day) => day === dayOf(app.reader.now, timeZone);
  find('#week-days').replaceChildren(
    el('th', { scope: 'col' }, app.texts.host),
    ...days.map((day) =>
      el(
        'th',
        {
          scope: 'col',
          class: isToday(day) ? 'today' : '',
          'aria-current': isToday(day) ? 'date' : undefined,
        },
        formatTime(instantOf(day, '12:00', timeZone), app.reader, {
          weekday: 'short',
          day: 'numeric',
          month: 'numeric',
        }),
      ),
    ),
  );
  const rows = calendar.hosts.map((host, at) => ({
    host,
    hue: at % 8,
    cells: days.map((day) => entriesOf(app, host, day)),
  }));
  keep(find('#week-rows'), rows, {
    keyOf: ({ host }) => host.id,
    versionOf: (row) => JSON.stringify([row, days, app.picture.person.language]),
    draw: (row) => drawRow(app, row, days),
  });
}

function mondayOf(day) {
  return addDays(day, 1 - weekdayOf(day));
}

/** Monday to Saturday, and Sunday when something stands there. */
function daysOf({ bookings, external }, timeZone) {
  const week = [0, 1, 2, 3, 4, 5, 6].map((at) => addDays(monday, at));
  const isUsed = [...bookings, ...external].some(({ start }) => dayOf(new Date(start), timeZone) === week[6]);
  return isUsed ? week : week.slice(0, 6);
}

function renderHead(app, days) {
  const { picture, reader, texts } = app;
  const { timeZone } = reader;
  const counted = (from) => {
    const until = addDays(from, 7);
    return picture.calendar.bookings.filter(({ start }) => {
      const day = dayOf(new Date(start), timeZone);
      return day >= from && day < until;
    }).length;
  };
  const label = (day) =>
    formatTime(instantOf(day, '12:00', timeZone), reader, { day: 'numeric', month: 'long' });
  find('#week-title').textContent = `${label(days[0])} – ${label(days.at(-1))}`;
  find('#week-count').textContent =
    `${texts.week(weekNumber(monday))} · ${texts.bookingsOf(counted(monday), picture.calendar.bookings.length)}`;
  const step = (selector, { to, text, name }) => {
    const button = find(selector);
    button.textContent = text;
    button.setAttribute('aria-label', name);
    button.onclick = () => {
      monday = to;
      renderCalendar(app.now());
    };
  };
  const [previous, next] = [addDays(monday, -7), addDays(monday, 7)];
  step('#week-previous', {
    to: previous,
    text: `‹ ${counted(previous)}`,
    name: `${texts.previousWeek}, ${texts.bookings(counted(previous))}`,
  });
  step('#week-next', {
    to: next,
    text: `${counted(next)} ›`,
    name: `${texts.nextWeek}, ${texts.bookings(counted(next))}`,
  });
  step('#week-today', { to: mondayOf(dayOf(reader.now, timeZone)), text: texts.today, name: texts.today });
}

/** ISO 8601: the week that holds the year's first Thursday is the first. */
function weekNumber(day) {
  const thursday = addDays(day, 3);
  const first = Date.parse(`${thursday.slice(0, 4)}-01-01T12:00:00Z`);
  return Math.floor((Date.parse(`${thursday}T12:00:00Z`) - first) / (7 * 24 * 3_600_000)) + 1;
}

function entriesOf({ picture, reader }, host, day) {
  const { bookings, external, eventTypes } = picture.calendar;
  const isHere = ({ hostId, coHostIds = [], start }) =>
    (hostId === host.id || coHostIds.includes(host.id)) && dayOf(new Date(start), reader.timeZone) === day;
  const titleOf = (booking) =>
    eventTypes.find(({ id }) => id === booking.eventTypeId)?.title ?? booking.title;
  return [
    ...bookings.filter(isHere).map((booking) => ({
      kind: 'booking',
      booking,
      start: booking.start,
      end: booking.end,
      title: titleOf(booking),
      isFresh: known.get(booking.uid)?.isFresh === true,
    })),
    ...external.filter(isHere).map((entry) => ({ kind: 'external', entry, ...entry })),
  ].toSorted((a, b) => Date.parse(a.start) - Date.parse(b.start));
}

/** What came or moved since the last picture is fresh for a moment; what stood there at first is not. */
function noteChanges(bookings) {
  const isFirst = known.size === 0;
  const atMs = performance.now();
  for (const { uid, start, hostId } of bookings) {
    const place = `${start}/${hostId}`;
    const before = known.get(uid);
    if (before?.place === place) before.isFresh = before.isFresh && atMs - before.atMs < FRESH_MS;
    else known.set(uid, { place, atMs, isFresh: !isFirst });
  }
}

function drawRow(app, { host, hue, cells }, days) {
  const { texts } = app;
  const mailbox = host.email.split('@')[0];
  return el(
    'tr',
    {},
    el(
      'th',
      { scope: 'row' },
      el('span', { class: `dot hue-${hue}`, 'aria-hidden': true }),
      el('span', { class: 'host-name' }, host.name),
      el('small', { class: 'quiet' }, host.calendarBroken ? `⚠ ${texts.calendarBroken}` : mailbox),
      el(
        'button',
        {
          type: 'button',
          class: 'plain add',
          'aria-label': texts.addEntry(`${host.name} (${mailbox})`),
          title: texts.addEntry(host.name),
          'data-focus': `add/${host.id}`,
          onclick: () => openNewEntry(app.now(), { host, days }),
        },
        '+',
      ),
    ),
    cells.map((entries) =>
      el(
        'td',
        {},
        el(
          'ul',
          {},
          entries.map((entry) => el('li', {}, drawEntry(app, { entry, host, hue }))),
        ),
      ),
    ),
  );
}

function drawEntry(app, { entry, host, hue }) {
  const { texts, reader } = app;
  const { timeZone } = reader;
  const { kind, start, end, title, booking, isFresh } = entry;
  const isBooking = kind === 'booking';
  const [from, until] = [start, end].map((at) => clockOf(new Date(at), timeZone));
  const shownTitle = title ?? texts.ownEntry;
  const person = isBooking ? booking.attendee.name : texts.ownEntry;
  return el(
    'button',
    {
      type: 'button',
      class: `entry ${kind} hue-${hue} ${isFresh ? 'fresh' : ''} ${booking?.status ?? ''}`,
      'data-uid': booking?.uid,
      'data-appointment': booking?.metadata.appointmentId,
      'data-focus': `entry/${booking?.uid ?? start}`,
      'aria-label': `${host.name}, ${from}–${until}, ${shownTitle}, ${person}`,
      onclick: () =>
        isBooking
          ? openBooking(app.now(), { booking, host, title: shownTitle })
          : openExternal(app.now(), { entry: entry.entry, host }),
    },
    el('span', { class: 'entry-time' }, `${from}–${until}`),
    el('span', { class: 'entry-title' }, shownTitle),
    el(
      'span',
      { class: 'entry-person' },
      booking?.status === 'pending' ? `${person} · ${texts.pending}` : person,
    ),
  );
}
