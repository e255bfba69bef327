import process from 'node:process';

/** Aborts at Ctrl+C, so that a command that watches ends in order. */
export function untilInterrupted(): AbortSignal {
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  return stopping.signal;
}
