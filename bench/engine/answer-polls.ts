import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import pg from 'pg';
import { z } from 'zod';
import type * as answerModule from '../../queue/answer-wait.ts';
import type * as statementModule from '../../queue/statement.ts';

export interface Polls {
  /** Folder of the build. */
  readonly folder: string;
  readonly databaseUrl: string;
  /** How many answers the job waits for. */
  readonly count: number;
}

const subject = z.object({ tenantId: z.string(), jobId: z.string() });

/**
 * A worker in a process of its own, whose job is answered from here as often as it asks, each time when it has been
 * parked. Answers the seconds of the processor that the worker has used.
 */
export async function answerPolls({ folder, databaseUrl, count }: Polls): Promise<number> {
  const script = fileURLToPath(new URL('polls.ts', import.meta.url));
  const worker = spawn(process.execPath, [script, folder, databaseUrl, String(count)], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(worker.stdout)[Symbol.asyncIterator]();
  const { tenantId, jobId } = subject.parse(JSON.parse(await nextOf(lines)));
  // All builds since the one that is measured against have these.
  const [{ answerWait }, { onPool }] = (await Promise.all(
    ['queue/answer-wait.ts', 'queue/statement.ts'].map(
      (path) => import(pathToFileURL(`${folder}/${path}`).href),
    ),
  )) as [typeof answerModule, typeof statementModule];
  await using stack = new AsyncDisposableStack();
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  // The server goes right after the pool has ended, and may be quicker than its last connection.
  pool.on('error', () => undefined);
  stack.defer(() => pool.end());
  for (let round = 0; round < count; round += 1) {
    await untilState('WAITING');
    const key = `/do/1/poll${round === 0 ? '' : `+${String(round)}`}`;
    await answerWait(onPool(pool), { tenantId, jobId, key, value: { decision: 'approved' } });
    worker.stdin.write('ring\n');
  }
  await untilState('SUCCEEDED');
  worker.stdin.end();
  return Number(await nextOf(lines));

  async function untilState(expected: string): Promise<void> {
    for (;;) {
      const { rows } = await pool.query<{ state: string }>(
        'select state from jobs.job where id = $1',
        [jobId],
      );
      if (rows[0]?.state === expected) return;
      await sleep(10);
    }
  }
}

async function nextOf(lines: AsyncIterator<string>): Promise<string> {
  const next = await lines.next();
  if (next.done === true) throw new Error('the worker ended before it was done');
  return next.value;
}
