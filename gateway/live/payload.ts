/** One result on its way to many clients; what is equal for several is encoded once. */
export class Payload {
  readonly text: string;
  readonly #frames = new Map<string, Buffer>();
  #event: Buffer | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** The server-sent event `next`. JSON has no line breaks outside of strings, and none unescaped inside. */
  event(): Buffer {
    return (this.#event ??= Buffer.from(`event: next\ndata: ${this.text}\n\n`));
  }

  /** The graphql-transport-ws `next` message for an operation id. Clients mostly count alike, so ids repeat. */
  frame(id: string): Buffer {
    const known = this.#frames.get(id);
    if (known !== undefined) return known;
    const frame = Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":${this.text}}`);
    this.#frames.set(id, frame);
    return frame;
  }
}
