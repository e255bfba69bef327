/** Rows as columns under a heading, padded to the widest cell; a cell that is undefined stays empty. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly (string | undefined)[])[],
): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly (string | undefined)[]): string =>
    widths
      .map((width, column) => (cells[column] ?? '').padEnd(width))
      .join('  ')
      .trimEnd();
  return [line(headings), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join(
    '\n',
  );
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

/** Prints a value as indented JSON. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}
