/** The part of a text before an offset in which each character is one of a word. */
export function wordBefore(text: string, offset: number, isPart: RegExp): string {
  let start = offset;
  while (start > 0 && isPart.test(text[start - 1] ?? '')) start -= 1;
  return text.slice(start, offset);
}
