import { checkConsistency, type Digest } from './merkle.ts';
import { cosign, type Cosigner } from './cosign.ts';
import { isSignedBy, parseCheckpoint, type Checkpoint, type VerifierKey } from './note.ts';

/** Where a witness keeps the newest checkpoint of each log, by its origin. */
export interface WitnessStore {
  read(origin: string): Promise<string | undefined>;
  /** Durable when it resolves. */
  write(origin: string, note: string): Promise<void>;
}

export interface WitnessOptions {
  readonly cosigner: Cosigner;
  /** The keys of all logs that it follows; the name of a key is the origin of its log. */
  readonly logs: readonly VerifierKey[];
  readonly store: WitnessStore;
  /** Seconds. */
  readonly now: () => number;
}

/** An answer as C2SP tlog-witness has it. */
export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly contentType: string;
  readonly body: string;
}

/** Remembers how far each log was and cosigns what goes on from there, and nothing else. */
export interface Witness {
  /** The body of `POST /add-checkpoint`. */
  addCheckpoint(body: string): Promise<WitnessAnswer>;
}

const mostProofLines = 63;

/** Calls about one log are answered one after the other, so that no tree is taken back. */
export function createWitness(options: WitnessOptions): Witness {
  const turns = new Map<string, Promise<unknown>>();
  return {
    async addCheckpoint(body) {
      const asked = parseBody(body);
      if (asked === undefined) return plain(400, 'the body is no request');
      const { origin } = asked.checkpoint;
      const keys = options.logs.filter(({ name }) => name === origin);
      if (keys.length === 0) return plain(404, 'the log is not known');
      if (!isSignedBy(asked.checkpoint, keys)) return plain(403, 'no known key has signed it');
      const before = turns.get(origin) ?? Promise.resolve();
      const turn = before.then(
        () => judge(options, asked),
        () => judge(options, asked),
      );
      turns.set(origin, turn);
      return await turn;
    },
  };
}

interface Asked {
  readonly old: number;
  readonly path: readonly Digest[];
  readonly checkpoint: Checkpoint;
  readonly note: string;
}

function parseBody(body: string): Asked | undefined {
  const [head = ''] = body.split('\n\n', 1);
  const [first = '', ...proof] = head.split('\n');
  const [, old] = /^old (0|[1-9]\d{0,15})$/.exec(first) ?? [];
  const path = proof.map((line) => Buffer.from(line, 'base64'));
  const isBad = proof.length > mostProofLines || path.some(({ length }) => length !== 32);
  if (old === undefined || isBad || body.length === head.length) return undefined;
  const note = body.slice(head.length + 2);
  try {
    return { old: Number(old), path, checkpoint: parseCheckpoint(note), note };
  } catch {
    return undefined;
  }
}

async function judge(
  { cosigner, store, now }: WitnessOptions,
  { old, path, checkpoint, note }: Asked,
): Promise<WitnessAnswer> {
  const { origin, size, root, text } = checkpoint;
  if (old > size) return plain(400, 'the old size is above that of the checkpoint');
  const kept = await store.read(origin);
  const last = kept === undefined ? undefined : parseCheckpoint(kept);
  const lastSize = last?.size ?? 0;
  if (old !== lastSize)
    return { status: 409, contentType: 'text/x.tlog.size', body: `${lastSize}\n` };
  if (last !== undefined && size === last.size && !root.equals(last.root))
    return plain(409, 'another tree of this size was cosigned: the log has two histories');
  if (!isConsistent({ last, path, checkpoint }))
    return plain(422, 'the tree does not begin with the one that was cosigned');
  const line = cosign(cosigner, text, now());
  await store.write(origin, note + line);
  return plain(200, line);
}

interface Step {
  readonly last: Checkpoint | undefined;
  readonly path: readonly Digest[];
  readonly checkpoint: Checkpoint;
}

function isConsistent({ last, path, checkpoint: { size, root } }: Step): boolean {
  if (last === undefined || last.size === 0) return path.length === 0;
  try {
    checkConsistency({ from: last.size, to: size, path, fromRoot: last.root, toRoot: root });
    return true;
  } catch {
    return false;
  }
}

function plain(status: WitnessAnswer['status'], text: string): WitnessAnswer {
  const body = text.endsWith('\n') ? text : `${text}\n`;
  return { status, contentType: 'text/plain; charset=utf-8', body };
}
