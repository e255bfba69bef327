/** Controls, marks without width or that turn the direction of writing, and breaks of lines other than the usual one. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * A text of somebody else as it may stand on a terminal: what would move the cursor, colour, hide or turn what is around
 * it is shown by its number, as JSON writes it. Lines and tabs stay.
 */
export function plainText(text: string): string {
  return text.replaceAll(unseen, (mark) =>
    mark === '\n' || mark === '\t' ? mark : numbered(mark),
  );
}

/** The same on one line. */
export function plainLine(text: string): string {
  return text.replaceAll(unseen, numbered);
}

function numbered(mark: string): string {
  return mark
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
