import type { Logger as PinoLogger } from 'pino';
import { destination, pino, stdTimeFunctions } from 'pino';
import { currentTrace } from './current-trace.ts';
import { logContext } from './log-context.ts';
import { cutForLog, redact, redactLine } from './redact.ts';

const STDERR = 2;
/** UTF-16 units of a line, and of the message that is left of a longer one. */
const MAX_LINE = 65_536;
const MAX_MESSAGE = 8_192;

/** A structured logger: `log.info({ jobId }, 'claimed')`; `log.child({ … })` adds fields to every line. */
export type Logger = PinoLogger;

/** The levels a logger can be set to, chattiest first. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** One of `logLevels`. */
export type LogLevel = (typeof logLevels)[number];

/** From which level on a logger, and all that are made of it, write lines; children of pino keep a level of their own. */
interface Threshold {
  readonly first: LogLevel;
  now: LogLevel;
  /** Gets each line as it is written, as JSON. */
  also: ((line: string) => void) | undefined;
}

const threshold = Symbol('threshold');

function thresholdOf(log: Logger): Threshold | undefined {
  return (log as Logger & { readonly [threshold]?: Threshold })[threshold];
}

/** How a process logs. */
export interface LoggerOptions {
  readonly level: LogLevel;
  /** Name of the process, on every line. */
  readonly name: string;
  /** One readable line an entry instead of JSON. @default false */
  readonly pretty?: boolean;
  /** Where lines go. @default standard error, so that standard output stays for results */
  readonly output?: { write(line: string): void };
}

/** Makes a logger that hides secrets: by the name of their field, and by their look anywhere in the line. */
export function createLogger(options: LoggerOptions): Logger {
  const output = options.output ?? destination({ dest: STDERR, sync: true });
  const sink =
    options.pretty === true ? { write: (line: string) => output.write(prettyLine(line)) } : output;
  const from: Threshold = { first: options.level, now: options.level, also: undefined };
  const log = pino(
    {
      level: options.level === 'silent' ? 'silent' : 'trace',
      base: { name: options.name },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: redactEntry },
      mixin: (_entry, _level, logger) => knownFields(logger.bindings()),
      serializers: { err: (value: unknown) => value },
      // Once more on the whole line: pino formats neither the message nor the fields of a child.
      hooks: {
        streamWrite(line) {
          const written = redactLine(boundLine(line));
          from.also?.(written);
          return written;
        },
        logMethod(line, write, level) {
          if (level >= (pino.levels.values[from.now] ?? Infinity)) write.apply(this, line);
        },
      },
    },
    sink,
  );
  return Object.assign(log, { [threshold]: from });
}

/** Makes a logger and all that were made of it chattier by a step: `debug`, `trace`, and then as it was at first. */
export function stepLogLevel(log: Logger): LogLevel {
  const from = thresholdOf(log);
  if (from === undefined) return 'silent';
  const chattier = from.now === 'debug' ? 'trace' : 'debug';
  from.now = from.now === 'trace' ? from.first : chattier;
  return from.now;
}

/** Hands each line that a logger and all that were made of it write to somebody else too; what is returned ends that. */
export function alsoTo(log: Logger, take: (line: string) => void): () => void {
  const from = thresholdOf(log);
  if (from === undefined) return () => undefined;
  from.also = take;
  return () => {
    from.also = undefined;
  };
}

/** For whom the line is written and in which span (by OpenTelemetry's names), but for what the logger itself says. */
function knownFields(own: object): object {
  const trace = currentTrace();
  const known = {
    ...logContext(),
    ...(trace && { trace_id: trace.traceId, span_id: trace.spanId }),
  };
  return Object.fromEntries(Object.entries(known).filter(([name]) => !Object.hasOwn(own, name)));
}

/** A line that is too long keeps what tells where it came from. */
function boundLine(line: string): string {
  if (line.length <= MAX_LINE) return line;
  const { level, time, name, msg, requestId, jobId, tenantId, trace_id } = parseLine(line);
  const kept = { level, time, name, msg, requestId, jobId, tenantId, trace_id };
  return `${JSON.stringify({ ...kept, msg: cutForLog(String(msg), MAX_MESSAGE), cutFrom: line.length })}\n`;
}

function parseLine(line: string): Record<string, unknown> {
  const entry: unknown = JSON.parse(line);
  return Object.fromEntries(Object.entries(entry ?? {}));
}

function redactEntry(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(redact(fields) ?? {}));
}

/** `{"level":"info","time":"…","msg":"listening","port":4000}` → `12:00:00.000 info listening port=4000`. */
function prettyLine(line: string): string {
  const { level, time, name, msg, err, ...rest } = parseLine(line);
  const fields = Object.entries(rest).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  const head = [String(time).slice(11, 23), level, name, msg, ...fields].filter(Boolean).join(' ');
  return err === undefined ? `${head}\n` : `${head}\n${prettyError(err)}\n`;
}

function prettyError(err: unknown): string {
  const stack = typeof err === 'object' && err !== null && 'stack' in err ? err.stack : undefined;
  return typeof stack === 'string' ? stack : JSON.stringify(err);
}
