import { el } from './dom.js';
import { clockOf, dayOf, instantOf } from './time.js';

// Everything a person can enter, for forms and for elements that act at once. Each returns its node and `read`, which
// gives what Slack takes as the value: a text, an option's value, a list of them, or null.

/**
 * `name` makes ids unique, `label` names the input where no visible label does, `state` is what stands in it, and
 * `onChange`, when given, gets the new value at once.
 */
export function drawInput(element, given) {
  const draw = kinds[element.type];
  return draw
    ? draw(element, given)
    : { node: el('p', { class: 'quiet' }, given.surface.texts.unknownInput), read: () => null };
}

const kinds = {
  plain_text_input: (element, given) => drawWritten(element, given, 'text'),
  email_text_input: (element, given) => drawWritten(element, given, 'email'),
  url_text_input: (element, given) => drawWritten(element, given, 'url'),
  number_input: (element, given) => drawWritten(element, given, 'number'),
  datepicker: (element, given) =>
    drawPicker('date', given, given.state?.selected_date ?? element.initial_date),
  timepicker: (element, given) =>
    drawPicker('time', given, given.state?.selected_time ?? element.initial_time),
  datetimepicker: drawInstant,
  static_select: (element, given) =>
    drawSelect(groupsOf(element), { ...given, chosen: chosenOption(element, given) }),
  radio_buttons: (element, given) =>
    drawChecks(element.options, { ...given, type: 'radio', chosen: [chosenOption(element, given)] }),
  checkboxes: (element, given) =>
    drawChecks(element.options, { ...given, type: 'checkbox', chosen: chosenOptions(element, given) }),
  multi_static_select: (element, given) =>
    drawChecks(
      groupsOf(element).flatMap(({ options }) => options),
      { ...given, type: 'checkbox', chosen: chosenOptions(element, given) },
    ),
  users_select: (element, given) =>
    drawNames('users', given, given.state?.selected_user ?? element.initial_user),
  channels_select: (element, given) =>
    drawNames('channels', given, given.state?.selected_channel ?? element.initial_channel),
  multi_users_select: (element, given) =>
    drawManyNames('users', given, given.state?.selected_users ?? element.initial_users),
  multi_channels_select: (element, given) =>
    drawManyNames('channels', given, given.state?.selected_channels ?? element.initial_channels),
  multi_conversations_select: (element, given) =>
    drawManyNames('channels', given, given.state?.selected_conversations ?? element.initial_conversations),
  conversations_select: (element, given) =>
    drawNames('channels', given, given.state?.selected_conversation ?? element.initial_conversation),
};

function drawWritten(element, { label, labelledBy, describedBy, name, state, onChange }, type) {
  const { multiline, max_length, min_value, max_value, placeholder } = element;
  const node = el(multiline ? 'textarea' : 'input', {
    ...(multiline ? { rows: 3 } : { type }),
    ...(type === 'number' && {
      min: min_value,
      max: max_value,
      step: element.is_decimal_allowed ? 'any' : 1,
    }),
    maxlength: max_length,
    placeholder: placeholder?.text,
    ...naming({ label, labelledBy, describedBy, name }),
    onchange: () => onChange?.(node.value),
  });
  node.value = state?.value ?? element.initial_value ?? '';
  return { node, read: () => node.value || null };
}

function drawPicker(type, { label, labelledBy, describedBy, name, onChange }, value) {
  const node = el('input', {
    type,
    ...naming({ label, labelledBy, describedBy, name }),
    onchange: () => onChange?.(node.value || null),
  });
  node.value = value ?? '';
  return { node, read: () => node.value || null };
}

/** Seconds since 1970 for Slack; the reader's zone for the person. */
function drawInstant(element, { label, labelledBy, describedBy, name, state, surface, onChange }) {
  const { timeZone } = surface.reader;
  const seconds = state?.selected_date_time ?? element.initial_date_time;
  const node = el('input', {
    type: 'datetime-local',
    ...naming({ label, labelledBy, describedBy, name }),
    onchange: () => onChange?.(read()),
  });
  if (seconds) node.value = `${dayOf(seconds * 1_000, timeZone)}T${clockOf(seconds * 1_000, timeZone)}`;
  function read() {
    const [day, clock] = node.value.split('T');
    return clock ? String(instantOf(day, clock, timeZone).getTime() / 1_000) : null;
  }
  return { node, read };
}

