import { IntegrationError } from '../errors.ts';

/** A message as it goes over the wire: not compressed, its length before it. */
export function framed(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(headBytes + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, headBytes);
  return frame;
}

const headBytes = 5;

export interface MessageBounds {
  /** Of all messages together. */
  readonly maxBytes: number;
  readonly maxMessages: number;
}

/** Takes an answer apart as it comes; throws once it is larger than it may be. */
export interface Messages {
  readonly taken: readonly Buffer[];
  take(chunk: Buffer): void;
}

export function createMessages(name: string, { maxBytes, maxMessages }: MessageBounds): Messages {
  const taken: Buffer[] = [];
  let chunks: Buffer[] = [];
  let held = 0;
  let total = 0;
  /** Bytes without which nothing can be taken. */
  let wanted = headBytes;

  function takeOne(bytes: Buffer): Buffer | undefined {
    const length = bytes.readUInt32BE(1);
    if (bytes[0] !== 0) throw unreadable(name, 'something compressed, which was not asked for');
    if (total + length > maxBytes) throw tooMuch(name, `${String(maxBytes)} bytes`);
    wanted = headBytes + length;
    if (bytes.length < wanted) return undefined;
    if (taken.length >= maxMessages) throw tooMuch(name, `${String(maxMessages)} messages`);
    taken.push(bytes.subarray(headBytes, wanted));
    total += length;
    const rest = bytes.subarray(wanted);
    wanted = headBytes;
    return rest;
  }

  return {
    taken,
    take(chunk) {
      chunks.push(chunk);
      held += chunk.length;
      // Put together once there is enough: a message in many chunks is copied once.
      if (held < wanted) return;
      let bytes: Buffer = Buffer.concat(chunks);
      while (bytes.length >= headBytes) {
        const rest = takeOne(bytes);
        if (rest === undefined) break;
        bytes = rest;
      }
      chunks = [bytes];
      held = bytes.length;
    },
  };
}

function tooMuch(name: string, what: string): IntegrationError {
  return new IntegrationError(`${name} answered with more than ${what}`, { isRetryable: false });
}

/** The failure of an answer that is no gRPC or does not fit its description. */
export function unreadable(name: string, what: string, cause?: unknown): IntegrationError {
  return new IntegrationError(`${name} answered with ${what}`, { isRetryable: false, cause });
}
