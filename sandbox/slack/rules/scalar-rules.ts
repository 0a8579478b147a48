import type { Rule } from './shape.ts';

export function text({ min = 0, max, pattern }: { min?: number; max?: number; pattern?: RegExp } = {}): Rule {
  return (value, path, report) => {
    if (typeof value !== 'string') {
      report(path, 'must provide a string');
      return;
    }
    if (value.length < min) report(path, `must be more than ${min - 1} characters`);
    if (max !== undefined && value.length > max) report(path, `must be less than ${max + 1} characters`);
    if (pattern && !pattern.test(value)) report(path, 'must match the required pattern');
  };
}

export function wholeNumber({ min, max }: { min?: number; max?: number } = {}): Rule {
  return (value, path, report) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      report(path, 'must provide an integer');
      return;
    }
    if (min !== undefined && value < min) report(path, `must be at least ${min}`);
    if (max !== undefined && value > max) report(path, `must be at most ${max}`);
  };
}

export const anyNumber: Rule = (value, path, report) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) report(path, 'must provide a number');
};

export const flag: Rule = (value, path, report) => {
  if (typeof value !== 'boolean') report(path, 'must provide a boolean');
};

export function oneOf(...allowed: unknown[]): Rule {
  return (value, path, report) => {
    if (!allowed.includes(value)) report(path, 'must be a valid enum value');
  };
}

/** block_id, action_id, callback_id and external_id. */
export const identifier: Rule = text({ max: 255 });
