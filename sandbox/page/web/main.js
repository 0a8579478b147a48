import { renderBar } from './bar.js';
import { renderCalendar } from './calendar.js';
import { renderChannel } from './channel.js';
import { renderControls, showTime } from './controls.js';
import { askToConfirm, renderDialog } from './dialog.js';
import { find } from './dom.js';
import { renderHome } from './home.js';
import { refreshDates } from './rich-text.js';
import { control, watch } from './sandbox-server.js';
import { renderSidebar } from './sidebar.js';
import { texts } from './texts.js';

// The page's state: the last picture, who I am, where I am, and what I have read. Everything else is drawn from it.

const TICK_MS = 1_000;
/** An engineer, who can start the bot. */
const FIRST_PERSONS = { de: 'U0ENGINEER', en: 'U0ENGINEER2' };
const TELL_MS = 8_000;

const state = {
  person: new URLSearchParams(location.search).get('person') ?? firstPerson(),
  picture: undefined,
  receivedAtMs: 0,
  place: undefined,
  read: JSON.parse(sessionStorage.getItem('read') ?? '{}'),
  openedAt: '',
  endWatch: () => {},
};

function firstPerson() {
  return navigator.language.startsWith('de') ? FIRST_PERSONS.de : FIRST_PERSONS.en;
}

/** What the parts of the page get to draw from: the picture, the reader, the words, and what a person can do. */
function appNow() {
  const { picture, place } = state;
  const { language } = picture.person;
  const reader = {
    language,
    timeZone: picture.person.tz ?? picture.timeZone,
    names: {
      users: new Map(picture.users.map(({ id, name, realName }) => [id, realName ?? name])),
      groups: new Map(picture.userGroups.map(({ id, handle }) => [id, handle])),
      channels: new Map(picture.channels.map(({ id, name }) => [id, name])),
    },
    get now() {
      return Date.parse(picture.now) + performance.now() - state.receivedAtMs;
    },
  };
  const app = {
    ...{ picture, place, reader, texts: texts[language] },
    now: appNow,
    personWanted: () => state.person,
    become,
    tell,
    openChannel: (channel) => goTo({ channel }),
    openThread: (thread) => goTo({ channel: place.channel, thread }),
    closeThread: () => goTo({ channel: place.channel }),
    openHome,
    unreadCount: (channel) => (channel.id === place.channel ? 0 : unreadIn(channel).length),
    unreadFrom: () => state.openedAt,
    async control(name, body, { isQuiet = false } = {}) {
      const problem = await control(name, { user: state.person, ...body });
      if (problem && !isQuiet) tell(problem);
      return problem;
    },
    surface: (act) => ({
      ...{ reader, texts: texts[language], act, pictureUrl },
      confirm: (question) => askToConfirm(question, { reader }),
    }),
  };
  return app;
}

/** Only pictures of this machine are shown; a file of Slack's is served here too. */
function pictureUrl(url, fileId) {
  if (fileId) return `/slack-files/${encodeURIComponent(fileId)}`;
  return url && (url.startsWith('data:image/') || url.startsWith(`${location.origin}/`)) ? url : undefined;
}

function render() {
  const app = appNow();
  document.documentElement.lang = app.picture.person.language;
  document.title = app.texts.title;
  renderControls(app);
  markRead();
  renderSidebar(app);
  find('#channel').classList.toggle('at-home', state.place.home === true);
  if (state.place.home) renderHome(app);
  else renderChannel(app);
  find('#calendar-title').textContent = app.texts.calendar;
  find('#slack').setAttribute('aria-label', app.texts.slack);
  renderCalendar(app);
  renderBar(app);
  renderDialog(app);
  refreshDates(document, app.reader);
}

function show(picture) {
  state.picture = picture;
  state.receivedAtMs = performance.now();
  find('#lost').hidden = true;
  if (!isHere(state.place, picture)) enter({ channel: fullestChannel(picture) });
  render();
}

/** Not everybody sees every channel: a conversation with the app is one person's own. */
function isHere(place, { channels }) {
  return place?.home === true || channels.some(({ id }) => id === place?.channel);
}

/** The channel where most was said. */
function fullestChannel({ channels }) {
  const said = ({ messages, ephemerals }) => messages.length + ephemerals.length;
  return channels.toSorted((a, b) => said(b) - said(a))[0].id;
}

function goTo(place) {
  enter(place);
  render();
}

function enter(place) {
  const isSameChannel = state.place?.channel === place.channel;
  state.place = place;
  if (!isSameChannel && place.channel) state.openedAt = readUntil(place.channel);
}

async function openHome() {
  goTo({ home: true });
  await appNow().control('open-home', {});
}

function readUntil(channel) {
  return state.read[`${state.person}/${channel}`] ?? '';
}

function unreadIn({ id, messages, ephemerals }) {
  const until = readUntil(id);
  return [...messages, ...ephemerals].filter(({ ts, user }) => ts > until && user !== state.person);
}

/** What stands in the open channel is read. */
function markRead() {
  const channel = state.picture.channels.find(({ id }) => id === state.place.channel);
  const last =
    channel &&
    [...channel.messages, ...channel.ephemerals]
      .map(({ ts }) => ts)
      .sort()
      .at(-1);
  if (last) state.read[`${state.person}/${channel.id}`] = last;
  sessionStorage.setItem('read', JSON.stringify(state.read));
}

function become(person) {
  state.person = person;
  history.replaceState(null, '', `?person=${person}`);
  const { place } = state;
  state.place = undefined;
  if (place) enter({ ...place, thread: undefined });
  start();
}

let tellTimer;

/** Slack's own words to the person, for a while. */
function tell(words) {
  const node = find('#told');
  node.textContent = words;
  node.hidden = false;
  clearTimeout(tellTimer);
  tellTimer = setTimeout(() => {
    node.hidden = true;
  }, TELL_MS);
}

function start() {
  state.endWatch();
  state.endWatch = watch(state.person, {
    show,
    lost() {
      const node = find('#lost');
      node.textContent = texts[state.picture?.person.language ?? 'en'].lost;
      node.hidden = false;
    },
  });
}

setInterval(() => {
  if (!state.picture) return;
  const app = appNow();
  showTime(app);
  refreshDates(document, app.reader);
}, TICK_MS);

start();
