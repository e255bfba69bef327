import type { CallRequest, ChildWait, EffectContext } from '../engine/host.ts';
import type { JsonObject, JsonValue } from '../kernel/json.ts';
import type { Queue } from '../queue/queue.ts';
import type { JobWriter } from './job-writer.ts';
import type { Lease } from './lease.ts';
import type { CallSite, ChildRequest, Outside } from './outside.ts';

interface ChildStartsOptions {
  readonly writer: JobWriter;
  readonly lease: Lease;
  readonly outside: Pick<Outside, 'startChild'>;
  readonly queue: Pick<Queue, 'answerParent'>;
  readonly site: CallSite;
  /** Makes durable what an effect follows from. */
  readonly beforeEffect: () => Promise<void>;
}

/** The children that one run of a job starts. */
export interface ChildStarts {
  /** Starts one that nobody waits for. */
  start(given: CallRequest['with'], effect: EffectContext): Promise<JsonValue>;
  /** Starts one and makes known who waits for it. */
  startAwaited(wait: ChildWait, effect: EffectContext): Promise<void>;
}

/** None is started yet in this run. */
export function createChildStarts(options: ChildStartsOptions): ChildStarts {
  const { writer, lease, outside, queue, site, beforeEffect } = options;
  const starts = new Set<string>();
  return {
    // Starting the same child again answers the one that there is. So a start need not wait until the starts before it
    // are written down: a loop that starts a thousand children writes them in few commits.
    async start(given, effect) {
      if (lease.isPausing) await beforeEffect();
      await writer.settle((key) => starts.has(key));
      lease.assertHeld();
      starts.add(effect.key);
      return {
        jobId: await outside.startChild({ ...childOf(given), isAwaited: false }, effect, site),
      };
    },
    // A child that was over before its wait was known is told of here, any other by its own worker.
    async startAwaited({ key, task, workflow, input }, effect) {
      await beforeEffect();
      const child = { ...workflow, input, isAwaited: true };
      const jobId = await outside.startChild(child, effect, site);
      writer.wait({ key, kind: 'child', spec: { task, jobId } });
      await writer.flush();
      await queue.answerParent(jobId);
    },
  };
}

function childOf({ namespace, name, version, input }: JsonObject): ChildRequest {
  return {
    namespace: textOf(namespace),
    name: textOf(name),
    version: textOf(version),
    input: input ?? {},
  };
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
