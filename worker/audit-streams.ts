import { claimStreams, type ClaimedStream } from '../core/audit/streams/claim-streams.ts';
import type { StreamMeasure } from '../core/audit/streams/measure-streams.ts';
import { streamTurn, type Streaming, type TurnOutcome } from '../core/audit/streams/stream-turn.ts';
import type { Metrics } from '../kernel/telemetry.ts';
import type { Chore } from './every.ts';

/** The audit streams of a process. Disposing gives back at once what is under way. */
export interface AuditStreamer extends AsyncDisposable {
  readonly chores: readonly Chore[];
}

/** Batches under way in one process, which bounds their memory; a tenant may have far fewer. */
const maxUnderWay = 24;
/** Of those, for streams whose last try failed. */
const maxFailing = 8;
const turnMs = 250;

/** Sends what is sealed to where tenants want it, for all tenants. */
export function createAuditStreamer(services: Streaming): AuditStreamer {
  const { log } = services;
  const leaving = new AbortController();
  const underWay = new Map<Promise<unknown>, ClaimedStream>();

  function start(stream: ClaimedStream): void {
    const turn = streamTurn(services, stream, leaving.signal)
      .catch((error: unknown): TurnOutcome => {
        const { tenantId, id } = stream;
        log.error({ err: error, tenantId, stream: id }, 'a turn of a stream could not be written');
        return 'NOTHING';
      })
      .finally(() => underWay.delete(turn));
    underWay.set(turn, stream);
  }

  return {
    chores: [
      {
        name: 'send-audit-streams',
        intervalMs: turnMs,
        async turn() {
          const free = maxUnderWay - underWay.size;
          if (free === 0 || leaving.signal.aborted) return false;
          const failing = [...underWay.values()].filter(({ failures }) => failures > 0).length;
          const freeForFailing = Math.max(0, maxFailing - failing);
          const claimed = await claimStreams(services, { free, freeForFailing });
          claimed.forEach(start);
          return false;
        },
      },
    ],
    async [Symbol.asyncDispose]() {
      leaving.abort(new Error('the worker stops'));
      await Promise.all(underWay.keys());
    },
  };
}

/** Puts how far they are behind among the metrics of the process. */
export function showStreams(metrics: Metrics, measured: () => StreamMeasure): void {
  metrics.gauge({
    name: 'operandi_audit_stream_behind_events',
    help: 'Sealed events that have not arrived where streams of tenants send them, paused streams apart.',
    collect: () => measured().behind,
  });
  metrics.gauge({
    name: 'operandi_audit_stream_oldest_seconds',
    help: 'How long the oldest of them has been sealed.',
    collect: () => measured().oldestSeconds,
  });
  metrics.gauge({
    name: 'operandi_audit_stream_failing',
    help: 'Streams whose last try failed.',
    collect: () => measured().failing,
  });
}
