import type { JsonValue } from '../../kernel/json.ts';
import type { Definition } from '../definition.ts';
import { loadDefinition, type LoadOptions } from '../load-definition.ts';
import { memoryJournal, type Journal, type JournalEntry } from '../journal.ts';
import type { LifecycleEvent } from '../lifecycle.ts';
import type { Limits } from '../limits.ts';
import type { WorkflowProblem } from '../problem.ts';
import { runDefinition, type Outcome } from '../run.ts';
import { scriptedHost, testStart, type Script, type ScriptedHost } from './scripted-host.ts';

/** A definition out of a text that has to be without errors; `head` may be left out. */
export function definitionOf(source: string, options: LoadOptions = {}): Definition {
  const text = /^document:/m.test(source)
    ? source
    : `document: {dsl: 1.0.3, namespace: tests, name: test, version: 1.0.0}\n${source}`;
  const { definition, findings } = loadDefinition(text, options);
  if (definition === undefined)
    throw new Error(findings.map(({ path, message }) => `${path} ${message}`).join('\n'));
  return definition;
}

export interface JobOptions {
  readonly input?: JsonValue;
  readonly script?: Script;
  readonly host?: ScriptedHost;
  readonly journal?: Journal;
  readonly limits?: Partial<Limits>;
  readonly signal?: AbortSignal;
}

export interface JobReport {
  readonly outcome: Outcome;
  /** Every event once, as a worker keeps them. */
  readonly events: readonly LifecycleEvent[];
  readonly host: ScriptedHost;
  readonly journal: readonly JournalEntry[];
  /** Runs it took: one, and one for each time the job was parked. */
  readonly runs: number;
}

/** Runs a job to its end, answering waits and moving time on whenever it parks; gives up when nothing can wake it. */
export async function runJob(
  source: string | Definition,
  options: JobOptions = {},
): Promise<JobReport> {
  const definition = typeof source === 'string' ? definitionOf(source) : source;
  const { host = scriptedHost(options.script), journal = memoryJournal() } = options;
  const run = { ...runDefaults(), ...options, host, journal };
  const events: LifecycleEvent[] = [];
  let idle = 0;
  for (let runs = 1; ; runs += 1) {
    const before = journal.entries.length;
    const outcome = await runDefinition(definition, {
      ...run,
      observe: (event) => {
        keep(events, event);
      },
    });
    idle = journal.entries.length === before ? idle + 1 : 0;
    if (outcome.state !== 'waiting' || idle > 2)
      return { outcome, events, host, journal: journal.entries, runs };
    host.goOn(outcome.wakeAt);
  }
}

function runDefaults() {
  return {
    input: {},
    job: { id: 'job-1', startedAt: testStart },
    signal: new AbortController().signal,
  };
}

/** Keeps an event once, and insists that a replay tells the same story. */
export function keep(events: LifecycleEvent[], event: LifecycleEvent): void {
  const known = events[event.sequence - 1];
  if (known === undefined) {
    if (event.sequence !== events.length + 1)
      throw new Error(`event ${event.key} came out of order`);
    events.push(event);
  } else if (known.key !== event.key || known.execution !== event.execution) {
    throw new Error(
      `a replay told ${event.key} of ${String(event.execution)} instead of ${known.key} of ${String(known.execution)}`,
    );
  }
}

/** Output of a job that has to complete. */
export async function outputOf(
  source: string | Definition,
  options: JobOptions = {},
): Promise<JsonValue> {
  const { outcome } = await runJob(source, options);
  if (outcome.state !== 'completed') throw new Error(JSON.stringify(outcome));
  return outcome.output;
}

/** Error of a job that has to fault. */
export async function errorOf(...job: Parameters<typeof runJob>): Promise<WorkflowProblem> {
  const { outcome } = await runJob(...job);
  if (outcome.state !== 'faulted') throw new Error(JSON.stringify(outcome));
  return outcome.error;
}

/** Events as `type execution`, for reading. */
export function storyOf(events: readonly LifecycleEvent[]): string[] {
  return events.map((event) => `${event.type.replace('.v1', '')} ${event.execution ?? ''}`.trim());
}
