import type { Remark } from '../finding.ts';

/** What is wrong, and what to do about it. */
export type Wording = Pick<Remark, 'message' | 'hint'>;

export function fault(id: string, path: string, wording: Wording): Remark {
  return { id, severity: 'error', path, ...wording };
}

export function doubt(id: string, path: string, wording: Wording): Remark {
  return { id, severity: 'warning', path, ...wording };
}

/** Names as a message lists them. */
export function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none is declared' : `there are ${names.slice(0, 10).join(', ')}`;
}
