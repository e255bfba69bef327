import type { Command } from 'commander';

import { connected, type Connection } from './connection.ts';
import { wholeNumber } from './job-options.ts';
import { printJson } from './json-output.ts';
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
  { headings, cellsOf, none }: Looks<Node>,
): void {
  if (json) printJson(page);
  else if (page.nodes.length === 0) console.log(none);
  else {
    console.log(table(headings, page.nodes.map(cellsOf)));
    tellMore(page);
  }
}

/** Says how to go on if there is more. */
export function tellMore({ pageInfo: { hasNextPage, endCursor } }: PageOf<unknown>): void {
  if (hasNextPage) console.log(`\nMore: --after ${endCursor ?? ''}`);
}
