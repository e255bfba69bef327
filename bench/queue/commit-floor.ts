import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { median } from './measure.ts';

/** How long one row and its commit take by themselves, milliseconds: no acknowledged job can take less. */
export async function commitFloor(url: string, count: number, everyMs: number): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('create table commit_floor (id int)');
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const from = performance.now();
    await client.query({
      name: 'floor',
      text: 'insert into commit_floor values ($1)',
      values: [n],
    });
    times.push(performance.now() - from);
    await delay(everyMs);
  }
  await client.end();
  return median(times);
}
