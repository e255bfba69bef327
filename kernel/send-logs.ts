import { createRequire } from 'node:module';
import { ROOT_CONTEXT, trace, type Context } from '@opentelemetry/api';
import type * as Exporter from '@opentelemetry/exporter-logs-otlp-http';
import type * as Resources from '@opentelemetry/resources';
import type * as Sdk from '@opentelemetry/sdk-logs';
import type { TelemetrySettings } from './config/telemetry-variables.ts';
import { alsoTo, type Logger } from './logger.ts';
import { collectorUrl, partFrom, resourceOf } from './collector.ts';

interface SendLogsOptions {
  readonly settings: Pick<TelemetrySettings, 'endpoint' | 'sendsLogs'>;
  readonly service: string;
  readonly log: Logger;
}

/** What waits for a collector that is away: newer lines than these it does not get, standard error has them all. */
const maxQueueSize = 2_048;
const scheduledDelayMillis = 1_000;
/** UTF-16 units of one text that is sent: with the above it bounds what waits. */
const maxText = 8_192;

/** Severities of OpenTelemetry's data model by the names of ours. */
const severities: Readonly<Record<string, number>> = {
  ...{ trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 },
};

/** Sends each line that is written from now on to the collector too; disposing sends what is left. Undefined: not wanted. */
export function sendLogs({
  settings: { endpoint, sendsLogs },
  service,
  log,
}: SendLogsOptions): AsyncDisposable | undefined {
  if (endpoint === undefined || !sendsLogs) return undefined;
  const { exporters, resources, sdk } = loadSdk();
  const exporter = new exporters.OTLPLogExporter({ url: collectorUrl(endpoint, 'logs') });
  const provider = new sdk.LoggerProvider({
    resource: resourceOf(resources, service),
    logRecordLimits: { attributeValueLengthLimit: maxText },
    processors: [new sdk.BatchLogRecordProcessor({ exporter, scheduledDelayMillis, maxQueueSize })],
  });
  const records = provider.getLogger('operandi');
  const stop = alsoTo(log, (line) => records.emit(toRecord(line)));
  return {
    async [Symbol.asyncDispose]() {
      stop();
      await partFrom(provider.shutdown());
    },
  };
}

type LogRecord = Parameters<ReturnType<Sdk.LoggerProvider['getLogger']>['emit']>[0];

/** A line as OpenTelemetry's data model has it; for whom it is written is called as in spans. */
function toRecord(line: string): LogRecord {
  const { level, time, msg, err, trace_id, span_id, ...rest } = fieldsOf(line);
  const { requestId, tenantId, jobId, ...others } = rest;
  const traceId = textOf(trace_id);
  const spanId = textOf(span_id);
  const isInSpan = traceId !== undefined && spanId !== undefined;
  return {
    timestamp: new Date(String(time)),
    severityText: String(level),
    severityNumber: severityOf(String(level)),
    body: (textOf(msg) ?? '').slice(0, maxText),
    ...(isInSpan && { context: within(traceId, spanId) }),
    attributes: attributesOf({
      'operandi.request_id': requestId,
      'operandi.tenant': tenantId,
      'operandi.job': jobId,
      ...(!isInSpan && { trace_id: traceId }),
      ...exceptionOf(err),
      ...others,
    }),
  };
}

// Their numbers are those of the enumeration, which is loaded only with all else.
function severityOf(level: string): NonNullable<LogRecord['severityNumber']> {
  const known: unknown = severities[level] ?? 0;
  return known as NonNullable<LogRecord['severityNumber']>;
}

// What pino wrote is an object.
function fieldsOf(line: string): Readonly<Record<string, unknown>> {
  return JSON.parse(line) as Record<string, unknown>;
}

function within(traceId: string, spanId: string): Context {
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: 0 });
}

function exceptionOf(err: unknown): Readonly<Record<string, unknown>> {
  if (typeof err !== 'object' || err === null) return {};
  const { type, message, stack }: { type?: unknown; message?: unknown; stack?: unknown } = err;
  return { 'exception.type': type, 'exception.message': message, 'exception.stacktrace': stack };
}

function attributesOf(
  fields: Readonly<Record<string, unknown>>,
): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[name, plain(value)]],
    ),
  );
}

function plain(value: unknown): string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : JSON.stringify(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A process that does not send its lines needs none of it. */
function loadSdk() {
  const load = createRequire(import.meta.url);
  return {
    exporters: load('@opentelemetry/exporter-logs-otlp-http') as typeof Exporter,
    resources: load('@opentelemetry/resources') as typeof Resources,
    sdk: load('@opentelemetry/sdk-logs') as typeof Sdk,
  };
}
