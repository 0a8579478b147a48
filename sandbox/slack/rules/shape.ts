// Rules are functions from a value and its JSON pointer to reports, put together from the ones below. The
// words of the reports are those that Slack itself answers with.

export type Report = (path: string, message: string) => void;
export type Rule = (value: unknown, path: string, report: Report) => void;
type Fields = Record<string, unknown>;

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * An object with exactly these fields; a name ending in `?` is optional. `extra` sees the object when it is
 * one, for rules between fields.
 */
export function object(
  fields: Record<string, Rule>,
  extra?: (value: Fields, path: string, report: Report) => void,
): Rule {
  const rules = new Map(Object.entries(fields).map(([name, rule]) => [name.replace(/\?$/, ''), rule]));
  const required = Object.keys(fields).filter((name) => !name.endsWith('?'));
  return (value, path, report) => {
    if (!isObject(value)) {
      report(path, 'must provide an object');
      return;
    }
    for (const name of required)
      if (value[name] === undefined) report(path, `missing required field: ${name}`);
    for (const [name, field] of Object.entries(value)) {
      const rule = rules.get(name);
      if (!rule) report(path, `invalid additional property: ${name}`);
      else if (field !== undefined) rule(field, `${path}/${name}`, report);
    }
    extra?.(value, path, report);
  };
}

export function list(item: Rule, { min = 1, max }: { min?: number; max: number }): Rule {
  return (value, path, report) => {
    if (!Array.isArray(value)) {
      report(path, 'must provide an array');
      return;
    }
    if (value.length < min) report(path, `must provide at least ${min} items`);
    if (value.length > max) report(path, `no more than ${max} items allowed`);
    for (const [at, each] of value.entries()) item(each, `${path}/${at}`, report);
  };
}

/** Objects told apart by their `type`. The rules are looked up late, so that they may contain each other. */
export function variants(rules: () => Record<string, Rule>): Rule {
  return (value, path, report) => {
    if (!isObject(value)) {
      report(path, 'must provide an object');
      return;
    }
    const { type } = value;
    if (typeof type !== 'string') {
      report(path, 'missing required field: type');
      return;
    }
    const known = rules();
    const rule = Object.hasOwn(known, type) ? known[type] : undefined;
    if (rule) rule(value, path, report);
    else report(`${path}/type`, `unsupported type: ${type}`);
  };
}
