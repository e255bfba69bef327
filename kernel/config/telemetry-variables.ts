import { z } from 'zod';
import { integer, url } from './variables.ts';

/** The samplers that the specification of OpenTelemetry names, as far as they need nobody else. */
export const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** What is told to a collector, by the names of OpenTelemetry where it has them. */
export const telemetryVariables = {
  OTEL_EXPORTER_OTLP_ENDPOINT: url(['http', 'https'], {
    expected: 'an http or https URL',
    meaning: 'Collector that takes traces by OTLP over HTTP. Without it nothing is traced.',
    otherwise: 'none',
  }),
  OTEL_TRACES_SAMPLER: z
    .enum(samplers)
    .default('parentbased_always_on')
    .meta({
      expected: samplers.join(', '),
      meaning: 'Which traces are kept from their beginning on.',
    }),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^(0(\.\d{1,9})?|1(\.0{1,9})?)$/)
    .transform(Number)
    .default(1)
    .meta({
      expected: 'a number from 0 to 1',
      meaning: 'How many of the traces a sampler by ratio keeps.',
    }),
  OPERANDI_TRACES_SLOW_MS: integer(
    5_000,
    [0, 3_600_000],
    'A trace that the sampler did not keep is kept all the same if something in it failed or took so long, milliseconds; 0: never.',
  ),
  OTEL_LOGS_EXPORTER: z.enum(['none', 'otlp']).default('none').meta({
    expected: 'none, otlp',
    meaning: 'With `otlp` the collector is sent what is logged, too.',
  }),
};

/** What a collector is told. */
export interface TelemetrySettings {
  /** Undefined: nothing. */
  readonly endpoint: string | undefined;
  readonly sampler: (typeof samplers)[number];
  /** Of a sampler by ratio, 0 to 1. */
  readonly ratio: number;
  /** From which time on what took it is kept, milliseconds; undefined: nothing is kept for its end. */
  readonly slowMs: number | undefined;
  readonly sendsLogs: boolean;
}

const variables = z.object(telemetryVariables);

/** What the parsed variables mean. */
export function toTelemetry(env: z.output<typeof variables>): TelemetrySettings {
  const { OPERANDI_TRACES_SLOW_MS: slowMs } = env;
  return {
    endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
    sampler: env.OTEL_TRACES_SAMPLER,
    ratio: env.OTEL_TRACES_SAMPLER_ARG,
    slowMs: slowMs === 0 ? undefined : slowMs,
    sendsLogs: env.OTEL_LOGS_EXPORTER === 'otlp',
  };
}
