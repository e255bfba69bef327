import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

import { openLoopback, type Loopback } from '../../connectors/testing/loopback.ts';
import { documentedMetrics } from '../support/documented-metrics.ts';
import { publish, startTestPlatform, typed, type TestPlatform } from '../support/platform.ts';
import { findProgram, run } from '../support/process.ts';
import { hasPrometheus, startPrometheus, type Prometheus } from '../support/prometheus.ts';
import { until } from '../support/until.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

const rulesShape = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          record: z.string().optional(),
          alert: z.string().optional(),
          expr: z.string(),
          labels: z.record(z.string(), z.string()).optional(),
          annotations: z.object({ summary: z.string(), runbook_url: z.string() }).optional(),
        }),
      ),
    }),
  ),
});
const rules = rulesShape
  .parse(parse(read('deploy/prometheus/rules.yaml')))
  .groups.flatMap((group) => group.rules);
const alerts = rules.flatMap(({ alert, annotations }) =>
  alert === undefined ? [] : [{ alert, page: annotations?.runbook_url }],
);

const testsShape = z.object({
  tests: z.array(
    z.object({
      input_series: z.array(z.object({ series: z.string() })),
      alert_rule_test: z.array(
        z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()) }),
      ),
    }),
  ),
});
const { tests } = testsShape.parse(parse(read('deploy/prometheus/rules.test.yaml')));

const dashboardShape = z.object({
  uid: z.string(),
  title: z.string(),
  panels: z.array(
    z.object({
      id: z.number(),
      title: z.string(),
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      targets: z.array(z.object({ refId: z.string(), expr: z.string() })).min(1),
    }),
  ),
});
const dashboards = globSync('deploy/grafana/*.json', { cwd: root }).map((path) =>
  dashboardShape.parse(JSON.parse(read(path))),
);

describe('the alerts', () => {
  it('each have a page that says what to do, and no page is without its alert', () => {
    expect(alerts.map(({ page }) => page)).toEqual(
      alerts.map(({ alert }) => `docs/runbooks/${alert}.md`),
    );
    expect(
      globSync('docs/runbooks/*.md', { cwd: root })
        .map((path) => path.replaceAll('\\', '/'))
        .toSorted(),
    ).toEqual(alerts.map(({ page }) => page).toSorted());
    for (const { page = '' } of alerts) {
      expect(existsSync(`${root}${page}`), page).toBe(true);
      for (const heading of ['## What it means', '## How to see', '## What to do'])
        expect(read(page), page).toContain(heading);
    }
  });

  it('are each tested to fire and to be silent', () => {
    const tried = tests.flatMap((test) => test.alert_rule_test);
    for (const { alert } of alerts) {
      const own = tried.filter(({ alertname }) => alertname === alert);
      expect(own.map(({ exp_alerts: expected }) => expected.length > 0).toSorted(), alert).toEqual([
        false,
        true,
      ]);
    }
  });

  it.runIf(hasPrometheus)('are valid and pass their tests', async () => {
    const promtool = findProgram('promtool') ?? '';
    await run([promtool, 'check', 'rules', `${root}deploy/prometheus/rules.yaml`]);
    await run([promtool, 'test', 'rules', `${root}deploy/prometheus/rules.test.yaml`]);
  });
});

describe('the dashboards', () => {
  it('are a page of panels each that do not lie over one another', () => {
    expect(new Set(dashboards.map(({ uid }) => uid)).size).toBe(dashboards.length);
    for (const { title, panels } of dashboards) {
      expect(new Set(panels.map(({ id }) => id)).size, title).toBe(panels.length);
      const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) => {
        expect(x + w, title).toBeLessThanOrEqual(24);
        return Array.from(
          { length: w * h },
          (_, cell) => `${x + (cell % w)} ${y + Math.floor(cell / w)}`,
        );
      });
      expect(new Set(cells).size, title).toBe(cells.length);
    }
  });
});

const reaching = (peer: string): string => `
document: { dsl: '1.0.3', namespace: operate, name: reaching, version: '1.0.0' }
do:
  - good: { call: http, with: { method: get, endpoint: '${peer}/good' } }
  - bad:
      try:
        - fail: { call: http, with: { method: get, endpoint: '${peer}/bad' } }
      catch: { do: [{ nothing: { set: { caught: true } } }] }
  - later: { wait: { milliseconds: 10 } }
`;

const createWebhook = typed<{ readonly createWebhook: { readonly userErrors: unknown[] } }>(
  'mutation Hook($input: CreateWebhookInput!) { createWebhook(input: $input) { userErrors { message } } }',
);

