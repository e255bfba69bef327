import { AppError, type ErrorCode } from '../kernel/errors.ts';

/** What a client did wrong while it sent a file: it says nothing of the subgraph that waits for it. */
export class UploadFault extends AppError {
  override readonly name = 'UploadFault';

  constructor(code: ErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(code, message, options);
  }
}

/** A file while it comes in. */
export interface FileContent {
  readonly filename: string;
  readonly type: string;
  /** Throws UploadFault. */
  readonly chunks: AsyncIterable<Buffer>;
}

/**
 * A file that came with a request, where its variables name it. The JSON of the variables has null there, as the
 * specification of multipart requests wants it.
 */
export class UploadedFile {
  /** What the client calls it in its map. */
  readonly key: string;
  readonly #open: () => Promise<FileContent>;

  constructor(key: string, open: () => Promise<FileContent>) {
    this.key = key;
    this.#open = open;
  }

  /** Its bytes, which come once only; throws UploadFault. */
  open(): Promise<FileContent> {
    return this.#open();
  }

  toJSON(): null {
    return null;
  }
}
