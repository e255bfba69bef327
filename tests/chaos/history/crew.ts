import { fileURLToPath } from 'node:url';
import { startProcess, type PlatformProcess } from '../../e2e/platform-processes.ts';
import { until } from '../../support/until.ts';

/** Worker processes, each of which is followed by another one when it ends. */
export interface Crew extends AsyncDisposable {
  /** Ends one without warning, of those that have started and are not frozen; false if there is none. */
  kill(which: number): boolean;
  /** Stops one as it stands, as soon as one runs, and lets it go on after a time. */
  freeze(which: number, forMs: number): Promise<void>;
  /** How many processes have ended. */
  deaths(): number;
  /** What the processes have printed. */
  output(): string;
}

interface Place {
  running: PlatformProcess | undefined;
  isFrozen: boolean;
}

const clock = fileURLToPath(new URL('jumping-clock.ts', import.meta.url));

/** Starts so many; the clock of the first one and of those that follow it jumps. */
export function startCrew(size: number, environment: Readonly<Record<string, string>>): Crew {
  const ending = new AbortController();
  const ended = new Promise<'ended'>((resolve) => {
    ending.signal.addEventListener('abort', () => resolve('ended'), { once: true });
  });
  const places: Place[] = Array.from({ length: size }, () => ({
    running: undefined,
    isFrozen: false,
  }));
  let outputs = '';
  let deaths = 0;
  const keep = async (place: Place, index: number): Promise<void> => {
    const own = index === 0 ? { NODE_OPTIONS: `--import=${clock}` } : {};
    while (!ending.signal.aborted) {
      await using worker = startProcess(['worker'], { ...environment, ...own });
      place.running = worker;
      if ((await Promise.race([worker.exitCode, ended])) !== 'ended') deaths += 1;
      place.running = undefined;
      outputs = `${outputs}${worker.output()}`.slice(-2_000_000);
    }
  };
  const kept = Promise.all(places.map(keep));
  const awake = (which: number): Place | undefined => {
    const able = places.filter(
      ({ running, isFrozen }) => !isFrozen && running?.output().includes('worker started') === true,
    );
    return able[Math.floor(which * able.length)];
  };
  return {
    deaths: () => deaths,
    output: () => outputs + places.map(({ running }) => running?.output() ?? '').join(''),
    kill(which) {
      const place = awake(which);
      place?.running?.signal('SIGKILL');
      // Its end is told later, and the dead are not killed again.
      if (place !== undefined) place.running = undefined;
      return place !== undefined;
    },
    async freeze(which, forMs) {
      const place = await until('a worker runs', () => awake(which));
      const worker = place.running;
      place.isFrozen = true;
      worker?.signal('SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, forMs));
      worker?.signal('SIGCONT');
      place.isFrozen = false;
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      await kept;
    },
  };
}
