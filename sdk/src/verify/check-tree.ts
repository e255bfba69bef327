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
  let confirmed = 0;
  let confirmedSize = frontier.size;
  let waiting = await next();
  // A checkpoint with another root: of a fork if a later one fits, else the events before it were changed.
  let suspect: Problem | undefined;

  async function next(): Promise<Checkpoint | undefined> {
    const { done, value } = await checkpoints.next();
    return done === true ? undefined : value;
  }

  function judge(checkpoint: Checkpoint): Problem | undefined {
    const run = [confirmedSize + 1, checkpoint.size] as const;
    if (!isSignedBy(checkpoint, keys))
      return problem(
        're-signed',
        run,
        `no key given has signed the checkpoint of ${checkpoint.size}`,
      );
    if (!rootOf(frontier).equals(checkpoint.root)) {
      suspect ??= problem(
        'edited',
        run,
        `the events do not lead to the checkpoint of ${checkpoint.size}`,
      );
      return undefined;
    }
    if (suspect !== undefined)
      return { ...suspect, fault: 'forked', message: 'a signed checkpoint is of another history' };
    confirmed += 1;
    confirmedSize = checkpoint.size;
    return undefined;
  }

  async function reach(): Promise<Problem | undefined> {
    while (waiting !== undefined && waiting.size <= frontier.size) {
      const found = waiting.size < frontier.size ? forked(waiting.size) : judge(waiting);
      if (found !== undefined) return found;
      waiting = await next();
    }
    return undefined;
  }

  return {
    frontier,
    get confirmed() {
      return confirmed;
    },
    get confirmedSize() {
      return confirmedSize;
    },
    async add(leaf) {
      append(frontier, leaf);
      return waiting !== undefined && waiting.size <= frontier.size ? await reach() : undefined;
    },
    async end() {
      const found = (await reach()) ?? suspect;
      if (found !== undefined) return found;
      const at = frontier.size + 1;
      if (waiting !== undefined)
        return problem(
          'truncated',
          [at, waiting.size],
          `a checkpoint knows ${waiting.size} events`,
        );
      if (frontier.size > confirmedSize)
        return problem(
          'inserted',
          [confirmedSize + 1, frontier.size],
          'no checkpoint knows these events',
        );
      return undefined;
    },
  };
}

function forked(size: number): Problem {
  return problem('forked', [size, size], 'checkpoints do not stand in order of their size');
}
