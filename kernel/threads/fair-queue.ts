/** Things that wait, by the member they belong to; members take turns. */
export interface FairQueue<Item> {
  readonly size: number;
  /** False when the member has its share waiting already, or the queue is full. */
  push(member: string, item: Item): boolean;
  /** The next item of the member whose turn it is, among those that may have one. */
  take(mayHave: (member: string) => boolean): Item | undefined;
  /** Takes an item out of its turn. */
  remove(member: string, item: Item): void;
  /** Takes all. */
  drain(): Item[];
}

/** How much may wait. */
export interface FairShares {
  readonly ofMember: number;
  readonly ofAll: number;
}

/** An empty queue. */
export function createFairQueue<Item>(shares: FairShares): FairQueue<Item> {
  // In order of turns: who has had one goes to the end.
  const lines = new Map<string, Item[]>();
  let size = 0;

  function put(member: string, line: Item[]): void {
    lines.delete(member);
    if (line.length > 0) lines.set(member, line);
  }

  return {
    get size() {
      return size;
    },
    push(member, item) {
      const line = lines.get(member) ?? [];
      if (line.length >= shares.ofMember || size >= shares.ofAll) return false;
      line.push(item);
      lines.set(member, line);
      size += 1;
      return true;
    },
    take(mayHave) {
      for (const [member, line] of lines) {
        if (!mayHave(member)) continue;
        const item = line.shift();
        put(member, line);
        size -= 1;
        return item;
      }
      return undefined;
    },
    remove(member, item) {
      const line = lines.get(member);
      const index = line?.indexOf(item) ?? -1;
      if (line === undefined || index < 0) return;
      line.splice(index, 1);
      size -= 1;
      if (line.length === 0) lines.delete(member);
    },
    drain() {
      const all = [...lines.values()].flat();
      lines.clear();
      size = 0;
      return all;
    },
  };
}
