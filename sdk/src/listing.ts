import type { CallOptions } from './calls.ts';
import type { AnyOperation } from './operation.ts';
import { asRecord } from './graphql-errors.ts';
import type { Transport } from './transport.ts';

export interface ListOptions extends CallOptions {
  /** Cursor of the last one seen; the list begins behind it. */
  readonly after?: string | undefined;
  /** How many are fetched at a time, at most 100. @default 100 */
  readonly pageSize?: number | undefined;
}

/** One page of a list. */
export interface Page<Node> {
  readonly nodes: readonly Node[];
  /** Cursor behind the page, as `after` of the next; null at the end. */
  readonly next: string | null;
}

/** A list, fetched page by page while it is walked: `for await (const node of list)`. */
export interface Listing<Node> extends AsyncIterable<Node> {
  /** Its pages, where cursors are wanted. */
  pages(): AsyncGenerator<Page<Node>, void>;
  /** The first ones as an array. @default all of them */
  toArray(limit?: number): Promise<Node[]>;
}

/** What the only connection of an answer lists. */
export type NodeOf<Data> = Data extends {
  readonly nodes: readonly (infer Node)[];
  readonly pageInfo: unknown;
}
  ? Node
  : Data extends readonly unknown[] | string | number | boolean | undefined | null
    ? never
    : { [Key in keyof Data]-?: NodeOf<Data[Key]> }[keyof Data];

/** What is listed. */
interface Listed<Data, Variables> {
  readonly operation: AnyOperation<Data, Variables>;
  readonly variables: Omit<Variables, 'first' | 'after'>;
}

/** A list by an operation that has one connection and the variables `first` and `after`. */
export function listingOf<Data, Variables>(
  transport: Transport,
  { operation, variables }: Listed<Data, Variables>,
  { pageSize = 100, after: start, ...options }: ListOptions = {},
): Listing<NodeOf<Data>> {
  async function* pages(): AsyncGenerator<Page<NodeOf<Data>>, void> {
    for (let after: string | null = start ?? null; ;) {
      const sent = { ...variables, first: pageSize, ...(after !== null && { after }) };
      // An operation whose pages are of a fixed size has no `first`; what is not declared is ignored.
      const { data } = await transport.send(operation, sent as unknown as Variables, options);
      const found = connectionIn(data);
      if (found === undefined) return;
      const { nodes, pageInfo } = found;
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      // The connection that was found is the one that the type has.
      yield { nodes: nodes as readonly NodeOf<Data>[], next: after };
      if (after === null) return;
    }
  }
  async function* nodes(): AsyncGenerator<NodeOf<Data>, void> {
    for await (const page of pages()) yield* page.nodes;
  }
  return {
    pages,
    [Symbol.asyncIterator]: nodes,
    toArray: async (limit = Infinity) => {
      const found: NodeOf<Data>[] = [];
      if (limit <= 0) return found;
      for await (const node of nodes()) if (found.push(node) >= limit) break;
      return found;
    },
  };
}

interface Connection {
  readonly nodes: readonly unknown[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** Looked for below the root; an object that is not there, such as a webhook that was deleted, has none. */
function connectionIn(data: unknown): Connection | undefined {
  const { nodes, pageInfo } = asRecord(data);
  if (Array.isArray(nodes) && pageInfo !== undefined)
    return { nodes, pageInfo: pageInfo as Connection['pageInfo'] };
  for (const value of Object.values(asRecord(data))) {
    if (Array.isArray(value)) continue;
    const found = connectionIn(value);
    if (found !== undefined) return found;
  }
  return undefined;
}
