import process from 'node:process';

/** What is asked or played when the end comes has so long to end in order, milliseconds. */
const graceMs = 1_000;

/** Does what goes on until Ctrl+C or SIGTERM, which end the command with exit code 0; a second one ends it at once. */
export async function untilInterrupted(
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'])
    process.once(name, () => {
      stopping.abort();
      setTimeout(() => process.exit(0), graceMs).unref();
    });
  await work(stopping.signal);
  // It was told to stop: what the last round of it came to is no longer asked for.
  process.exitCode = 0;
}
