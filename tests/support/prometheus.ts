import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

import { findProgram, freePort, startGuarded, unprivilegedUser } from './process.ts';
import { until } from './until.ts';

/** A private Prometheus. */
export interface Prometheus extends AsyncDisposable {
  /** Values of an instant query now, `NaN` among them; throws with what is wrong with it. */
  query(expression: string): Promise<readonly number[]>;
  /** Ids of traces that it remembers of the series of an expression, of the last hour. */
  exemplars(expression: string): Promise<readonly string[]>;
}

/** True if Prometheus and its tool are installed. */
export const hasPrometheus: boolean =
  findProgram('prometheus') !== undefined && findProgram('promtool') !== undefined;

const answer = z.object({
  error: z.string().optional(),
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
});

const exemplarAnswer = z.object({
  data: z.array(
    z.object({ exemplars: z.array(z.object({ labels: z.object({ trace_id: z.string() }) })) }),
  ),
});

/** Starts one that asks the address for its numbers every second, under the name of a scrape job. */
export async function startPrometheus(job: string, address: URL): Promise<Prometheus> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'operandi-prometheus-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    scrape_configs: [
      {
        job_name: job,
        metrics_path: address.pathname,
        static_configs: [{ targets: [address.host] }],
      },
    ],
  };
  // JSON is YAML.
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config));
  const as = unprivilegedUser();
  if (as !== undefined) await chown(folder, as.uid, as.gid);
  const port = await freePort();
  const command = [
    findProgram('prometheus') ?? 'prometheus',
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    '--enable-feature=exemplar-storage',
    `--web.listen-address=127.0.0.1:${String(port)}`,
  ];
  const server = await startGuarded({ command, stopSignal: 'TERM', folder, as });
  stack.defer(() => server.stop());
  const url = `http://127.0.0.1:${String(port)}`;
  await until('Prometheus is ready', () =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    ),
  ).catch((cause: unknown) => {
    throw new Error(`Prometheus did not start:\n${server.output()}`, { cause });
  });
  const running = stack.move();
  return {
    async query(expression) {
      const response = await fetch(`${url}/api/v1/query`, {
        method: 'POST',
        body: new URLSearchParams({ query: expression }),
      });
      if (!response.ok) throw new Error(`${expression}: ${await response.text()}`);
      return answer
        .parse(await response.json())
        .data.result.map(({ value: [, text] }) => Number(text));
    },
    async exemplars(expression) {
      const now = Date.now() / 1_000;
      const times = { start: String(now - 3_600), end: String(now + 3_600) };
      const response = await fetch(`${url}/api/v1/query_exemplars`, {
        method: 'POST',
        body: new URLSearchParams({ query: expression, ...times }),
      });
      return exemplarAnswer
        .parse(await response.json())
        .data.flatMap((series) => series.exemplars.map(({ labels }) => labels.trace_id));
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
