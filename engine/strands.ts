import type { JsonValue } from '../kernel/json.ts';
import type { Fiber, GatherPolicy, Operation } from './fiber.ts';
import { WorkflowError, withOrigins } from './problem.ts';

/** How a strand, or the effect it stands at, ended. */
export type Settled = { readonly ok: JsonValue } | { readonly error: unknown };

/** An operation that only the outside can answer. */
export type OpenOperation = Exclude<Operation, { readonly kind: 'gather' | 'breathe' }>;

type PauseWait = Extract<Operation, { readonly kind: 'pause' }>['wait'];

interface Strand {
  readonly body: Fiber<JsonValue>;
  readonly group: Group | undefined;
  readonly index: number;
  standing: OpenOperation | Group | undefined;
  isOver: boolean;
}

interface Group {
  readonly kind: 'group';
  readonly policy: GatherPolicy;
  readonly owner: Strand;
  readonly members: Strand[];
  readonly outputs: JsonValue[];
  readonly faults: WorkflowError[];
  remaining: number;
}

/**
 * The strands of one run, stepped one at a time in a fixed order. Nothing here waits: the driver delivers one
 * answer, steps until no strand is ready, then delivers the next; the same answers give the same run.
 */
export class Strands {
  readonly #ready: { readonly strand: Strand; readonly resume: Settled | undefined }[] = [];
  readonly #open = new Map<string, Strand>();
  readonly #abandoned = new Set<string>();
  readonly #onAbandoned: (key: string) => void;
  readonly #root: Strand;
  #opened: OpenOperation[] = [];
  outcome: Settled | undefined;

  constructor(root: Fiber<JsonValue>, onAbandoned: (key: string) => void) {
    this.#onAbandoned = onAbandoned;
    this.#root = newStrand(root, undefined, 0);
    this.#ready.push({ strand: this.#root, resume: undefined });
  }

  /** Runs one ready strand until it stands still, gives way or ends; false when none is ready. */
  step(): boolean {
    const next = this.#ready.shift();
    if (next === undefined) return false;
    if (!next.strand.isOver) this.#advance(next.strand, next.resume);
    return true;
  }

  /** Answers an open operation; false when its strand was cancelled meanwhile. Unknown keys are a divergence. */
  deliver(key: string, answer: Settled): boolean {
    const strand = this.#open.get(key);
    if (strand === undefined) {
      if (this.#abandoned.has(key)) return false;
      throw new ReplayDivergedError(key);
    }
    this.#open.delete(key);
    this.#ready.push({ strand, resume: answer });
    return true;
  }

  isOpen(key: string): boolean {
    return this.#open.has(key);
  }

  /** True for an operation that was open until its strand was ended. */
  isAbandoned(key: string): boolean {
    return this.#abandoned.has(key);
  }

  /** Replaces waits that stand open; their keys stay. */
  changeWaits(change: <Wait extends PauseWait>(wait: Wait) => Wait): void {
    for (const strand of this.#open.values())
      if (strand.standing?.kind === 'pause')
        strand.standing = { kind: 'pause', wait: change(strand.standing.wait) };
  }

  /** Operations that stand open, in the order in which they were reached. */
  standing(): OpenOperation[] {
    return [...this.#open.values()].map((strand) => strand.standing).filter(isOpenOperation);
  }

  /** Operations reached since the last call and still open. */
  takeOpened(): OpenOperation[] {
    const opened = this.#opened.map((operation) => this.#open.get(keyOf(operation))?.standing);
    this.#opened = [];
    return opened.filter(isOpenOperation);
  }

  /** Ends every strand, inner ones first. */
  cancel(): void {
    this.#cancel(this.#root);
  }

  #advance(strand: Strand, resume: Settled | undefined): void {
    strand.standing = undefined;
    try {
      const step = advanceBody(strand.body, resume);
      if (step.done === true) this.#settle(strand, { ok: step.value });
      else this.#stand(strand, step.value);
    } catch (error) {
      this.#settle(strand, { error });
    }
  }

  #stand(strand: Strand, operation: Operation): void {
    if (operation.kind === 'gather') {
      this.#startGroup(strand, operation.policy, operation.branches);
      return;
    }
    // It goes on before all others: when a strand gives way depends on the machine, the order of strands must not.
    if (operation.kind === 'breathe') {
      this.#ready.unshift({ strand, resume: { ok: null } });
      return;
    }
    const key = keyOf(operation);
    if (this.#open.has(key)) throw new Error(`two effects have the key ${key}`);
    strand.standing = operation;
    this.#open.set(key, strand);
    this.#opened.push(operation);
  }

  #startGroup(owner: Strand, policy: GatherPolicy, branches: readonly Fiber<JsonValue>[]): void {
    const group: Group = {
      kind: 'group',
      policy,
      owner,
      members: [],
      outputs: [],
      faults: [],
      remaining: branches.length,
    };
    owner.standing = group;
    for (const [index, body] of branches.entries())
      group.members.push(newStrand(body, group, index));
    for (const strand of group.members) this.#ready.push({ strand, resume: undefined });
    if (branches.length === 0) this.#ready.push({ strand: owner, resume: { ok: [] } });
  }

  #settle(strand: Strand, settled: Settled): void {
    strand.isOver = true;
    const group = strand.group;
    if (group === undefined) {
      this.outcome = settled;
      return;
    }
    group.remaining -= 1;
    const answer = answerOf(group, strand.index, settled);
    if (answer === undefined) return;
    for (const member of group.members) this.#cancel(member);
    this.#ready.push({ strand: group.owner, resume: answer });
  }

