import { elementsOf } from './identify-blocks.ts';
import type { Json, StoredView } from './slack-look-alike.ts';

/** Slack's `state.values`: block_id, then action_id, then what is entered. */
export type StateValues = Record<string, Record<string, Json>>;

interface ElementState {
  field: string;
  initial: string;
  empty: unknown;
  /** What a person enters, as Slack's state holds it. */
  enter: (given: unknown, element: Json) => unknown;
}

const asGiven = (given: unknown) => given;
const asList = (given: unknown) => (Array.isArray(given) ? given : [given]);
const written: ElementState = { field: 'value', initial: 'initial_value', empty: null, enter: String };
const oneOption = (field = 'selected_option'): ElementState => ({
  field,
  initial: 'initial_option',
  empty: null,
  enter: (given, element) => optionOf(element, given),
});
const manyOptions: ElementState = {
  field: 'selected_options',
  initial: 'initial_options',
  empty: [],
  enter: (given, element) => asList(given).map((value) => optionOf(element, value)),
};
const one = (what: string): ElementState => ({
  field: `selected_${what}`,
  initial: `initial_${what}`,
  empty: null,
  enter: asGiven,
});
const many = (what: string): ElementState => ({ ...one(what), empty: [], enter: asList });

const ELEMENT_STATES: Record<string, ElementState> = {
  plain_text_input: written,
  email_text_input: written,
  url_text_input: written,
  number_input: written,
  rich_text_input: { field: 'rich_text_value', initial: 'initial_value', empty: null, enter: asGiven },
  file_input: { field: 'files', initial: 'files', empty: [], enter: asList },
  static_select: oneOption(),
  external_select: oneOption(),
  radio_buttons: oneOption(),
  overflow: oneOption(),
  multi_static_select: manyOptions,
  multi_external_select: manyOptions,
  checkboxes: manyOptions,
  users_select: one('user'),
  conversations_select: one('conversation'),
  channels_select: one('channel'),
  multi_users_select: many('users'),
  multi_conversations_select: many('conversations'),
  multi_channels_select: many('channels'),
  datepicker: one('date'),
  timepicker: one('time'),
  datetimepicker: { ...one('date_time'), enter: Number },
};

const WITHOUT_STATE = new Set(['overflow', 'button']);

/** What stands in every input: what was entered for the same block and action, else the initial value. */
export function stateValues(blocks: Json[], entered: StateValues): StateValues {
  const values: StateValues = {};
  for (const block of blocks) {
    for (const element of elementsOf(block)) {
      const type = String(element.type);
      const kind = ELEMENT_STATES[type];
      if (!kind || WITHOUT_STATE.has(type)) continue;
      const blockId = String(block.block_id);
      const actionId = String(element.action_id);
      const kept = entered[blockId]?.[actionId];
      const state = kept?.type === type ? kept : initialState(element, kind);
      values[blockId] = { ...values[blockId], [actionId]: state };
    }
  }
  return values;
}

/** Puts what a person entered into a view, beside what already stands in it. */
export function enterValues(view: StoredView, entered: StateValues): void {
  const merged = structuredClone(view.state.values);
  for (const [blockId, actions] of Object.entries(entered))
    merged[blockId] = { ...merged[blockId], ...actions };
  view.state.values = stateValues(view.blocks, merged);
}

/**
 * The state after a person enters `given`: a state object of Slack's own, or its plain value. Throws for
 * what cannot be.
 */
export function enteredState(element: Json, given: unknown): Json {
  const type = String(element.type);
  const kind = ELEMENT_STATES[type];
  if (!kind) throw new Error(`a ${type} takes no input`);
  if (isObject(given) && kind.field in given) return { type, ...given };
  const timezone = element.timezone === undefined ? {} : { timezone: element.timezone };
  const value = given === null || given === '' ? kind.empty : kind.enter(given, element);
  return { type, [kind.field]: value, ...timezone };
}

export function isEmptyState(state: Json): boolean {
  const kind = ELEMENT_STATES[String(state.type)];
  const value = kind && state[kind.field];
  return (
    value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
  );
}

function initialState(element: Json, kind: ElementState): Json {
  return { type: element.type, [kind.field]: element[kind.initial] ?? kind.empty };
}

function optionOf(element: Json, value: unknown): Json {
  const groups = (element.option_groups as { options: Json[] }[] | undefined) ?? [];
  const options = [
    ...((element.options as Json[] | undefined) ?? []),
    ...groups.flatMap((each) => each.options),
  ];
  const option = options.find((each) => each.value === value);
  if (option) return option;
  // The options of an external select are the app's to give, and not part of the element.
  if (options.length === 0) return { text: { type: 'plain_text', text: String(value) }, value };
  const offered = options.map((each) => each.value).join(', ');
  throw new Error(`${String(element.action_id)} does not offer ${String(value)}, only: ${offered}`);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
