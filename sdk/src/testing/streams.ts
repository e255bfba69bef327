import type {
  ApprovalFieldsFragment,
  JobEventFieldsFragment,
  WatchApprovalsSubscription,
  WatchApprovalsSubscriptionVariables,
  WatchJobsSubscription,
  WatchJobsSubscriptionVariables,
  WatchJobSubscription,
  WatchJobSubscriptionVariables,
} from '../_generated/documents.ts';
import { isOver } from '../jobs.ts';
import { untilAborted } from '../signals.ts';
import { bare, jobsIn } from './answers.ts';
import { jobOf, type World } from './world.ts';

type Stream = (variables: never, signal: AbortSignal) => AsyncGenerator<unknown, void>;

/** What the platform tells, by the name of the subscription. */
export function streamsOf(world: World): Readonly<Record<string, Stream>> {
  return {
    async *WatchJob(
      { jobId, after }: WatchJobSubscriptionVariables,
      signal: AbortSignal,
    ): AsyncGenerator<WatchJobSubscription, void> {
      const { events, shown } = jobOf(world, jobId);
      const start = events.findIndex(({ cursor }) => cursor === after) + 1;
      const isEnd = (): boolean => isOver(shown.state);
      for await (const jobEvents of tail(world, { of: events, start, signal, isEnd }))
        yield { jobEvents };
    },
    async *WatchJobs(
      { filter, after }: WatchJobsSubscriptionVariables,
      signal: AbortSignal,
    ): AsyncGenerator<WatchJobsSubscription, void> {
      const { changes } = world;
      const start = after ? Number(after) : changes.length;
      const numbered = tail(world, { of: changes, start, signal });
      let place = start;
      for await (const { job, event } of numbered) {
        place += 1;
        if (!jobsIn(world, filter ?? {}).includes(job)) continue;
        yield { jobChanges: { cursor: String(place), event, job: bare(job) } };
      }
    },
    async *WatchApprovals(
      { after }: WatchApprovalsSubscriptionVariables,
      signal: AbortSignal,
    ): AsyncGenerator<WatchApprovalsSubscription, void> {
      let place = after ? Number(after) : world.requests.length;
      for await (const approval of tail(world, { of: world.requests, start: place, signal })) {
        place += 1;
        yield { approvalRequests: { cursor: String(place), approval } };
      }
    },
  };
}

interface Tail<Item> {
  readonly of: readonly Item[];
  readonly start: number;
  readonly signal: AbortSignal;
  readonly isEnd?: () => boolean;
}

async function* tail<
  Item extends JobEventFieldsFragment | ApprovalFieldsFragment | World['changes'][number],
>(world: World, { of, start, signal, isEnd }: Tail<Item>): AsyncGenerator<Item, void> {
  for (let next = start; ;) {
    const item = of[next];
    if (item !== undefined) {
      next += 1;
      yield item;
    } else if (isEnd?.() === true) return;
    else await untilAborted(world.changed(), signal);
  }
}
