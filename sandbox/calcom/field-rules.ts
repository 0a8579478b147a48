// What a booking answers to the event type's own fields, checked one field after the other as Cal.com does.

import { refused } from './answers.ts';
import type { Fields } from './body-rules.ts';
import type { BookingField, EventType } from './world.ts';

interface FieldType {
  /** As Cal.com prints it. */
  expected: string;
  isRight(value: unknown): boolean;
  /** The refusal of what is not among the options. */
  wrongOption?: (field: string, value: unknown) => string;
}

const isText = (value: unknown) => typeof value === 'string';
const isTextOrNumber = (value: unknown) => isText(value) || typeof value === 'number';
const text: FieldType = { expected: 'string', isRight: isText };
const oneOption: FieldType = {
  expected: 'string or number',
  isRight: isTextOrNumber,
  wrongOption: (field, value) => `Invalid option '${value}' for booking field '${field}'.`,
};
const someOptions: FieldType = {
  expected: 'array',
  isRight: Array.isArray,
  wrongOption: (field) => `One or more invalid options for booking field '${field}'.`,
};

const TYPES: Record<BookingField['type'], FieldType> = {
  text,
  textarea: text,
  number: { expected: 'number', isRight: (value) => typeof value === 'number' },
  boolean: { expected: 'boolean', isRight: (value) => typeof value === 'boolean' },
  select: oneOption,
  radio: oneOption,
  multiselect: someOptions,
  checkbox: someOptions,
};

/** Throws the Refusal of the first field that is missing, of another type, or not among its options. */
export function checkFields(body: Fields, { id, fields = [] }: EventType): void {
  const responses = (body.bookingFieldsResponses as Fields | undefined) ?? {};
  for (const field of fields) {
    const value = responses[field.slug];
    if (value !== undefined) checkField(field, value);
    else if (field.required) {
      throw refused(
        400,
        `Missing required booking field response: ${field.slug} - it is required by the event type booking ` +
          'fields, but missing in the bookingFieldsResponses. You can fetch the event type with ID ' +
          `${id} to see the required fields.`,
      );
    }
  }
}

function checkField({ slug, type, options = [] }: BookingField, value: unknown): void {
  const { expected, isRight, wrongOption } = TYPES[type];
  if (!isRight(value)) {
    throw refused(
      400,
      `Invalid type for booking field '${slug}'. Expected type ${expected} (compatible with field type ` +
        `'${type}'), but received ${typeof value}.`,
    );
  }
  const isOffered = [value].flat().every((each) => options.includes(String(each)));
  if (wrongOption && options.length > 0 && !isOffered) {
    throw refused(400, `${wrongOption(slug, value)} Allowed options are: ${options.join(', ')}.`);
  }
}
