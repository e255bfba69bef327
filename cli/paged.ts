import type { Command } from 'commander';

import { connected, type Connection } from './connection.ts';
import { wholeNumber } from './job-options.ts';
import { isWide, printJson } from './json-output.ts';
import { type Cell, table } from './output.ts';

/** Which part of a list is asked for. */
export interface Part {
  readonly first: number;
  /** Cursor of the last one seen. */
  readonly after?: string;
}

interface PageOf<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

interface Looks<Node> {
  readonly headings: readonly string[];
  readonly cellsOf: (node: Node) => readonly Cell[];
  /** Further columns of `-o wide`. */
  readonly wide?: Readonly<Record<string, (node: Node) => Cell>>;
  /** What is said of an empty list. */
  readonly none: string;
}

/** A command that calls the platform and lists page by page. */
export function paged(command: Command): Command {
  return connected(command)
    .option('--first <count>', 'how many, at most 100', wholeNumber, 20)
    .option('--after <cursor>', 'go on behind this cursor');
}

/** What is sent of it. */
export function partOf({ first, after }: Part): { first: number; after: string | null } {
  return { first, after: after ?? null };
}

/** Prints a page as JSON or as a table, and how to go on if there is more. */
export function printPage<Node>(
  { json }: Pick<Connection, 'json'>,
  page: PageOf<Node>,
  looks: Looks<Node>,
): void {
  if (json) printJson(page);
  else if (page.nodes.length === 0) console.log(looks.none);
  else {
    printTable(page.nodes, looks);
    tellMore(page);
  }
}

/** Prints a table; with `-o wide` all columns of it. */
export function printTable<Node>(
  nodes: readonly Node[],
  { headings, cellsOf, wide = {} }: Omit<Looks<Node>, 'none'>,
): void {
  const further = isWide() ? Object.entries(wide) : [];
  const all = [...headings, ...further.map(([heading]) => heading)];
  const cells = (node: Node) => [...cellsOf(node), ...further.map(([, cellOf]) => cellOf(node))];
  console.log(table(all, nodes.map(cells)));
}

/** Says how to go on if there is more. */
export function tellMore({ pageInfo: { hasNextPage, endCursor } }: PageOf<unknown>): void {
  if (hasNextPage) console.log(`\nMore: --after ${endCursor ?? ''}`);
}
