import { el, find, keep } from './dom.js';

/** Channels with what is unread in them, and the app's home. */
export function renderSidebar(app) {
  const { picture, place, texts } = app;
  find('#channels-title').textContent = texts.channels;
  find('#apps-title').textContent = texts.apps;
  const channels = picture.channels.map((channel) => ({
    id: channel.id,
    name: channel.kind === 'direct' ? `✉ ${picture.bot.name}` : `# ${channel.name}`,
    unread: app.unreadCount(channel),
    isOpen: place.channel === channel.id,
    isArchived: channel.isArchived,
  }));
  keep(find('#channels'), channels, {
    keyOf: ({ id }) => id,
    versionOf: (item) => JSON.stringify(item) + picture.person.language,
    draw: (item) =>
      el(
        'li',
        {},
        drawEntry(item, () => app.openChannel(item.id), texts),
      ),
  });
  const home = { id: 'home', name: `🤖 ${picture.bot.name}`, unread: 0, isOpen: place.home === true };
  keep(find('#apps'), [home], {
    keyOf: ({ id }) => id,
    draw: (item) => el('li', {}, drawEntry(item, app.openHome, texts)),
  });
}

function drawEntry({ id, name, unread, isOpen, isArchived }, open, texts) {
  return el(
    'button',
    {
      type: 'button',
      class: `side-entry ${isOpen ? 'open' : ''} ${unread > 0 ? 'unread' : ''}`,
      'aria-current': isOpen ? 'page' : undefined,
      'data-focus': `side/${id}`,
      onclick: open,
    },
    el('span', {}, name, isArchived && ' 🗄'),
    unread > 0 && el('span', { class: 'count', 'aria-label': texts.unread(unread) }, String(unread)),
  );
}
