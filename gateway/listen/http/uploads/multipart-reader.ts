import { UploadFault } from '../../../uploaded-file.ts';
import { type PartHead, readPartHead } from './part-head.ts';

/** Where the bytes come from; undefined at their end. */
export interface ByteSource {
  next(): Promise<Buffer | undefined>;
}

/** What a body of `multipart/form-data` consists of, in its order. */
export type MultipartEvent =
  | { readonly kind: 'part'; readonly head: PartHead }
  | { readonly kind: 'data'; readonly bytes: Buffer }
  | { readonly kind: 'part end' }
  | { readonly kind: 'end' };

const maxHeadBytes = 8 * 1024;
const lineEnd = Buffer.from('\r\n');
const carriageReturn = 0x0d;
const headEnd = Buffer.from('\r\n\r\n');
const dashes = Buffer.from('--');
const end = { kind: 'end' } as const;

/** Reads `multipart/form-data` (RFC 7578) piece by piece; it holds no more than one piece of the source. */
export class MultipartReader {
  readonly #source: ByteSource;
  readonly #delimiter: Buffer;
  // The first delimiter stands at the beginning of a line, too.
  #rest: Buffer = lineEnd;
  #state: 'preamble' | 'content' | 'between' | 'end' = 'preamble';

  constructor(source: ByteSource, boundary: string) {
    this.#source = source;
    this.#delimiter = Buffer.from(`\r\n--${boundary}`);
  }

  /** The next piece; throws UploadFault where the body is not well formed. */
  async next(): Promise<MultipartEvent> {
    while (this.#state !== 'end') {
      const at = this.#rest.indexOf(this.#delimiter);
      if (at === 0) return this.#state === 'content' ? this.#endPart() : this.#part();
      const bytes = this.#take(at > 0 ? at : this.#certainLength());
      if (bytes.length === 0) await this.#fill();
      else if (this.#state === 'content') return { kind: 'data', bytes };
    }
    return end;
  }

  #endPart(): MultipartEvent {
    this.#state = 'between';
    return { kind: 'part end' };
  }

  async #part(): Promise<MultipartEvent> {
    this.#take(this.#delimiter.length);
    while (this.#rest.length < dashes.length) await this.#fill();
    if (this.#rest.subarray(0, dashes.length).equals(dashes)) {
      this.#state = 'end';
      return end;
    }
    let at = this.#rest.indexOf(headEnd);
    while (at < 0) {
      if (this.#rest.length > maxHeadBytes) throw malformed('has a part with too long a head');
      await this.#fill();
      at = this.#rest.indexOf(headEnd);
    }
    const text = this.#take(at).toString('utf8');
    this.#take(headEnd.length);
    this.#state = 'content';
    const head = readPartHead(text);
    if (head === undefined) throw malformed('has a part without a name');
    return { kind: 'part', head };
  }

  /** How much of the rest is no beginning of a delimiter. */
  #certainLength(): number {
    const rest = this.#rest;
    let at = rest.indexOf(carriageReturn, Math.max(0, rest.length - this.#delimiter.length + 1));
    while (at >= 0 && !this.#delimiter.subarray(0, rest.length - at).equals(rest.subarray(at))) {
      at = rest.indexOf(carriageReturn, at + 1);
    }
    return at < 0 ? rest.length : at;
  }

  #take(length: number): Buffer {
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(taken.length);
    return taken;
  }

  async #fill(): Promise<void> {
    const chunk = await this.#source.next();
    if (chunk === undefined) throw malformed('ends before its last boundary');
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
  }
}

function malformed(what: string): UploadFault {
  return new UploadFault('BAD_USER_INPUT', `The multipart body ${what}`);
}
