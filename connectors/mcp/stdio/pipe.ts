import type { ChildProcess } from 'node:child_process';

import { isJsonObject, type JsonObject, parseOutsideJson } from '../../../kernel/json.ts';

/** Why a program gives no answer; `said` is the end of what it wrote to its standard error. */
export class PipeError extends Error {
  override readonly name = 'PipeError';
  /** False where another try finds the same. */
  readonly isRetryable: boolean;

  constructor(message: string, { isRetryable }: { readonly isRetryable: boolean }) {
    super(message);
    this.isRetryable = isRetryable;
  }
}

/** JSON-RPC 2.0 over the standard streams of a program: a message a line. */
export interface Pipe {
  readonly isOpen: boolean;
  /** The answer to a request; one at a time. What else it writes meanwhile is counted and not read. */
  ask(message: JsonObject, maxBytes: number): Promise<JsonObject>;
  tell(message: JsonObject): void;
}

interface Asked {
  readonly id: unknown;
  readonly maxBytes: number;
  readonly resolve: (answer: JsonObject) => void;
}

/** What a program may write while nobody has asked it anything. */
const idleBytes = 1_048_576;
const saidBytes = 2_000;

/** `end` ends the program; it is called when it breaks the rules. */
export function openPipe(child: ChildProcess, end: () => void): Pipe {
  let asked: Asked | undefined;
  let fail: ((error: PipeError) => void) | undefined;
  let fault: PipeError | undefined;
  let bytes = 0;
  let said = '';

  const lines = createLines();

  function stop(error: PipeError): void {
    fault ??= error;
    fail?.(fault);
    end();
  }

  function read(line: Buffer): void {
    if (asked === undefined) return;
    const message = messageIn(line);
    if (message === undefined || message['id'] !== asked.id || message['method'] !== undefined)
      return;
    asked.resolve(message);
  }

  child.stdout?.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    const most = asked?.maxBytes ?? idleBytes;
    if (bytes > most) {
      stop(new PipeError(`wrote more than ${String(most)} bytes`, { isRetryable: false }));
      return;
    }
    for (const line of lines(chunk)) read(line);
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString('utf8')}`.slice(-saidBytes);
  });
  child.once('error', () => {
    stop(new PipeError('cannot be started', { isRetryable: false }));
  });
  child.once('close', (code, signal) => {
    stop(new PipeError(howEnded(code ?? signal, said.trim()), { isRetryable: true }));
  });

  return {
    get isOpen() {
      return fault === undefined;
    },
    async ask(message, maxBytes) {
      if (fault !== undefined) throw fault;
      const { promise, resolve, reject } = Promise.withResolvers<JsonObject>();
      bytes = 0;
      asked = { id: message['id'], maxBytes, resolve };
      fail = reject;
      write(child, message);
      try {
        return await promise;
      } finally {
        asked = undefined;
        fail = undefined;
        bytes = 0;
      }
    },
    tell: (message) => write(child, message),
  };
}

function howEnded(by: number | string | null, said: string): string {
  const how = typeof by === 'number' ? `code ${String(by)}` : String(by);
  return said === '' ? `ended (${how})` : `ended (${how}): ${said}`;
}

/** Cuts what comes into lines; the beginning of the next one is kept. */
function createLines(): (chunk: Buffer) => readonly Buffer[] {
  let begun: Buffer[] = [];
  return (chunk) => {
    const whole: Buffer[] = [];
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      whole.push(Buffer.concat([...begun, chunk.subarray(from, at)]));
      begun = [];
      from = at + 1;
    }
    if (from < chunk.length) begun.push(chunk.subarray(from));
    return whole;
  };
}

function write(child: ChildProcess, message: JsonObject): void {
  child.stdin?.write(`${JSON.stringify(message)}\n`);
}

function messageIn(line: Buffer): JsonObject | undefined {
  try {
    const value = parseOutsideJson(line.toString('utf8'));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
