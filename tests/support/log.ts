import { createLogger } from '../../kernel/logger.ts';
import type { Logger } from '../../kernel/logger.ts';

/** A logger that says nothing. */
export const silentLog: Logger = createLogger({ level: 'silent', name: 'test' });

/** A logger whose lines can be read back. */
export function recordingLog(): { readonly log: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  const output = { write: (line: string) => void lines.push(line) };
  return { log: createLogger({ level: 'trace', name: 'test', output }), lines };
}
