/** The number and the noun's form that its language wants for it: `1 Termin`, `3 Termine`. */
export function plural(language: string, number: number, forms: { one: string; other: string }): string {
  const form = new Intl.PluralRules(language).select(number) === 'one' ? forms.one : forms.other;
  return `${new Intl.NumberFormat(language).format(number)} ${form}`;
}
