import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';

/** What a peer does with the socket once it has read the head of a request. */
export type Play = (socket: Socket) => void;

/** A peer on a real socket that plays one answer for each path; `/good` answers as it ought to. */
export interface HostilePeer extends AsyncDisposable {
  /** `host:port` */
  readonly host: string;
  /** Sockets that the other side has not closed. */
  readonly open: number;
}

export async function openHostilePeer(plays: ReadonlyMap<string, Play>): Promise<HostilePeer> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('end', () => socket.end());
    socket.on('error', () => undefined);
    let head = '';
    socket.on('data', (chunk: Buffer) => {
      head += chunk.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      const name = decodeURIComponent(head.split(' ', 2)[1]?.slice(1) ?? '');
      head = '';
      (plays.get(name) ?? good)(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    host: `127.0.0.1:${String(port)}`,
    get open() {
      return sockets.size;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An answer with these bytes and their right length. */
export function answer(
  body: string | Buffer,
  headers = 'content-type: application/json',
  status = '200 OK',
): Play {
  const bytes = Buffer.from(body);
  return raw(
    `HTTP/1.1 ${status}\r\n${headers}\r\ncontent-length: ${String(bytes.length)}\r\n\r\n`,
    bytes,
  );
}

const good = answer('{"ok":true}');

function raw(...parts: readonly (string | Buffer)[]): Play {
  return (socket) =>
    void socket.write(Buffer.concat(parts.map((part) => Buffer.from(part as string, 'latin1'))));
}

function thenEnds(play: Play): Play {
  return (socket) => {
    play(socket);
    socket.end();
  };
}

function thenResets(play: Play): Play {
  return (socket) => {
    play(socket);
    setImmediate(() => socket.resetAndDestroy());
  };
}

function coded(coding: string, body: Buffer | string = '{"ok":true}'): Play {
  return answer(body, `content-type: application/json\r\ncontent-encoding: ${coding}`);
}

const json = Buffer.from('{"ok":true}');
const noise = Buffer.from(Array.from({ length: 400 }, (_, at) => (at * 37 + 11) % 256));
const packed = { gzip: gzipSync(json), br: brotliCompressSync(json), zstd: zstdCompressSync(json) };
const start = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
const chunked = `${start}transfer-encoding: chunked\r\n\r\n`;

/** Answers that no caller can use: each has to fail, and alone. */
export const brokenAnswers: ReadonlyMap<string, Play> = new Map<string, Play>([
  ...['compress', 'utf-8', 'aws-chunked', 'constructor', '__proto__', 'hasOwnProperty', '¤'].map(
    (coding) => [`the coding ${coding}`, coded(coding)] as const,
  ),
  ['an unknown coding among known ones', coded('gzip, rot13, br')],
  ['more codings than anybody needs', coded('gzip, gzip, gzip, gzip, gzip')],
  ['an unknown coding before a socket that dies', thenResets(coded('compress'))],
  ...Object.entries(packed).flatMap(([coding, bytes]) => [
    [`${coding} cut short`, coded(coding, bytes.subarray(0, -3))] as const,
    [`${coding} that is noise`, coded(coding, noise)] as const,
    [
      `${coding} that ends with the socket`,
      thenEnds(raw(`${start}content-encoding: ${coding}\r\n\r\n`, bytes.subarray(0, -3))),
    ] as const,
  ]),
  ['a bomb', coded('gzip', gzipSync(Buffer.alloc(30_000_000)))],
  ['a bomb in a bomb', coded('gzip, gzip', gzipSync(gzipSync(Buffer.alloc(30_000_000))))],
  [
    'no end of empty packages',
    coded('gzip', Buffer.concat(Array.from({ length: 100_000 }, () => gzipSync('')))),
  ],
  ['a body above the cap', answer(Buffer.alloc(2_000_000))],
  ['a header that is huge', answer(json, `x-a: ${'a'.repeat(100_000)}`)],
  [
    'headers without number',
    answer(json, Array.from({ length: 20_000 }, (_, at) => `x-${String(at)}: a`).join('\r\n')),
  ],
  ['a header name with a space', answer(json, 'x a: b')],
  ['a header value with NUL', answer(json, 'x-a: b\0c')],
  ['two lengths that differ', answer(json, 'content-length: 3')],
  ['a length that is none', raw(`${start}content-length: many\r\n\r\n`, json)],
  ['a length below zero', raw(`${start}content-length: -1\r\n\r\n`, json)],
  ['fewer bytes than announced', thenEnds(raw(`${start}content-length: 900\r\n\r\n`, json))],
  [
    'both a length and chunks',
    raw(`${start}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`),
  ],
  ['chunks of garbage', raw(chunked, 'nonsense\r\n')],
  ['a chunk without an end', thenEnds(raw(chunked, '5\r\n{"a"'))],
  ['a chunk of a size beyond all', raw(chunked, 'fffffffffffffffff\r\n')],
  ['a trailer that is none', raw(chunked, '2\r\n{}\r\n0\r\n\0\r\n\r\n')],
  ['a status of letters', raw('HTTP/1.1 abc\r\n\r\n')],
  ['a status line of another protocol', raw('SSH-2.0-OpenSSH_9\r\n')],
  [
    'a protocol that was not asked for',
    raw('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
  ],
  ['nothing but the end', thenEnds(raw(''))],
  ['nothing but a reset', thenResets(raw(''))],
  ['half a status line', thenEnds(raw('HTTP/1.1 20'))],
  ['half a head', thenEnds(raw(start))],
  ['a reset in the head', thenResets(raw(start))],
  ['a reset in the body', thenResets(raw(`${start}content-length: 900\r\n\r\n`, json))],
  [
    'a reset in the packed body',
    thenResets(
      raw(
        `${start}content-encoding: gzip\r\ncontent-length: 900\r\n\r\n`,
        packed.gzip.subarray(0, 12),
      ),
    ),
  ],
  ['hints and then the end', thenEnds(raw('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'))],
  ['JSON that is none', answer('{"ok":')],
  ['JSON of no bytes but blanks', answer(' '.repeat(300))],
  ['JSON of lists in lists', answer('['.repeat(100_000))],
  ['JSON of objects in objects', answer('{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000))],
  ['bad UTF-8 for JSON', answer(noise)],
]);

/** Odd answers that are answers all the same, with the JSON `{"ok":true}`. */
export const oddAnswers: ReadonlyMap<string, Play> = new Map<string, Play>([
  ['a byte order mark', answer('\ufeff{"ok":true}')],
  ['codings upon each other', coded('gzip, br', brotliCompressSync(packed.gzip))],
  ['a coding in capitals', coded(' GZIP ', packed.gzip)],
  ['the coding that is none', coded('identity')],
  [
    'a header named constructor',
    answer(
      json,
      'content-type: application/json\r\nconstructor: a\r\nconstructor: b\r\n__proto__: c',
    ),
  ],
  [
    'hints before it',
    raw(
      'HTTP/1.1 103 Early Hints\r\nx-hint: 1\r\n\r\n',
      `${start}content-length: 11\r\n\r\n`,
      json,
    ),
  ],
  ['trailers', raw(chunked, 'b\r\n{"ok":true}\r\n0\r\nx-end: 1\r\n\r\n')],
  ['an end by the end of the socket', thenEnds(raw(`${start}\r\n`, json))],
]);
