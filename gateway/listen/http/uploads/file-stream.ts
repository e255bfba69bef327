import { AppError } from '../../../../kernel/errors.ts';
import { type FileContent, UploadedFile, UploadFault } from '../../../uploaded-file.ts';
import type { MultipartReader } from './multipart-reader.ts';
import type { PartHead } from './part-head.ts';

/** What files may cost us. */
export interface FileLimits {
  readonly maxFileBytes: number;
  /** Of files that came before somebody asked for them. */
  readonly maxWaitingBytes: number;
  /** Counts what is held of such files; throws when that is too much. */
  readonly take: (bytes: number) => void;
}

interface Entry {
  readonly key: string;
  head: PartHead | undefined;
  bytes: number;
  readonly chunks: Buffer[];
  isOpened: boolean;
  /** Nobody wants the rest of it. */
  isDropped: boolean;
  isEnded: boolean;
  /** Tells whoever waits for its bytes to be taken. */
  onTaken: (() => void) | undefined;
}

/**
 * The files of one request, which come one after another and may be asked for in another order: what comes too early
 * waits here, within limits, and whoever is slow to take a file slows its client down.
 */
export class FileStream {
  readonly #reader: MultipartReader;
  readonly #limits: FileLimits;
  readonly #entries = new Map<string, Entry>();
  #current: Entry | undefined;
  #waitingBytes = 0;
  #isOver = false;
  #fault: UploadFault | undefined;
  #reading: Promise<void> | undefined;

  constructor(reader: MultipartReader, limits: FileLimits) {
    this.#reader = reader;
    this.#limits = limits;
  }

  /** The file that comes in the part of this name. */
  file(key: string): UploadedFile {
    const entry: Entry = {
      ...{ key, head: undefined, bytes: 0, chunks: [], onTaken: undefined },
      ...{ isOpened: false, isDropped: false, isEnded: false },
    };
    this.#entries.set(key, entry);
    return new UploadedFile(key, () => this.#open(entry));
  }

  async #open(entry: Entry): Promise<FileContent> {
    if (entry.isOpened) {
      throw fault(`The file "${entry.key}" is needed by two requests to subgraphs; send it twice`);
    }
    entry.isOpened = true;
    while (entry.head === undefined) {
      if (this.#isOver) throw fault(`The request has no file "${entry.key}"`);
      await this.#advance();
    }
    const { filename = '', type = '' } = entry.head;
    return { filename, type, chunks: this.#chunksOf(entry) };
  }

  async *#chunksOf(entry: Entry): AsyncGenerator<Buffer> {
    try {
      for (let chunk = await this.#take(entry); chunk; chunk = await this.#take(entry)) yield chunk;
    } finally {
      entry.isDropped = true;
      entry.chunks.length = 0;
      tellTaken(entry);
    }
  }

  /** The next piece, undefined at the end. */
  async #take(entry: Entry): Promise<Buffer | undefined> {
    while (entry.chunks.length === 0 && !entry.isEnded) await this.#advance();
    const chunk = entry.chunks.shift();
    tellTaken(entry);
    return chunk;
  }

  /** Reads on for somebody; what came for somebody else is taken first. */
  async #advance(): Promise<void> {
    const current = this.#current;
    if (current?.isOpened === true && !current.isDropped && current.chunks.length > 0) {
      await new Promise<void>((resolve) => {
        const before = current.onTaken;
        current.onTaken = () => {
          before?.();
          resolve();
        };
      });
      return;
    }
    if (this.#fault !== undefined) throw this.#fault;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
  }

  /** What goes wrong once ends all files that are not there yet. */
  async #read(): Promise<void> {
    try {
      const event = await this.#reader.next();
      if (event.kind === 'part') this.#begin(event.head);
      else if (event.kind === 'data') this.#receive(event.bytes);
      else if (event.kind === 'part end') this.#end();
      else this.#isOver = true;
    } catch (error) {
      this.#fault = asFault(error);
      throw this.#fault;
    }
  }

  #end(): void {
    if (this.#current !== undefined) this.#current.isEnded = true;
    this.#current = undefined;
  }

  /** Parts that nothing asks for, or that come again, are read over. */
  #begin(head: PartHead): void {
    const entry = this.#entries.get(head.name);
    if (entry === undefined || entry.head !== undefined) return;
    entry.head = head;
    this.#current = entry;
  }

  #receive(bytes: Buffer): void {
    const entry = this.#current;
    if (entry === undefined || entry.isDropped) return;
    const { maxFileBytes, maxWaitingBytes, take } = this.#limits;
    entry.bytes += bytes.length;
    if (entry.bytes > maxFileBytes) {
      const message = `The file "${entry.key}" is larger than ${maxFileBytes} bytes`;
      throw new UploadFault('PAYLOAD_TOO_LARGE', message);
    }
    if (!entry.isOpened) {
      this.#waitingBytes += bytes.length;
      if (this.#waitingBytes > maxWaitingBytes) throw outOfOrder(entry.key);
      take(bytes.length);
    }
    entry.chunks.push(bytes);
  }
}

function tellTaken(entry: Entry): void {
  entry.onTaken?.();
  entry.onTaken = undefined;
}

function asFault(error: unknown): UploadFault {
  if (error instanceof UploadFault) return error;
  if (!(error instanceof AppError)) throw error;
  return new UploadFault(error.code, error.message, { cause: error });
}

function fault(message: string): UploadFault {
  return new UploadFault('BAD_USER_INPUT', message);
}

function outOfOrder(key: string): UploadFault {
  const message = `The file "${key}" comes before files that are needed first, and is too large to wait`;
  return new UploadFault('PAYLOAD_TOO_LARGE', message);
}
