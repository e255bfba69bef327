/** A length of time as ISO 8601 has it, in days at most. */
export function durationText(milliseconds: number): string {
  const seconds = milliseconds / 1_000;
  const days = Math.floor(seconds / 86_400);
  const rest = Number((seconds % 60).toFixed(3));
  const clock = [
    [Math.floor(seconds / 3_600) % 24, 'H'],
    [Math.floor(seconds / 60) % 60, 'M'],
    [rest, 'S'],
  ] as const;
  const time = clock
    .map(([amount, unit]) => (amount > 0 ? `${String(amount)}${unit}` : ''))
    .join('');
  const text = `P${days > 0 ? `${String(days)}D` : ''}${time === '' ? '' : `T${time}`}`;
  return text === 'P' ? 'PT0S' : text;
}
