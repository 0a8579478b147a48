import { drawBlocks } from './blocks.js';
import { el, find, keep } from './dom.js';

/** The app's home as it published it for this person. */
export function renderHome(app) {
  const { picture, texts } = app;
  const { home, person, bot } = picture;
  find('#channel-head').replaceChildren(el('h2', {}, texts.home(bot.name)));
  const surface = () => ({
    ...app.surface((used) => app.control('click-in-view', { viewId: home.id, ...used })),
    state: home.state.values,
  });
  keep(find('#home'), [home], {
    keyOf: () => person.id,
    versionOf: (view) => `${view?.hash}/${person.language}`,
    draw: (view) =>
      view
        ? el('div', {}, drawBlocks(view.blocks, surface()))
        : el('p', { class: 'quiet empty' }, texts.emptyHome),
  });
}
