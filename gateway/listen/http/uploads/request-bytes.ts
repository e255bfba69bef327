import type { IncomingMessage } from 'node:http';

import { UploadFault } from '../../../uploaded-file.ts';

/** The bytes of a body, taken from the socket no faster than they are asked for. */
export class RequestBytes {
  readonly #request: IncomingMessage;
  readonly #idleMs: number;
  readonly #chunks: Buffer[] = [];
  #isEnded = false;
  #fault: UploadFault | undefined;
  #wake: (() => void) | undefined;

  constructor(request: IncomingMessage, idleMs: number) {
    this.#request = request;
    this.#idleMs = idleMs;
    request.on('data', this.#onData).on('end', this.#onEnd);
    request.on('error', this.#onError).on('close', this.#onClose).pause();
  }

  /** Undefined at the end. Throws UploadFault when the client has gone, or sends nothing for too long. */
  async next(): Promise<Buffer | undefined> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) return chunk;
      if (this.#fault !== undefined) throw this.#fault;
      if (this.#isEnded) return undefined;
      await this.#more();
    }
  }

  /** Leaves the request to others; who still waits for bytes is told that there are no more. */
  release(): void {
    const request = this.#request;
    this.#onError(undefined);
    request.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose);
  }

  async #more(): Promise<void> {
    const timer = setTimeout(() => {
      this.#onError(late(this.#idleMs));
    }, this.#idleMs);
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#request.resume();
    });
    clearTimeout(timer);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#chunks.push(chunk);
    this.#request.pause();
    this.#wake?.();
  };

  readonly #onEnd = (): void => {
    this.#isEnded = true;
    this.#wake?.();
  };

  readonly #onError = (error: unknown): void => {
    this.#fault ??= error instanceof UploadFault ? error : endedEarly(error);
    this.#wake?.();
  };

  readonly #onClose = (): void => {
    if (!this.#isEnded) this.#onError(undefined);
  };
}

function late(idleMs: number): UploadFault {
  return new UploadFault('REQUEST_TIMEOUT', `Nothing of the body came for ${idleMs} ms`);
}

function endedEarly(cause: unknown): UploadFault {
  return new UploadFault('REQUEST_TIMEOUT', 'The request ended early', { cause });
}
