import { elementsOf } from './identify-blocks.ts';
import type { Json } from './slack-look-alike.ts';

export interface FoundElement {
  block: Json;
  element: Json;
}

/**
 * The element a person means: by action id, block id, and for buttons and menus by the value among several.
 */
export function findElement(
  blocks: Json[],
  wanted: { actionId: string; blockId?: string | undefined; value?: string | string[] | undefined },
): FoundElement | undefined {
  return blocks
    .filter((block) => wanted.blockId === undefined || block.block_id === wanted.blockId)
    .flatMap((block) => elementsOf(block).map((element) => ({ block, element })))
    .filter(({ element }) => element.action_id === wanted.actionId)
    .find(({ element }) => offers(element, wanted.value));
}

function offers(element: Json, value: string | string[] | undefined): boolean {
  if (value === undefined) return true;
  if (element.type === 'button') return element.value === value;
  const groups = (element.option_groups as { options: Json[] }[] | undefined) ?? [];
  const options = [
    ...((element.options as Json[] | undefined) ?? []),
    ...groups.flatMap((each) => each.options),
  ];
  const values = Array.isArray(value) ? value : [value];
  return options.length === 0 || values.every((each) => options.some((option) => option.value === each));
}

/** For error messages: what could have been used. */
export function listElements(blocks: Json[]): string {
  return blocks
    .flatMap((block) => elementsOf(block))
    .map((element) => `${String(element.action_id)}=${String(element.value ?? '')}`)
    .join(', ');
}

/** The entry of `actions` in a block_actions payload. */
export function toWireAction({ block, element }: FoundElement, state: Json, actionTs: string): Json {
  const isButton = element.type === 'button';
  return {
    type: element.type,
    block_id: block.block_id,
    action_id: element.action_id,
    action_ts: actionTs,
    ...(isButton
      ? {
          text: element.text,
          ...pick(element, 'value'),
          ...pick(element, 'url'),
          ...pick(element, 'style'),
        }
      : state),
  };
}

function pick(element: Json, name: string): Json {
  return element[name] === undefined ? {} : { [name]: element[name] };
}
