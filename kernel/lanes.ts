/** What lanes need to know of a member. */
interface Traveller {
  readonly owner: string;
  readonly bytes: number;
  readonly company: number;
}

/** Who waits for which flush: one queue for all, and one apart for each owner at fault or with an item too large. */
export interface Lanes<Member extends Traveller> {
  add(member: Member): void;
  /** Back to the front after a failed flush; members of an owner at fault go to a lane of its own. */
  putBack(failed: {
    readonly faulty: ReadonlySet<string>;
    readonly members: readonly Member[];
  }): void;
  /** How many wait in the queue for all. */
  sharedCount(): number;
  hasApart(): boolean;
  takeShared(): readonly Member[];
  /** The next of one owner; owners take turns. */
  takeApart(): readonly Member[];
}

/** How long an owner travels apart after its last fault, milliseconds. */
const apartMs = 30_000;
/** So many owners are remembered before the memory is tidied. */
const maxOwners = 1_000;

/** Empty lanes. */
export function createLanes<Member extends Traveller>(limits: {
  readonly maxItems: number;
  /** Of one flush. */
  readonly maxBytes: number;
  /** Of an item that may still travel with others. */
  readonly maxBytesShared: number;
}): Lanes<Member> {
  const apart = new Map<string, Member[]>();
  const apartUntil = new Map<string, number>();
  let shared: Member[] = [];

  function isAtFault(owner: string): boolean {
    return (apartUntil.get(owner) ?? 0) > performance.now();
  }

  function blame(owner: string): void {
    if (apartUntil.size >= maxOwners) {
      for (const [other] of apartUntil) if (!isAtFault(other)) apartUntil.delete(other);
    }
    apartUntil.set(owner, performance.now() + apartMs);
  }

  function laneOf(owner: string): Member[] {
    const lane = apart.get(owner) ?? [];
    apart.set(owner, lane);
    return lane;
  }

  return {
    add(member) {
      const isApart = member.bytes > limits.maxBytesShared || isAtFault(member.owner);
      (isApart ? laneOf(member.owner) : shared).push(member);
    },
    putBack({ faulty, members }) {
      for (const owner of faulty) blame(owner);
      const own = Map.groupBy(members, ({ owner }) => owner);
      // Members of one owner stay together, so that halving soon tells which owner it is.
      const mixed = [...own].flatMap(([owner, some]) => {
        if (!isAtFault(owner)) return some;
        laneOf(owner).unshift(...some);
        return [];
      });
      shared = [...mixed, ...shared];
    },
    sharedCount: () => shared.length,
    hasApart: () => apart.size > 0,
    takeShared() {
      const count = countOf(shared, limits);
      const taken = shared.slice(0, count);
      shared = shared.slice(count);
      return taken;
    },
    takeApart() {
      const [next] = apart;
      if (next === undefined) return [];
      const [owner, lane] = next;
      const taken = lane.splice(0, countOf(lane, limits));
      apart.delete(owner);
      if (lane.length > 0) apart.set(owner, lane);
      return taken;
    },
  };
}

/** How many from the front of a queue may share a flush. */
function countOf(
  queue: readonly Traveller[],
  { maxItems, maxBytes }: { readonly maxItems: number; readonly maxBytes: number },
): number {
  let most = maxItems;
  let bytes = 0;
  let count = 0;
  for (const member of queue) {
    most = Math.min(most, member.company);
    bytes += member.bytes;
    if (count > 0 && (count >= most || bytes > maxBytes)) break;
    count += 1;
  }
  return count;
}
