/** One result on its way to many clients; what is equal for several is encoded once. */
export class Payload {
  readonly text: string;
  readonly #frames = new Map<string, Buffer>();

  constructor(text: string) {
    this.text = text;
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
