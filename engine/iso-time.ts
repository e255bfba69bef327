let last = { milliseconds: Number.NaN, text: '' };

/** ISO 8601 of a moment. A run asks again and again for the same one: its clock stands still between effects. */
export function isoTime(milliseconds: number): string {
  if (milliseconds !== last.milliseconds) {
    last = { milliseconds, text: new Date(milliseconds).toISOString() };
  }
  return last.text;
}
