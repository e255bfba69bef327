/** The text without the marks it ends with; a pattern would look for the end at each run of them. */
export function trimEndOf(text: string, mark: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === mark) end -= 1;
  return text.slice(0, end);
}