function drawSelect(groups, { label, labelledBy, describedBy, name, chosen, surface, onChange }) {
  const optionOf = ({ value, text, description }) =>
    el(
      'option',
      { value, selected: value === chosen },
      description ? `${text.text} · ${description.text}` : text.text,
    );
  const node = el(
    'select',
    {
      ...naming({ label, labelledBy, describedBy, name }),
      onchange: () => node.value && onChange?.(node.value),
    },
    el('option', { value: '' }, surface.texts.choose),
    groups.map(({ label: title, options }) =>
      title ? el('optgroup', { label: title.text }, options.map(optionOf)) : options.map(optionOf),
    ),
  );
  return { node, read: () => node.value || null };
}

function drawNames(what, given, chosen) {
  return drawSelect([{ options: namesAsOptions(what, given) }], { ...given, chosen });
}

function drawManyNames(what, given, chosen = []) {
  return drawChecks(namesAsOptions(what, given), { ...given, type: 'checkbox', chosen });
}

function namesAsOptions(what, { surface }) {
  return [...surface.reader.names[what]].map(([value, text]) => ({ value, text: { text } }));
}

function drawChecks(options, { label, labelledBy, describedBy, name, type, chosen, onChange }) {
  const boxes = options.map(({ value }) => {
    const box = el('input', {
      type,
      name,
      value,
      'data-focus': `${name}/${value}`,
      onchange: () => onChange?.(read()),
    });
    box.checked = chosen.includes(value);
    return box;
  });
  const node = el(
    'div',
    {
      class: 'checks',
      role: type === 'radio' ? 'radiogroup' : 'group',
      'aria-label': labelledBy ? undefined : label,
      'aria-labelledby': labelledBy,
      'aria-describedby': describedBy,
    },
    options.map(({ text, description }, at) =>
      el('label', {}, boxes[at], el('span', {}, text.text, description && el('small', {}, description.text))),
    ),
  );
  function read() {
    const values = boxes.filter((box) => box.checked).map((box) => box.value);
    return type === 'radio' ? (values[0] ?? null) : values;
  }
  return { node, read };
}

function naming({ label, labelledBy, describedBy, name }) {
  return {
    'aria-label': labelledBy ? undefined : label,
    'aria-labelledby': labelledBy,
    'aria-describedby': describedBy,
    'data-focus': name,
  };
}

function groupsOf({ options, option_groups }) {
  return option_groups ?? [{ options: options ?? [] }];
}

function chosenOption(element, { state }) {
  return (state ? state.selected_option : element.initial_option)?.value;
}

function chosenOptions(element, { state }) {
  return ((state ? state.selected_options : element.initial_options) ?? []).map(({ value }) => value);
}

const WRITTEN_STATE = (value) => ({ value });
const OPTION_STATE = (value) => ({ selected_option: value && { value } });
const OPTIONS_STATE = (values) => ({ selected_options: values.map((value) => ({ value })) });
const states = {
  datepicker: (value) => ({ selected_date: value }),
  timepicker: (value) => ({ selected_time: value }),
  datetimepicker: (value) => ({ selected_date_time: Number(value) }),
  static_select: OPTION_STATE,
  radio_buttons: OPTION_STATE,
  checkboxes: OPTIONS_STATE,
  multi_static_select: OPTIONS_STATE,
  users_select: (value) => ({ selected_user: value }),
  channels_select: (value) => ({ selected_channel: value }),
  conversations_select: (value) => ({ selected_conversation: value }),
  multi_users_select: (values) => ({ selected_users: values }),
  multi_channels_select: (values) => ({ selected_channels: values }),
  multi_conversations_select: (values) => ({ selected_conversations: values }),
};

/** What a person entered, as `drawInput` takes the state of an input. */
export function asState(type, value) {
  return (states[type] ?? WRITTEN_STATE)(value);
}
