import { el } from './dom.js';
import { clockOf, dayOf, formatTime, instantOf } from './time.js';

// A person's own hands in Cal.com: moving and cancelling a booking, entries of a host's own.

export function openBooking(app, { booking, host, title }) {
  const { texts } = app;
  const { timeZone } = app.reader;
  const start = new Date(booking.start);
  const when = field(texts.moveTo, {
    type: 'datetime-local',
    value: `${dayOf(start, timeZone)}T${clockOf(start, timeZone)}`,
    required: true,
  });
  const reason = field(texts.reason, { type: 'text', required: true });
  const appointment = booking.metadata.appointmentId;
  openDialog(app, title, (act) => [
    facts([
      [texts.host, host.name],
      [texts.when, range(app, booking)],
      [texts.attendee, `${booking.attendee.name} · ${booking.attendee.email}`],
      [texts.status, booking.status],
      ...(appointment ? [[texts.appointment, `#${appointment}`]] : []),
    ]),
    form(texts.move, [when.node], () => {
      const [day, clock] = when.input.value.split('T');
      return act('move-booking', { uid: booking.uid, start: instantOf(day, clock, timeZone).toISOString() });
    }),
    form(
      texts.cancelBooking,
      [reason.node],
      () => act('cancel-booking', { uid: booking.uid, reason: reason.input.value }),
      'danger',
    ),
  ]);
}

export function openExternal(app, { entry, host }) {
  const { texts } = app;
  const { hostId, start, end, title } = entry;
  openDialog(app, title ?? texts.ownEntry, (act) => [
    facts([
      [texts.host, host.name],
      [texts.when, range(app, entry)],
    ]),
    form(texts.removeEntry, [], () => act('remove-external', { hostId, start, end }), 'danger'),
  ]);
}

export function openNewEntry(app, { host, days }) {
  const { texts, reader } = app;
  const today = dayOf(reader.now, reader.timeZone);
  const title = field(texts.what, { type: 'text' });
  const day = field(texts.day, {
    type: 'date',
    value: days.find((each) => each >= today) ?? days[0],
    required: true,
  });
  const from = field(texts.from, { type: 'time', value: '10:00', required: true });
  const until = field(texts.until, { type: 'time', value: '12:00', required: true });
  const at = ({ input }) => instantOf(day.input.value, input.value, reader.timeZone).toISOString();
  openDialog(app, texts.addEntry(host.name), (act) => [
    form(texts.add, [title.node, day.node, el('div', { class: 'side-by-side' }, from.node, until.node)], () =>
      act('add-external', {
        hostId: host.id,
        start: at(from),
        end: at(until),
        ...(title.input.value && { title: title.input.value }),
      }),
    ),
  ]);
}

/** What a caller tells a voice agent; the answer is the sentence that the agent may speak. */
export function openDoor(app) {
  const { texts } = app;
  const asked = Object.entries(texts.wish).map(([name, label]) => ({
    name,
    ...field(label, { type: 'text', name, required: ['name', 'service', 'date', 'time'].includes(name) }),
  }));
  openDialog(
    app,
    texts.askAppointment,
    (act) => [
      form(
        texts.ask,
        asked.map(({ node }) => node),
        () => {
          const wish = asked
            .map(({ name, input }) => [name, input.value])
            .filter(([, value]) => value !== '');
          return act('ask-appointment', {
            wish: Object.fromEntries([...wish, ['language', app.picture.person.language]]),
          });
        },
      ),
    ],
    'door-answer',
  );
}

function range({ reader }, { start, end }) {
  const day = formatTime(new Date(start), reader, { weekday: 'long', day: 'numeric', month: 'long' });
  const [from, until] = [start, end].map((at) => clockOf(new Date(at), reader.timeZone));
  return `${day}, ${from}–${until}`;
}

/** `draw` gets a function that does something, shows what came back, and closes the dialog when nothing did. */
function openDialog(app, title, draw, answerStyle = 'field-error') {
  const problem = el('p', { class: answerStyle, role: 'alert' });
  const close = () => dialog.close();
  async function act(name, body) {
    problem.textContent = (await app.control(name, body, { isQuiet: true })) ?? '';
    if (problem.textContent === '') close();
  }
  const dialog = el(
    'dialog',
    { class: 'entry-dialog', 'aria-labelledby': 'entry-title', onclose: () => dialog.remove() },
    el(
      'header',
      {},
      el('h2', { id: 'entry-title' }, title),
      el('button', { type: 'button', class: 'plain', 'aria-label': app.texts.close, onclick: close }, '✕'),
    ),
    el('div', { class: 'modal-body' }, problem, draw(act)),
  );
  document.body.append(dialog);
  dialog.showModal();
}

function facts(pairs) {
  return el(
    'dl',
    {},
    pairs.map(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]),
  );
}

function field(label, attributes) {
  const input = el('input', attributes);
  return { input, node: el('label', { class: 'stacked' }, el('span', {}, label), input) };
}

function form(label, nodes, act, style = 'primary') {
  return el(
    'form',
    {
      class: 'entry-form',
      onsubmit: (event) => {
        event.preventDefault();
        return act();
      },
    },
    nodes,
    el('button', { class: `s-button ${style}` }, label),
  );
}
