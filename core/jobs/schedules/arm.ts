import { sha256Hex } from '../../../kernel/crypto/hash.ts';

interface Jittered {
  readonly id: string;
  readonly jitterMs: number;
}

/** The columns that say which tick is next and when it is served: by a jitter of its own later, the same for all workers. */
export function armed(
  { id, jitterMs }: Jittered,
  tick: number | undefined,
): { readonly tickAt: Date | null; readonly nextAt: Date | null } {
  if (tick === undefined) return { tickAt: null, nextAt: null };
  return { tickAt: new Date(tick), nextAt: new Date(tick + jitterOf(id, tick, jitterMs)) };
}

function jitterOf(id: string, tick: number, jitterMs: number): number {
  if (jitterMs === 0) return 0;
  return Number.parseInt(sha256Hex(`${id}:${String(tick)}`).slice(0, 8), 16) % (jitterMs + 1);
}