// The pipeline installs it; machines of developers may lack it.
describe.skipIf(!hasPrometheus && process.env['CI'] === undefined)(
  'a Prometheus that watches a running platform',
  () => {
    const stack = new AsyncDisposableStack();
    let peer: Loopback;
    let running: TestPlatform;
    let prometheus: Prometheus;
    let emitted: Series[];

    beforeAll(async () => {
      peer = stack.use(
        await openLoopback((response, { url }) => {
          response.writeHead(url === '/bad' ? 500 : 200, { 'content-type': 'application/json' });
          response.end('{}');
        }),
      );
      running = stack.use(
        await startTestPlatform({
          ...{ OPERANDI_EGRESS_ALLOW: peer.host, OTEL_EXPORTER_OTLP_ENDPOINT: peer.url },
        }),
      );
      const { client, platform } = running;
      prometheus = stack.use(await startPrometheus('operandi', new URL('/metrics', platform.url)));
      await publish(client, reaching(peer.url));
      const input = { url: `${peer.url}/hook`, events: ['*'] };
      const { createWebhook: made } = await client.request(createWebhook, { input });
      expect(made.userErrors).toEqual([]);
      await work(running);
      emitted = seriesOf(await (await fetch(new URL('/metrics', platform.url))).text());
    });
    afterAll(() => stack.disposeAsync());

    const queries = dashboards.flatMap(({ title, panels }) =>
      panels.flatMap((panel) =>
        panel.targets.map(({ expr }) => ({ where: `${title} › ${panel.title}`, expr })),
      ),
    );

    it('finds data for every query of every dashboard', async () => {
      const missing = new Set(queries);
      await until(
        `data for all queries`,
        async () => {
          await work(running);
          for (const query of missing) {
            const values = await prometheus.query(query.expr.replaceAll('$__rate_interval', '1m'));
            if (values.some(Number.isFinite)) missing.delete(query);
          }
          return missing.size === 0;
        },
        60_000,
      ).catch(() => undefined);
      expect([...missing]).toEqual([]);
    });

    it.each(['operandi_gateway_operation_seconds', 'operandi_call_seconds'])(
      'remembers of values of %s which trace each is of, and the collector has it',
      async (name) => {
        const found = await until('a value has its trace', async () => {
          await work(running);
          const traces = await prometheus.exemplars(`${name}_bucket`);
          return traces.find((id) => isCollected(peer, id));
        });
        expect(found).toMatch(/^[0-9a-f]{32}$/);
      },
    );

    it('finds data for every recording rule, and can ask what alerts ask', async () => {
      const records = new Map(
        rules.flatMap(({ record, expr }) =>
          record === undefined ? [] : [[record, expr] as const],
        ),
      );
      for (const [record, expr] of records)
        expect((await prometheus.query(expr)).length, record).toBeGreaterThan(0);
      for (const { alert, expr } of rules) {
        if (alert === undefined) continue;
        const whole = [...records].reduce(
          (text, [record, of]) =>
            text.replaceAll(new RegExp(`${record}(\\{[^}]*\\})?`, 'g'), `(${of})`),
          expr,
        );
        await expect(prometheus.query(whole), alert).resolves.toBeDefined();
      }
    });

    it('sees the very series that the alerts are tested with', () => {
      const known = new Set(emitted.map(keyOf));
      const strange = tests
        .flatMap((test) => test.input_series.map(({ series }) => seriesOf(`${series} 0`)[0]))
        .filter((series) => series !== undefined && series.name !== 'up')
        .flatMap((series) => (series && !known.has(keyOf(series)) ? [keyOf(series)] : []));
      expect(strange).toEqual([]);
    });

    it('sees the labels that the page of metrics names, and no other', () => {
      const documented = documentedMetrics();
      for (const { name, labels } of emitted.filter((each) => each.name.startsWith('operandi_'))) {
        const plain = [name, name.replace(/_(bucket|count|sum)$/, '')];
        const told = plain.map((each) => documented.get(each)).find((each) => each !== undefined);
        const own = Object.keys(labels).filter((label) => label !== 'le');
        expect(own.toSorted(), name).toEqual(told?.toSorted());
      }
    });

    it('sees no tenant, job or agent in any label', () => {
      const names = new Set(
        emitted.flatMap(({ name, labels }) =>
          name.startsWith('operandi_') ? Object.keys(labels) : [],
        ),
      );
      expect([...names].filter((name) => /tenant|job|agent|key|url|host/.test(name))).toEqual([]);
    });
  },
);

function isCollected({ seen }: Loopback, traceId: string): boolean {
  return seen.some(({ url, body }) => url === '/v1/traces' && body.includes(traceId));
}

/** A job that reaches out well and badly, a query, and one that is refused. */
async function work({ client, platform }: TestPlatform): Promise<void> {
  const job = await client.submit('reaching', {});
  for await (const event of client.watch(job.id)) if (event.type.endsWith('succeeded.v1')) break;
  await client.request(typed('query Work { viewer { name } }'), {});
  await fetch(platform.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ nothing' }),
  });
}

interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The series of a text in Prometheus' format. */
function seriesOf(text: string): Series[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = ''] = /^([a-z_]+)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(
      ([, label = '', value = '']) => [label, value] as const,
    );
    return [{ name, labels: Object.fromEntries(pairs) }];
  });
}

/** What tells a series from others, without what Prometheus adds. */
function keyOf({ name, labels }: Series): string {
  const own = Object.entries(labels).filter(([label]) => !['job', 'instance'].includes(label));
  return `${name} ${JSON.stringify(own.toSorted())}`;
}
