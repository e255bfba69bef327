import { startProcess } from '../e2e/platform-processes.ts';

/** A worker process under a supervisor. */
export interface Supervised extends AsyncDisposable {
  /** How many of its processes have ended. */
  deaths(): number;
  /** What those and the one that runs have printed. */
  output(): string;
}

/** What is started: `operandi worker`, or a program of the test. */
export interface Supervision {
  readonly databaseUrl: string;
  readonly program?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The database remembers the key that sealed it: every process has the same one. */
const masterKey = `k1:${Buffer.alloc(32, 7).toString('base64')}`;

/** Starts a worker process, and another one whenever it ends. */
export function superviseWorker({ databaseUrl, program, environment }: Supervision): Supervised {
  const stopping = new AbortController();
  const stopped = new Promise<'stopped'>((resolve) => {
    stopping.signal.addEventListener('abort', () => resolve('stopped'), { once: true });
  });
  const outputs: (() => string)[] = [];
  let deaths = 0;
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await using worker = startProcess(
        program === undefined ? ['worker'] : [],
        {
          DATABASE_URL: databaseUrl,
          DATABASE_POOL_SIZE: '4',
          OPERANDI_LEASE_MS: '2500',
          OPERANDI_POLL_MS: '100',
          OPERANDI_QUARANTINE_PROCESSES: '1',
          OPERANDI_MASTER_KEY: masterKey,
          ...environment,
        },
        program,
      );
      outputs.push(() => worker.output());
      if ((await Promise.race([worker.exitCode, stopped])) !== 'stopped') deaths += 1;
    }
  };
  const running = run();
  return {
    deaths: () => deaths,
    output: () => outputs.map((output) => output()).join(''),
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await running;
    },
  };
}