  #cancel(strand: Strand): void {
    if (strand.isOver) return;
    strand.isOver = true;
    const standing = strand.standing;
    if (standing?.kind === 'group') for (const member of standing.members) this.#cancel(member);
    else if (standing !== undefined) this.#abandon(keyOf(standing));
    strand.body.return(null);
  }

  #abandon(key: string): void {
    this.#open.delete(key);
    this.#abandoned.add(key);
    this.#onAbandoned(key);
  }
}

/** The journal holds an answer to a question that this run does not ask: another definition, or a defect. */
class ReplayDivergedError extends Error {
  override readonly name = 'ReplayDivergedError';

  constructor(key: string) {
    super(`the journal has an entry ${key} that the run does not ask for`);
  }
}

function keyOf(operation: OpenOperation): string {
  return operation.kind === 'perform' ? operation.key : operation.wait.key;
}

function newStrand(body: Fiber<JsonValue>, group: Group | undefined, index: number): Strand {
  return { body, group, index, standing: undefined, isOver: false };
}

function advanceBody(
  body: Fiber<JsonValue>,
  resume: Settled | undefined,
): IteratorResult<Operation, JsonValue> {
  if (resume === undefined) return body.next(null);
  return 'ok' in resume ? body.next(resume.ok) : body.throw(resume.error);
}

/** What the owner of a group is resumed with when a member has settled; undefined while it has to wait on. */
function answerOf(group: Group, index: number, settled: Settled): Settled | undefined {
  if ('ok' in settled) {
    group.outputs[index] = settled.ok;
    if (group.policy !== 'all') return { ok: [index, settled.ok] };
    return group.remaining === 0 ? { ok: group.outputs } : undefined;
  }
  if (group.policy !== 'first' || !isOrdinaryFault(settled.error)) return settled;
  group.faults.push(settled.error);
  return group.remaining === 0 ? { error: faultOf(group.faults) } : undefined;
}

/** The first of the faults, which came about by all of them. */
function faultOf(faults: readonly WorkflowError[]): unknown {
  const origins = faults.flatMap((fault) => fault.origins);
  return faults[0] === undefined ? undefined : withOrigins(faults[0], origins);
}

function isOrdinaryFault(error: unknown): error is WorkflowError {
  return error instanceof WorkflowError && error.isCatchable;
}

function isOpenOperation(standing: OpenOperation | Group | undefined): standing is OpenOperation {
  return standing !== undefined && standing.kind !== 'group';
}
