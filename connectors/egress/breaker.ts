import { sleepUntil } from '../../kernel/retry/sleep.ts';
import { IntegrationError } from '../errors.ts';
import {
  type BreakerOptions,
  type BreakerPlace,
  type BreakerState,
  Circuit,
  type Fault,
} from './circuit.ts';

/** Stops calling a system that fails, and lets one probe through when the pause is over. Disposed, it is no longer shared. */
export interface Breaker extends Disposable {
  /** Waits for the end of a pause that ends in time; of one that does not, tells what the system failed with last. */
  run<T extends { readonly status: number }>(work: () => Promise<T>, turn: Turn): Promise<T>;
  readonly state: BreakerState;
}

/** How long a call may wait. */
export interface Turn {
  readonly signal: AbortSignal;
  /** Monotonic end of the call, milliseconds; `Infinity` for one that waits for the end of any pause. */
  readonly deadlineAt: number;
}

/** Between two looks whether somebody else has found out, milliseconds. */
const lookMs = 500;
/** A probe that takes longer does not keep another process from sending one, milliseconds. */
const probeMs = 30_000;

export function createBreaker(place: BreakerPlace, options: BreakerOptions = {}): Breaker {
  const circuit = new Circuit(place, options);
  return {
    async run(work, turn) {
      for (;;) {
        if (circuit.state === 'CLOSED') return await judged(circuit, work);
        if (circuit.state === 'HALF_OPEN' || circuit.leftMs > 0) await waitFor(circuit, turn);
        else if (await mayProbe(circuit)) return await probe(circuit, work);
      }
    },
    get state() {
      return circuit.state;
    },
    [Symbol.dispose]: () => circuit[Symbol.dispose](),
  };
}

async function judged<T extends { readonly status: number }>(
  circuit: Circuit,
  work: () => Promise<T>,
): Promise<T> {
  const begun = circuit.now;
  try {
    const answer = await work();
    circuit.answered(answer.status, begun);
    return answer;
  } catch (error) {
    // Refused addresses, bad arguments and cancellations say nothing about the health of the other side.
    if (error instanceof IntegrationError) circuit.failed(faultOf(error), begun);
    throw error;
  }
}

function faultOf(cause: IntegrationError): Fault {
  return { message: cause.message, status: cause.status, cause };
}

async function waitFor(circuit: Circuit, { signal, deadlineAt }: Turn): Promise<void> {
  const now = performance.now();
  const isPaused = circuit.state === 'OPEN';
  const waitMs = isPaused ? Math.max(0, circuit.leftMs) : lookMs;
  if (deadlineAt <= (isPaused ? now + waitMs : now)) throw paused(circuit.last, waitMs);
  await sleepUntil(circuit.changed, Math.min(waitMs, deadlineAt - now), signal);
}

/** One of this process asks whether it may for all processes. */
async function mayProbe(circuit: Circuit): Promise<boolean> {
  circuit.halfOpen();
  const asked = circuit.now;
  const isGiven = await circuit.share.mayProbe(probeMs);
  const isSame = circuit.now === asked;
  if (isSame && !isGiven) circuit.pause(lookMs);
  if (!isSame && isGiven) circuit.share.giveUp();
  return isSame && isGiven;
}

async function probe<T extends { readonly status: number }>(
  circuit: Circuit,
  work: () => Promise<T>,
): Promise<T> {
  const begun = circuit.now;
  try {
    return await judged(circuit, work);
  } finally {
    circuit.share.giveUp();
    // It was not the system that ended the call, so the next one finds out.
    if (circuit.now === begun) circuit.pause(0);
  }
}

function paused({ message, status, cause }: Fault, retryAfterMs: number): IntegrationError {
  const text = `${message}; it fails repeatedly and calls to it are paused`;
  return new IntegrationError(text, {
    status,
    isRetryable: true,
    retryAfterMs: Math.ceil(retryAfterMs),
    attempts: 0,
    cause,
  });
}
