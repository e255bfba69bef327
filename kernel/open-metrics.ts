import type { Registry } from 'prom-client';
import { readWeighted } from './weighted-list.ts';

/** What prom-client knows of all metrics. */
export type MetricNumbers = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** A text of numbers, and what it is. */
export interface MetricsAnswer {
  readonly type: string;
  readonly body: string;
}

interface Exemplar {
  readonly labelSet: Readonly<Record<string, string>>;
  readonly value: number;
  /** Seconds. */
  readonly timestamp: number;
}

type Value = MetricNumbers[number]['values'][number] & {
  readonly metricName?: string | undefined;
  /** Of a bucket; the types of prom-client know nothing of it. */
  readonly exemplar?: Exemplar | null | undefined;
};

const openMetrics = 'application/openmetrics-text';
const plainType = 'text/plain; version=0.0.4; charset=utf-8';
const openType = `${openMetrics}; version=1.0.0; charset=utf-8`;

/** The numbers in the form that is asked for: OpenMetrics, with exemplars, for who names it, else Prometheus' own. */
export async function answerMetrics(
  accept: string | undefined,
  registry: Pick<Registry, 'metrics' | 'getMetricsAsJSON'>,
): Promise<MetricsAnswer> {
  return prefersOpenMetrics(accept)
    ? { type: openType, body: openMetricsOf(await registry.getMetricsAsJSON()) }
    : { type: plainType, body: await registry.metrics() };
}

function prefersOpenMetrics(accept = ''): boolean {
  const ranges = readWeighted(accept);
  const weightOf = (type: string): number =>
    Math.max(0, ...ranges.flatMap(({ name, quality }) => (name === type ? [quality] : [])));
  const weight = weightOf(openMetrics);
  return weight > 0 && weight >= weightOf('text/plain');
}

/** Written by ourselves: prom-client's own form of it renames its counters for ever and forgets exemplars of workers. */
function openMetricsOf(numbers: MetricNumbers): string {
  return [...numbers.flatMap(familyLines), '# EOF', ''].join('\n');
}

function familyLines({ name, help, type, values }: MetricNumbers[number]): string[] {
  const kind = String(type);
  const family = kind === 'counter' ? name.replace(/_total$/, '') : name;
  const head = [`# HELP ${family} ${escaped(help)}`, `# TYPE ${family} ${kind}`];
  const ownName = kind === 'counter' ? `${family}_total` : name;
  return [...head, ...(values as readonly Value[]).map((value) => sampleLine(ownName, value))];
}

function sampleLine(ownName: string, { metricName = ownName, labels, value, exemplar }: Value) {
  const sample = `${metricName}${labelsOf(labels)} ${numberText(value)}`;
  if (exemplar === null || exemplar === undefined) return sample;
  const { labelSet, value: seen, timestamp } = exemplar;
  return `${sample} # ${labelsOf(labelSet)} ${numberText(seen)} ${String(timestamp)}`;
}

function labelsOf(labels: Partial<Record<string, string | number>>): string {
  const pairs = Object.entries(labels).map(
    ([label, value = '']) => `${label}="${escaped(String(value)).replaceAll('"', '\\"')}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
