/** First bytes of a connection, PostgreSQL protocol 3.0, "Message Formats". */
const SSL_REQUEST = 80_877_103;
const GSS_REQUEST = 80_877_104;
const CANCEL_REQUEST = 80_877_102;
const HEADER_BYTES = 5;
const REFUSED = Buffer.from('N');
const [PARSE, BIND, DESCRIBE, CLOSE] = Buffer.from('PBDC');
const [QUERY, SYNC, FLUSH, TERMINATE] = Buffer.from('QSHX');

/** What a client's bytes amount to. */
export type Request =
  /** Answer these bytes without asking the database. */
  | { readonly kind: 'answer'; readonly bytes: Buffer }
  /** Hand these bytes to the database in one piece. */
  | { readonly kind: 'unit'; readonly bytes: Buffer }
  | { readonly kind: 'goodbye' };

/** Cuts the bytes of one client into requests. */
export interface Framer {
  /** Adds received bytes and returns the requests they complete. */
  push(chunk: Buffer): Request[];
  /** Names, as the database knows them, of the prepared statements this client has made. */
  readonly statements: ReadonlySet<string>;
}

/**
 * Makes a framer for one client. Messages up to the next Sync or simple Query form one unit, since the unnamed statement
 * and portal between them belong to the session, which other clients share. Named statements get `prefix` before their
 * name for the same reason.
 */
export function createFramer(prefix: string): Framer {
  const statements = new Set<string>();
  let rest: Buffer = Buffer.alloc(0);
  let pending: Buffer[] = [];
  let isStarted = false;

  function start(frame: Buffer): Request {
    const code = frame.readInt32BE(4);
    if (code === SSL_REQUEST || code === GSS_REQUEST) return { kind: 'answer', bytes: REFUSED };
    if (code === CANCEL_REQUEST) return { kind: 'goodbye' };
    isStarted = true;
    return { kind: 'unit', bytes: frame };
  }

  function accept(frame: Buffer): Request | undefined {
    if (!isStarted) return start(frame);
    const type = frame[0];
    if (type === TERMINATE) return { kind: 'goodbye' };
    pending.push(rename(frame, prefix, statements));
    if (type !== SYNC && type !== QUERY && type !== FLUSH) return undefined;
    const bytes = Buffer.concat(pending);
    pending = [];
    return { kind: 'unit', bytes };
  }

  return {
    statements,
    push(chunk) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const requests: Request[] = [];
      for (let frame = nextFrame(rest, isStarted); frame; frame = nextFrame(rest, isStarted)) {
        rest = rest.subarray(frame.length);
        const request = accept(frame);
        if (request !== undefined) requests.push(request);
      }
      return requests;
    },
  };
}

/** The first whole message, if there is one; messages before the start have no type byte. */
function nextFrame(bytes: Buffer, isStarted: boolean): Buffer | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const length = isStarted ? 1 + bytes.readUInt32BE(1) : bytes.readUInt32BE(0);
  return bytes.length < length ? undefined : bytes.subarray(0, length);
}

/** The message with the prefix before its statement's name; unnamed statements stay so. */
function rename(frame: Buffer, prefix: string, statements: Set<string>): Buffer {
  const at = statementOffset(frame);
  if (at === undefined || frame[at] === 0) return frame;
  const name = prefix + frame.toString('utf8', at, frame.indexOf(0, at));
  if (frame[0] === PARSE) statements.add(name);
  if (frame[0] === CLOSE) statements.delete(name);
  const renamed = Buffer.concat([frame.subarray(0, at), Buffer.from(prefix), frame.subarray(at)]);
  renamed.writeUInt32BE(renamed.length - 1, 1);
  return renamed;
}

/** Where the message holds a statement's name. */
function statementOffset(frame: Buffer): number | undefined {
  const [type] = frame;
  if (type === PARSE) return HEADER_BYTES;
  if (type === BIND) return frame.indexOf(0, HEADER_BYTES) + 1;
  const isOfStatement = frame[HEADER_BYTES] === 'S'.charCodeAt(0);
  return (type === DESCRIBE || type === CLOSE) && isOfStatement ? HEADER_BYTES + 1 : undefined;
}
