import { el, find, keep } from './dom.js';
import { openDoor } from './entry-dialog.js';
import { formatTime } from './time.js';

const LANGUAGES = { de: 'Deutsch', en: 'English' };

/** The strip above: who I am, the clock, and what can be broken. */
export function renderControls(app) {
  const { picture, texts } = app;
  const { role, language } = memberOf(picture, picture.person.id);
  // Whoever is chosen next builds on the last choice, whether or not its picture is here.
  const wanted = () => memberOf(picture, app.personWanted());
  find('#page-title').textContent = texts.title;
  const memberWith = (traits) =>
    picture.team.find((each) => each.role === traits.role && each.language === traits.language);
  renderSwitch('#role-switch', {
    title: texts.iAm,
    options: Object.entries(texts.roles),
    chosen: role,
    choose: (each) => app.become(memberWith({ ...wanted(), role: each }).id),
  });
  renderSwitch('#language-switch', {
    title: texts.language,
    options: Object.entries(LANGUAGES),
    chosen: language,
    choose: (each) => app.become(memberWith({ ...wanted(), language: each }).id),
  });
  find('#who').textContent = picture.person.realName ?? picture.person.name;
  renderClock(app);
  renderDoor(app);
  renderFaults(app);
}

/** Only where a bot's door stands open behind the page. */
function renderDoor(app) {
  const opener = find('#door-opener');
  opener.hidden = !app.picture.hasDoor;
  opener.textContent = app.texts.askAppointment;
  opener.onclick = () => openDoor(app);
}

function memberOf({ team }, person) {
  return team.find(({ id }) => id === person) ?? { role: 'stranger', language: 'en' };
}

/** Radio buttons that look like one switch. */
function renderSwitch(selector, { title, options, chosen, choose }) {
  const fieldset = find(selector);
  keep(fieldset, [{ title, options, chosen }], {
    keyOf: () => 'switch',
    draw: () =>
      el(
        'div',
        { class: 'switch', role: 'radiogroup', 'aria-label': title },
        el('span', { class: 'switch-title', 'aria-hidden': true }, title),
        options.map(([value, label]) => {
          const input = el('input', {
            type: 'radio',
            name: selector,
            value,
            'data-focus': `${selector}/${value}`,
            onchange: () => choose(value),
          });
          input.checked = value === chosen;
          return el('label', {}, input, el('span', {}, label));
        }),
      ),
  });
}

function renderClock(app) {
  const { texts } = app;
  showTime(app);
  keep(find('#clock-goals'), Object.entries(texts.clockGoals), {
    keyOf: ([goal]) => goal,
    draw: ([to, label]) =>
      el(
        'button',
        {
          type: 'button',
          class: 'quiet-button',
          'data-focus': `clock/${to}`,
          onclick: () => app.control('clock', { to }),
        },
        label,
      ),
  });
}

export function showTime({ reader }) {
  find('#clock').textContent = formatTime(reader.now, reader, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
}

function renderFaults(app) {
  const { picture, texts } = app;
  const isBroken = picture.faults.length > 0;
  const opener = find('#faults-opener');
  opener.textContent = isBroken
    ? `⚡ ${texts.breakSomething} (${picture.faults.length})`
    : `⚡ ${texts.breakSomething}`;
  opener.classList.toggle('on', isBroken);
  find('#fault-box').onkeydown = ({ key }) => {
    if (key !== 'Escape') return;
    find('#fault-box').open = false;
    opener.focus();
  };
  keep(find('#faults'), Object.entries(texts.faultGroups), {
    keyOf: ([side]) => side,
    versionOf: (group) => JSON.stringify([group, picture.faults, texts.faults]),
    draw: ([side, title]) =>
      el(
        'fieldset',
        {},
        el('legend', {}, title),
        Object.entries(texts.faults)
          .filter(([name]) => name.startsWith(`${side}-`))
          .map((fault) => drawFault(app, fault)),
      ),
  });
}

function drawFault(app, [name, label]) {
  const box = el('input', {
    type: 'checkbox',
    role: 'switch',
    'data-focus': `fault/${name}`,
    onchange: () => app.control('fault', { name, on: box.checked }),
  });
  box.checked = app.picture.faults.includes(name);
  return el('label', {}, box, el('span', {}, label));
}
