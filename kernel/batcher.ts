import { asAppError, concernsAll } from './database/faults.ts';
import { AppError } from './errors.ts';
import { createLanes, type Lanes } from './lanes.ts';

/** What a batcher needs. */
export interface BatcherOptions<In, Out> {
  /** Does the work of many at once: answers in the order of the items; an `AppError` rejects only its own member. */
  readonly flush: (items: readonly In[]) => Promise<readonly (Out | AppError)[]>;
  /** Whose item it is, as a rule its tenant: those of an owner at fault travel apart from those of others. */
  readonly ownerOf: (item: In) => string;
  /** Most items of one flush. */
  readonly maxItems: number;
  /** Most flushes at the same time, beside the one of those that travel apart. @default 1 */
  readonly parallel?: number;
  /** How many items are worth a flush beside another; fewer wait a little for company. @default 1 */
  readonly crowd?: number;
  /** About how many bytes an item takes, counted up to the limit. @default 0 for each */
  readonly sizeOf?: (item: In, limit: number) => number;
  /** Most bytes of one flush. @default 4 MiB */
  readonly maxBytes?: number;
  /** A larger item travels apart, so that small ones never wait for it. @default as `maxBytes` */
  readonly maxBytesShared?: number;
}

/** Joins what is asked for at about the same time into few flushes. */
export interface Batcher<In, Out> {
  /** Adds an item to the next flush and waits for its own result; whatever fails is an `AppError`. */
  add(item: In): Promise<Out>;
  /** Waits until everything added before has its result; never rejects. */
  drain(): Promise<void>;
}

/** An item on its way. */
export interface Member<In, Out> {
  readonly item: In;
  readonly owner: string;
  readonly bytes: number;
  readonly addedAt: number;
  /** With how many at most it may share a flush; it halves with each flush that fails. */
  company: number;
  readonly resolve: (out: Out) => void;
  readonly reject: (reason: unknown) => void;
}

const defaultMaxBytes = 4 * 1024 * 1024;
/** How long a member is tried again in smaller company, milliseconds; then it fails with the last error. */
const patienceMs = 60_000;
/** How long items wait for company while a flush is under way that takes its time, milliseconds. */
const companyMs = 50;

/**
 * Natural group commit: while one flush is in flight the next gathers, so there is no timer and no added latency when
 * idle. A flush that fails is tried in halves until the member at fault fails alone. Its owner's members then travel
 * apart, one flush at a time, so that an owner with many bad ones costs the others few halvings a minute.
 */
export function createBatcher<In, Out>(options: BatcherOptions<In, Out>): Batcher<In, Out> {
  const { flush, ownerOf, maxItems, parallel = 1, crowd = 1 } = options;
  const { sizeOf = () => 0, maxBytes = defaultMaxBytes, maxBytesShared = maxBytes } = options;
  const lanes = createLanes<Member<In, Out>>({ maxItems, maxBytes, maxBytesShared });
  const drained: (() => void)[] = [];
  let inFlight = 0;
  let isFlyingApart = false;
  let isGathering = false;
  const late = createDelay(companyMs, () => pump(1));

  function pump(worth = crowd): void {
    isGathering = false;
    takeOff(worth);
    if (!isFlyingApart && lanes.hasApart()) {
      isFlyingApart = true;
      void fly(flush, lanes, lanes.takeApart()).then(() => {
        isFlyingApart = false;
        pump();
      });
    }
    if (isIdle()) for (const done of drained.splice(0)) done();
  }

  /** Beside another, a flush is worth it for a crowd, or for whoever has waited for one. */
  function takeOff(worth: number): void {
    while (inFlight < parallel && lanes.sharedCount() >= (inFlight === 0 ? 1 : worth)) {
      inFlight += 1;
      late.stop();
      void fly(flush, lanes, lanes.takeShared()).then(() => {
        inFlight -= 1;
        pump();
      });
    }
    if (inFlight < parallel && lanes.sharedCount() > 0) late.begin();
  }

  function isIdle(): boolean {
    return inFlight === 0 && !isFlyingApart && lanes.sharedCount() === 0 && !lanes.hasApart();
  }

  return {
    async add(item) {
      const owner = ownerOf(item);
      const bytes = sizeOf(item, maxBytes);
      const result = new Promise<Out>((resolve, reject) => {
        const addedAt = performance.now();
        lanes.add({ item, owner, bytes, addedAt, company: maxItems, resolve, reject });
      });
      if (!isGathering) {
        isGathering = true;
        setImmediate(() => pump());
      }
      return result;
    },
    drain() {
      return isIdle() ? Promise.resolve() : new Promise((resolve) => drained.push(resolve));
    },
  };
}

/** What fails waits again, in smaller company. */
async function fly<In, Out>(
  flush: BatcherOptions<In, Out>['flush'],
  lanes: Pick<Lanes<Member<In, Out>>, 'putBack'>,
  members: readonly Member<In, Out>[],
): Promise<void> {
  try {
    handOut(members, await flush(members.map(({ item }) => item)));
  } catch (error) {
    lanes.putBack(retried(members, error));
  }
}

/** Runs something once after a while, unless it is stopped before. */
function createDelay(ms: number, run: () => void) {
  let timer: NodeJS.Timeout | undefined;
  return {
    begin(): void {
      timer ??= setTimeout(() => {
        timer = undefined;
        run();
      }, ms);
    },
    stop(): void {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

function handOut<In, Out>(
  members: readonly Member<In, Out>[],
  results: readonly (Out | AppError)[],
): void {
  if (results.length !== members.length) {
    throw new AppError(
      'INTERNAL',
      `a flush of ${members.length} items gave ${results.length} results`,
    );
  }
  results.forEach((result, index) => {
    if (result instanceof AppError) members[index]?.reject(result);
    else members[index]?.resolve(result);
  });
}

/** Those of a failed flush that go on in smaller company; the others are told what failed. */
function retried<In, Out>(
  members: readonly Member<In, Out>[],
  error: unknown,
): { readonly faulty: ReadonlySet<string>; readonly members: readonly Member<In, Out>[] } {
  const owners = new Set(members.map(({ owner }) => owner));
  if (concernsAll(error)) {
    for (const { reject } of members) reject(asAppError(error));
    return { faulty: new Set(), members: [] };
  }
  const isLast = ({ addedAt }: Member<In, Out>): boolean =>
    members.length === 1 || performance.now() - addedAt > patienceMs;
  for (const member of members.filter(isLast)) member.reject(asAppError(error));
  const rest = members.filter((member) => !isLast(member));
  for (const member of rest) member.company = members.length >> 1;
  return { faulty: owners.size === 1 ? owners : new Set(), members: rest };
}
