import type { Remark } from '../finding.ts';

export function fault(id: string, path: string, message: string, hint: string): Remark {
  return { id, severity: 'error', path, message, hint };
}

export function doubt(id: string, path: string, message: string, hint: string): Remark {
  return { id, severity: 'warning', path, message, hint };
}

/** Names as a message lists them. */
export function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none is declared' : `there are ${names.slice(0, 10).join(', ')}`;
}
