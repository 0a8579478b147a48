const ITEMS_MAX = 20;

/** The items with commas between; of many only the first, and how many more there are. */
export function listed(items: (string | number)[]): string {
  const shown = items.slice(0, ITEMS_MAX).join(', ');
  return items.length > ITEMS_MAX ? `${shown} and ${items.length - ITEMS_MAX} more` : shown;
}
