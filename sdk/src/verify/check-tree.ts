import { append, emptyFrontier, rootOf, type Digest, type Frontier } from './merkle.ts';
import { isSignedBy, type Checkpoint, type VerifierKey } from './note.ts';
import { problem, type Problem } from './problem.ts';

export interface TreeSource {
  /** Ascending by size. */
  readonly checkpoints: AsyncIterator<Checkpoint, unknown, undefined>;
  readonly keys: readonly VerifierKey[];
  /** The tree before the first leaf that will be added. @default the empty tree */
  readonly start?: Frontier;
}

/** Grows the tree leaf by leaf and holds it against the checkpoints. */
export interface TreeCheck {
  readonly frontier: Frontier;
  /** Checkpoints that fit. */
  readonly confirmed: number;
  /** The size of the last checkpoint that fits. */
  readonly confirmedSize: number;
  /** A problem, if one is certain by now. */
  add(leaf: Digest): Promise<Problem | undefined>;
  /** The first problem after the last leaf, if there is any. */
  end(): Promise<Problem | undefined>;
}

/** Begins before the first leaf. */
export async function checkTree({ checkpoints, keys, start }: TreeSource): Promise<TreeCheck> {
  const frontier = start ?? emptyFrontier();
  const judge = createJudge(frontier, keys);
  let waiting = await next();

  async function next(): Promise<Checkpoint | undefined> {
    const { done, value } = await checkpoints.next();
    return done === true ? undefined : value;
  }

  function isReached(): boolean {
    return waiting !== undefined && waiting.size <= frontier.size;
  }

  async function reach(): Promise<Problem | undefined> {
    while (waiting !== undefined && waiting.size <= frontier.size) {
      const found = judge.look(waiting);
      if (found !== undefined) return found;
      waiting = await next();
    }
    return undefined;
  }

  return {
    frontier,
    get confirmed() {
      return judge.confirmed;
    },
    get confirmedSize() {
      return judge.confirmedSize;
    },
    async add(leaf) {
      // Of what it begins with there can be a checkpoint, too.
      const found = isReached() ? await reach() : undefined;
      if (found !== undefined) return found;
      append(frontier, leaf);
      return isReached() ? await reach() : undefined;
    },
    async end() {
      return (await reach()) ?? judge.suspect ?? leftOver(frontier, judge, waiting);
    },
  };
}

interface Judge {
  readonly confirmed: number;
  readonly confirmedSize: number;
  /** A checkpoint with another root: of a fork if a later one fits, else the events before it were changed. */
  readonly suspect: Problem | undefined;
  /** Holds a checkpoint against the tree of its size. */
  look(checkpoint: Checkpoint): Problem | undefined;
}

function createJudge(frontier: Frontier, keys: readonly VerifierKey[]): Judge {
  let confirmed = 0;
  let confirmedSize = frontier.size;
  let suspect: Problem | undefined;
  return {
    get confirmed() {
      return confirmed;
    },
    get confirmedSize() {
      return confirmedSize;
    },
    get suspect() {
      return suspect;
    },
    look(checkpoint) {
      const { size } = checkpoint;
      const run = [Math.min(confirmedSize + 1, size), size] as const;
      if (size < frontier.size)
        return problem('forked', [size, size], 'checkpoints do not stand in order of their size');
      if (!isSignedBy(checkpoint, keys))
        return problem('re-signed', run, `no key given has signed the checkpoint of ${size}`);
      if (!rootOf(frontier).equals(checkpoint.root)) {
        suspect ??= problem('edited', run, `the events do not lead to the checkpoint of ${size}`);
        return undefined;
      }
      if (suspect !== undefined)
        return {
          ...suspect,
          fault: 'forked',
          message: 'a signed checkpoint is of another history',
        };
      confirmed += 1;
      confirmedSize = size;
      return undefined;
    },
  };
}

/** What is wrong when leaves or checkpoints are left over. */
function leftOver(
  { size }: Frontier,
  { confirmedSize }: Judge,
  waiting: Checkpoint | undefined,
): Problem | undefined {
  if (waiting !== undefined) {
    const run = [size + 1, waiting.size] as const;
    return problem('truncated', run, `a checkpoint knows ${waiting.size} events`);
  }
  if (size === confirmedSize) return undefined;
  return problem('inserted', [confirmedSize + 1, size], 'no checkpoint knows these events');
}
