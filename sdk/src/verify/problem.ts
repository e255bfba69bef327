/** What can be wrong with a log. */
export type Fault =
  /** What it says is not what was sealed. */
  | 'edited'
  | 'deleted'
  | 'inserted'
  | 'reordered'
  /** It ends before its newest checkpoint. */
  | 'truncated'
  /** A checkpoint that none of the keys has signed. */
  | 're-signed'
  /** Two signed checkpoints that do not belong to one history. */
  | 'forked';

/** The first thing that is wrong. */
export interface Problem {
  readonly fault: Fault;
  /** The first sequence number that is not as it was. */
  readonly seq: number;
  /** Where only a run of events can be named, its last; else the same as `seq`. */
  readonly upTo: number;
  readonly message: string;
}

/** One event, or the run of those between two checkpoints. */
export function problem(
  fault: Fault,
  [seq, upTo]: readonly [number, number],
  message: string,
): Problem {
  return { fault, seq, upTo, message };
}
