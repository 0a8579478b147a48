import { el } from './dom.js';
import { drawInput } from './inputs.js';

/** An element that acts at once when a person uses it: a button, a menu, or an input outside a form. */
export function drawElement(element, block, surface) {
  if (element.type === 'button' || element.type === 'workflow_button')
    return drawButton(element, block, surface);
  if (element.type === 'overflow') return drawOverflow(element, block, surface);
  const input = drawInput(element, {
    surface,
    name: `${block.block_id}/${element.action_id}`,
    label: element.placeholder?.text ?? surface.texts.choose,
    state: surface.state?.[block.block_id]?.[element.action_id],
    onChange: (value) => use(element, block, { surface, value }),
  });
  return input.node;
}

function drawButton(element, block, surface) {
  const { text, style, url, value, accessibility_label } = element;
  const node = el(
    'button',
    {
      type: 'button',
      class: `s-button ${style ?? ''}`,
      'aria-label': accessibility_label,
      'data-focus': `${element.action_id}/${value ?? ''}`,
      'data-action': element.action_id,
      onclick: async () => {
        if (url && /^https?:/i.test(url)) window.open(url, '_blank', 'noreferrer');
        node.classList.add('busy');
        node.setAttribute('aria-busy', 'true');
        await use(element, block, { surface, value, label: text.text });
        node.classList.remove('busy');
        node.removeAttribute('aria-busy');
      },
    },
    text.text,
  );
  return node;
}

function drawOverflow(element, block, surface) {
  const items = element.options.map((option) =>
    el(
      'button',
      {
        type: 'button',
        role: 'menuitem',
        'data-action': element.action_id,
        onclick: () => {
          menu.open = false;
          opener.focus();
          return use(element, block, { surface, value: option.value, label: option.text.text });
        },
      },
      option.text.text,
    ),
  );
  const opener = el('summary', { 'aria-label': surface.texts.more, 'data-focus': element.action_id }, '⋯');
  const menu = el('details', { class: 's-overflow' }, opener, el('div', { role: 'menu' }, items));
  menu.addEventListener('keydown', (event) => moveInMenu(event, { menu, items, opener }));
  menu.addEventListener('focusout', ({ relatedTarget }) => {
    if (!menu.contains(relatedTarget)) menu.open = false;
  });
  return menu;
}

function moveInMenu(event, { menu, items, opener }) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === 'Escape' && menu.open) {
    event.stopPropagation();
    menu.open = false;
    opener.focus();
  }
  if (step === undefined) return;
  event.preventDefault();
  menu.open = true;
  const at = items.indexOf(document.activeElement);
  items[(at + step + items.length) % items.length]?.focus();
}

async function use(element, block, { surface, value, label }) {
  if (element.confirm && !(await surface.confirm(element.confirm))) return;
  await surface.act({ actionId: element.action_id, blockId: block.block_id, value, label });
}
