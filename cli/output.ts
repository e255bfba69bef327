import { plainLine } from './plain-text.ts';

/** What stands in a cell; nothing leaves it empty in its place. */
export type Cell = string | null | undefined;

/** Rows as columns under a heading, padded to the widest cell. */
export function table(headings: readonly string[], texts: readonly (readonly Cell[])[]): string {
  const rows = texts.map((row) => row.map((cell) => cell && plainLine(cell)));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const rule = widths.map((width) => '─'.repeat(width));
  return [headings, rule, ...rows].map((cells) => line(cells, widths)).join('\n');
}

/** What is known of one thing: a name and what it is, a line each. */
export function facts(known: readonly (readonly [name: string, text: Cell])[]): string {
  const rows = known.map(([name, text]) => [name, text && plainLine(text)]);
  const width = Math.max(0, ...known.map(([name]) => name.length));
  return rows.map((cells) => line(cells, [width, 0])).join('\n');
}

function line(cells: readonly Cell[], widths: readonly number[]): string {
  return widths
    .map((width, column) => (cells[column] ?? '').padEnd(width))
    .join('  ')
    .trimEnd();
}

/** A line that overwrites itself on a terminal; elsewhere only its last state is printed. */
export interface ProgressLine {
  show(text: string): void;
  /** Leaves the last state standing. */
  end(): void;
}

export function progressLine(stream: NodeJS.WriteStream): ProgressLine {
  let last = '';
  return {
    show(text) {
      last = text;
      if (stream.isTTY) stream.write(`\r\u001b[2K${text}`);
    },
    end() {
      stream.write(stream.isTTY ? '\n' : `${last}\n`);
    },
  };
}
