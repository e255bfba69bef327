import { AggregatorRegistry, type PrometheusContentType, type Registry } from 'prom-client';

import { answerMetrics, type MetricNumbers as Numbers } from '../../kernel/open-metrics.ts';
import type { Metrics } from '../../kernel/telemetry.ts';
import type { Peers } from './peers.ts';
import type { Switchboard } from './switchboard.ts';

/** What a worker is asked for by who holds it. */
const own = 'metrics.own';
/** What who holds them is asked for. */
const all = 'metrics.all';

/** The same metrics, whose text has those of all workers together. */
export function mergeMetrics(metrics: Metrics, peers: Peers | undefined): Metrics {
  if (peers === undefined) return metrics;
  peers.on(own, () => metrics.registry.getMetricsAsJSON());
  const noted = async (): Promise<readonly Numbers[]> => {
    const { values } = await peers.ask(all);
    const [first] = values.filter(isList);
    if (first === undefined) throw new Error('the numbers of the other workers are not to be had');
    return first.map(toNumbers);
  };
  return {
    ...metrics,
    text: async () => aggregate(await noted()).metrics(),
    answer: async (accept) => {
      const numbers = await noted();
      const registry = aggregate(numbers);
      return answerMetrics(accept, {
        metrics: () => registry.metrics(),
        getMetricsAsJSON: async () =>
          withExemplars(await registry.getMetricsAsJSON(), numbers.flat()),
      });
    },
  };
}

type Exemplary = Numbers[number]['values'][number] & {
  readonly metricName?: string;
  readonly exemplar?: unknown;
};

/** Sums lose the exemplars of what they add up: each series takes one of its parts. */
function withExemplars(sums: Numbers, parts: Numbers): Numbers {
  const known = new Map<string, unknown>();
  for (const value of parts.flatMap(({ values }) => values as readonly Exemplary[]))
    if (value.exemplar) known.set(seriesOf(value), value.exemplar);
  return sums.map((metric) => ({
    ...metric,
    values: (metric.values as readonly Exemplary[]).map((value) => ({
      ...value,
      exemplar: known.get(seriesOf(value)),
    })),
  }));
}

function seriesOf({ metricName = '', labels }: Exemplary): string {
  return metricName + JSON.stringify(Object.entries(labels).toSorted());
}

/** Numbers of workers, also of those that are gone: a sum that fell would be taken for a new beginning. */
export interface NotedMetrics extends Disposable {
  /** A worker is gone. */
  leave(id: number): Promise<void>;
}

/** How often it is noted what workers have counted, milliseconds: so much is lost of one that dies. */
const noteMs = 1_000;

/** Runs in the process that holds the workers. What was shown once is noted, so that no sum falls when one dies. */
export function noteMetrics(switchboard: Switchboard): NotedMetrics {
  const last = new Map<number, Numbers>();
  const gone = new Set<number>();
  let past: Numbers = [];
  const note = async (): Promise<void> => {
    for (const { id, value } of await switchboard.ask(own))
      if (!gone.has(id)) last.set(id, toNumbers(value));
  };
  switchboard.on(all, async () => {
    await note();
    return [past, ...last.values()];
  });
  const timer = setInterval(() => void note(), noteMs);
  timer.unref();
  return {
    leave: async (id) => {
      gone.add(id);
      const counts = (last.get(id) ?? []).filter(isCount);
      past = await aggregate([past, counts]).getMetricsAsJSON();
      last.delete(id);
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

function aggregate(numbers: readonly Numbers[]): Registry {
  return AggregatorRegistry.aggregate<PrometheusContentType>([...numbers]);
}

/** Gauges tell of now, and who is gone has none. */
function isCount({ type }: Numbers[number]): boolean {
  return ['counter', 'histogram'].includes(String(type));
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function toNumbers(value: unknown): Numbers {
  // Only the registry of a worker answers to this topic.
  return isList(value) ? (value as Numbers) : [];
}
