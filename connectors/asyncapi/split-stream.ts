import { StringDecoder } from 'node:string_decoder';

/** Takes a stream apart into messages. */
export interface Splitter {
  /** False when a message is larger than allowed. */
  add(chunk: Buffer): boolean;
  /** What has no end of line yet is a message, too. */
  end(): void;
}

interface SplitterOptions {
  /** Server-sent events; else a message a line. */
  readonly isEvents: boolean;
  readonly maxBytes: number;
  readonly put: (text: string) => void;
}

export function createSplitter({ isEvents, maxBytes, put }: SplitterOptions): Splitter {
  const decoder = new StringDecoder('utf8');
  let open = '';
  let data: string[] = [];
  let size = 0;

  function take(line: string): void {
    if (!isEvents) {
      // Streams that have nothing to say say so by empty lines.
      if (line.trim() !== '') put(line);
      return;
    }
    if (line === '') {
      if (data.length > 0) put(data.join('\n'));
      data = [];
      size = 0;
    } else if (line.startsWith('data:')) {
      const text = line.slice(line.startsWith('data: ') ? 6 : 5);
      data.push(text);
      size += text.length + 1;
    }
  }

  return {
    add(chunk) {
      const lines = `${open}${decoder.write(chunk)}`.split(/\r\n|\n/);
      open = lines.pop() ?? '';
      for (const line of lines) take(line);
      return open.length + size <= maxBytes;
    },
    end() {
      take(open);
      if (isEvents) take('');
      open = '';
    },
  };
}
