/** Errors that caused others, at most. */
const maxCauses = 10;

/** Takes texts out of what an error and its causes say, in place. */
export function hideMessages(error: unknown, hideText: (text: string) => string, depth = 0): void {
  if (!(error instanceof Error) || depth > maxCauses) return;
  error.message = hideText(error.message);
  if (error.stack !== undefined) error.stack = hideText(error.stack);
  hideMessages(error.cause, hideText, depth + 1);
}
