import { setTimeout as delay } from 'node:timers/promises';
import type { VerbContext } from '../../../core/context.ts';
import { decideApproval } from '../../../core/jobs/decide-approval.ts';
import { listApprovals } from '../../../core/jobs/list-approvals.ts';
import { sendEvent } from '../../../core/jobs/send-event.ts';
import { submitJob } from '../../../core/jobs/submit-job.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Acknowledged } from './history.ts';
import type { createPersistence } from './persist.ts';
import { eventType, storyKinds } from './stories.ts';

type Persist = ReturnType<typeof createPersistence>['persist'];

/** How many submits of one key come at once. */
const burstSize = 50;

/** Whoever uses the platform while things fail. */
export interface Clients {
  readonly acknowledged: readonly Acknowledged[];
  /** Submits stories of all kinds one after another until the signal, with the events that they wait for. */
  submitUntil(signal: AbortSignal, everyMs: number): Promise<void>;
  /** Many submits with one idempotency key at once. */
  burst(): Promise<void>;
  /** Approves whatever is asked until the signal. */
  approveUntil(signal: AbortSignal): Promise<void>;
}

/** Clients of a tenant that have its verbs and patience. */
export function createClients(context: VerbContext, persist: Persist): Clients {
  const acknowledged: Acknowledged[] = [];
  const underWay = new Set<Promise<void>>();
  let count = 0;
  const submit = async (agent: string, story: string): Promise<void> => {
    const input = { agent, input: { story }, idempotencyKey: story };
    const answer = await persist('submit', () => submitJob(context, input));
    if (answer !== undefined) acknowledged.push({ idempotencyKey: story, jobId: answer.jobId });
  };
  const tell = async (story: string): Promise<void> => {
    const event = { id: story, source: 'chaos', type: eventType, data: { story } };
    await persist('event', () => sendEvent(context, event));
  };
  const live = async (): Promise<void> => {
    const kind = storyKinds[count % storyKinds.length];
    const story = `story-${count++}`;
    if (kind === undefined) return;
    await submit(kind.agent, story);
    if (kind.agent === 'listens') await tell(story);
  };
  const begin = (act: Promise<void>): void => {
    const noted = act.finally(() => underWay.delete(noted));
    underWay.add(noted);
  };
  return {
    acknowledged,
    async submitUntil(signal, everyMs) {
      while (!signal.aborted) {
        begin(live());
        await delay(everyMs);
      }
      await Promise.all(underWay);
    },
    async burst() {
      const story = `burst-${count++}`;
      await Promise.all(Array.from({ length: burstSize }, () => submit('steps', story)));
    },
    async approveUntil(signal) {
      while (!signal.aborted) {
        await approveOpen(context, persist);
        await delay(100);
      }
    },
  };
}

async function approveOpen(context: VerbContext, persist: Persist): Promise<void> {
  const open = await persist('approvals', () => listApprovals(context, { mine: true, first: 100 }));
  for (const { node } of open?.edges ?? []) {
    await persist('decide', () => approve(context, node.id));
  }
}

/** An answer that was lost on its way back is in the state of the approval. */
async function approve(context: VerbContext, id: string): Promise<void> {
  await decideApproval(context, { id, approve: true }).catch((cause: unknown) => {
    if (!(cause instanceof AppError && cause.code === 'CONFLICT')) throw cause;
  });
}
