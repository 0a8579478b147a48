import type { Json } from './slack-look-alike.ts';

const WITHOUT_ACTION = new Set(['image', 'mrkdwn', 'plain_text']);

/**
 * Copies blocks and gives every block a block_id and every element an action_id, as Slack does where an app
 * gave none.
 */
export function identifyBlocks(blocks: Json[], nextId: (prefix: string) => string): Json[] {
  return blocks.map((block) => ({
    ...structuredClone(block),
    block_id: (block.block_id as string | undefined) || nextId('b'),
    ...elementFields(block, (element) =>
      WITHOUT_ACTION.has(String(element.type))
        ? element
        : { ...element, action_id: (element.action_id as string | undefined) || nextId('a') },
    ),
  }));
}

/** The elements of a block that a person can use. */
export function elementsOf(block: Json): Json[] {
  const found: Json[] = [];
  elementFields(block, (element) => {
    found.push(element);
    return element;
  });
  return found;
}

function elementFields(block: Json, change: (element: Json) => Json): Json {
  const changed: Json = {};
  const hasElements = block.type === 'actions' || block.type === 'context_actions';
  if (hasElements) changed.elements = (block.elements as Json[]).map(change);
  if (block.type === 'card' && block.actions) changed.actions = (block.actions as Json[]).map(change);
  if (block.accessory) changed.accessory = change(block.accessory as Json);
  if (block.element) changed.element = change(block.element as Json);
  return changed;
}
