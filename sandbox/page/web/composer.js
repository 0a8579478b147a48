import { el, find } from './dom.js';

let drawn = '';

/** The message box of a channel or thread; what stands in it stays until the place or the language changes. */
export function drawComposer(app, { channel, thread, name }) {
  const { picture, texts } = app;
  const box = find('#composer');
  const hindrance = hindranceOf(channel, texts);
  const version = `${name}/${picture.person.language}/${hindrance ?? ''}`;
  if (version === drawn) return;
  drawn = version;
  box.replaceChildren(
    hindrance ? el('p', { class: 'quiet' }, hindrance) : drawForm(app, { channel, thread }),
  );
}

function hindranceOf({ isArchived, isMember }, texts) {
  if (isArchived) return texts.archived;
  return isMember ? undefined : texts.notMember;
}

function drawForm(app, { channel, thread }) {
  const { texts } = app;
  const list = el('ul', { id: 'commands', role: 'listbox', 'aria-label': texts.commands, hidden: true });
  const hint = el('p', { class: 'quiet composer-hint', id: 'composer-hint' }, texts.slashHint);
  const input = el('textarea', {
    id: 'message-box',
    rows: 1,
    role: 'combobox',
    'aria-label': thread ? texts.reply : texts.messageTo(channel.name),
    placeholder: thread ? texts.reply : texts.messageTo(channel.name),
    'aria-expanded': 'false',
    'aria-controls': 'commands',
    'aria-describedby': 'composer-hint',
    autocomplete: 'off',
  });
  const suggestions = createSuggestions(app, { input, list, hint, isOff: thread !== undefined });
  const send = () => sendText(app, { input, channel, thread, suggestions });
  input.addEventListener('input', suggestions.update);
  input.addEventListener('blur', suggestions.hide);
  input.addEventListener('keydown', (event) => {
    if (suggestions.take(event) || event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  return el(
    'form',
    {
      onsubmit: (event) => {
        event.preventDefault();
        send();
      },
    },
    list,
    el(
      'div',
      { class: 'composer-row' },
      input,
      el('button', { class: 'send', 'aria-label': texts.send }, '➤'),
    ),
    hint,
  );
}

async function sendText(app, { input, channel, thread, suggestions }) {
  const text = input.value.trim();
  if (text === '') return;
  const [, command, rest = ''] = /^(\/\S+)\s*([\s\S]*)$/.exec(text) ?? [];
  if (command && thread) return app.tell(app.texts.noCommandsInThreads);
  input.value = '';
  suggestions.update();
  showEnd();
  if (command) await app.control('command', { channel: channel.id, command, text: rest });
  else await app.control('say', { channel: channel.id, text, ...(thread && { threadTs: thread }) });
}

/** Who says something wants to see what comes of it. */
function showEnd() {
  const list = find('#messages');
  list.scrollTop = list.scrollHeight;
}

/** The list of commands while one is being typed, and the hint of the one that stands there. */
function createSuggestions({ picture, texts }, { input, list, hint, isOff }) {
  let shown = [];
  let at = 0;
  const hide = () => {
    shown = [];
    list.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const choose = ({ command }) => {
    input.value = `${command} `;
    update();
  };
  function update() {
    const typed = input.value;
    const exact = picture.commands.find(
      ({ command }) => typed === command || typed.startsWith(`${command} `),
    );
    hint.textContent = exact ? `${exact.command} ${exact.usageHint}: ${exact.description}` : texts.slashHint;
    hide();
    if (isOff || !/^\/\S*$/.test(typed)) return;
    shown = picture.commands.filter(({ command }) => command.startsWith(typed));
    at = 0;
    draw();
  }
  function draw() {
    list.replaceChildren(...shown.map((each, index) => drawSuggestion(each, { index, at, choose })));
    list.hidden = shown.length === 0;
    input.setAttribute('aria-expanded', String(shown.length > 0));
    if (shown.length > 0) input.setAttribute('aria-activedescendant', `command-${at}`);
  }
  return {
    update,
    hide,
    /** True when the key was for the list. */
    take(event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (shown.length === 0) return false;
      if (step) {
        at = (at + step + shown.length) % shown.length;
        draw();
      } else if (event.key === 'Escape') hide();
      else if (event.key === 'Tab' || (event.key === 'Enter' && input.value !== shown[at].command))
        choose(shown[at]);
      else return false;
      event.preventDefault();
      return true;
    },
  };
}

function drawSuggestion(each, { index, at, choose }) {
  return el(
    'li',
    {
      id: `command-${index}`,
      role: 'option',
      'aria-selected': String(index === at),
      onmousedown: (event) => {
        event.preventDefault();
        choose(each);
      },
    },
    el('strong', {}, each.command),
    el('span', { class: 'quiet' }, ` ${each.usageHint}`),
    el('div', { class: 'quiet' }, each.description),
  );
}
