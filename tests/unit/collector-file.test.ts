import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const component = z.record(z.string(), z.unknown());
const kinds = ['receivers', 'processors', 'exporters'] as const;
const collector = z.strictObject({
  receivers: z.strictObject({
    otlp: z.strictObject({
      protocols: z.strictObject({ http: z.strictObject({ endpoint: z.string() }) }),
    }),
  }),
  processors: component,
  exporters: z.record(z.string(), z.strictObject({ endpoint: z.string() })),
  extensions: component,
  service: z.strictObject({
    extensions: z.array(z.string()),
    pipelines: z.record(
      z.enum(['traces', 'logs']),
      z.strictObject({
        receivers: z.array(z.string()),
        processors: z.array(z.string()),
        exporters: z.array(z.string()),
      }),
    ),
  }),
});

it('the file of the Collector takes traces and logs where the platform sends them, and uses what it sets up', () => {
  const file = collector.parse(parse(read('deploy/opentelemetry/collector.yaml')));
  const pipelines = Object.values(file.service.pipelines);
  for (const kind of kinds)
    expect(new Set(pipelines.flatMap((pipeline) => pipeline[kind]))).toEqual(
      new Set(Object.keys(file[kind])),
    );
  expect(file.service.extensions).toEqual(Object.keys(file.extensions));
  for (const { processors } of pipelines) expect(processors[0]).toBe('memory_limiter');
  const chart = z
    .object({ networkPolicy: z.object({ collector: z.object({ port: z.int() }) }) })
    .parse(parse(read('deploy/helm/operandi/values.yaml')));
  const { port } = new URL(`http://${file.receivers.otlp.protocols.http.endpoint}`);
  expect(port).toBe(String(chart.networkPolicy.collector.port));
  const named = read('deploy/opentelemetry/collector.yaml').matchAll(/\$\{env:(\w+)\}/g);
  for (const [, variable = ''] of named)
    expect(read('docs/observability.md')).toContain(`\`${variable}\``);
});
