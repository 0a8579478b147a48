// Making and keeping elements. Text goes in as text nodes only: nothing that a bot or a person wrote becomes markup.

/** `onclick` and the like are listeners; `true` sets an attribute empty; null, undefined and false leave it out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return node;
}

export function find(selector) {
  return document.querySelector(selector);
}

const kept = new WeakMap();

/**
 * Brings the children of `parent` in line with `items`. A child stays the same node while its key and version stay, and
 * one that is drawn anew gives the focus to its part with the same `data-focus`.
 */
export function keep(parent, items, { keyOf, versionOf = (item) => JSON.stringify(item), draw }) {
  const before = kept.get(parent) ?? new Map();
  const after = new Map();
  for (const item of items) {
    const key = keyOf(item);
    const version = versionOf(item);
    const known = before.get(key);
    after.set(
      key,
      known?.version === version ? known : { version, node: redraw(known?.node, () => draw(item)) },
    );
  }
  for (const [key, { node }] of before) if (after.get(key)?.node !== node) node.remove();
  let place = parent.firstChild;
  for (const { node } of after.values()) {
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
  }
  kept.set(parent, after);
  restoreFocus(parent);
}

let lostFocus;

function redraw(old, draw) {
  const focused = old?.contains(document.activeElement) ? document.activeElement : undefined;
  if (focused?.dataset.focus) lostFocus = focused.dataset.focus;
  return draw();
}

function restoreFocus(parent) {
  if (lostFocus === undefined) return;
  const name = lostFocus;
  lostFocus = undefined;
  for (const node of parent.querySelectorAll('[data-focus]')) {
    if (node.dataset.focus !== name) continue;
    node.focus({ preventScroll: true });
    return;
  }
}
