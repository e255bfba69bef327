import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/*
 * Many graphql-transport-ws clients that cost next to nothing: a plain TCP socket each, which looks for the first bytes of
 * an event and at nothing else. So what is measured is the server.
 */

/** What the parent wants: subscribe so many, or tell when all have got the next event. */
export type Order =
  | { readonly open: number; readonly port: number; readonly query: string }
  | { readonly expect: number };

/** What it hears. */
export type Report =
  | { readonly opened: number; readonly failed: number }
  | { readonly armed: true }
  | { readonly received: number; readonly firstAt: number; readonly lastAt: number };

const textFrame = 0x81;
const pingFrame = 0x89;
const pong = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
const openAtOnce = 50;

const round = { wanted: Number.POSITIVE_INFINITY, received: 0, firstAt: 0 };

process.on('message', (order: Order) => {
  if ('open' in order) void openAll(order);
  else {
    Object.assign(round, { wanted: order.expect, received: 0, firstAt: 0 });
    report({ armed: true });
  }
});
process.on('disconnect', () => process.exit());

async function openAll(order: Extract<Order, { open: number }>): Promise<void> {
  let left = order.open;
  let opened = 0;
  let failed = 0;
  const openMany = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      try {
        await openOne(order.port, order.query);
        opened += 1;
      } catch {
        failed += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: openAtOnce }, openMany));
  report({ opened, failed });
}

async function openOne(port: number, query: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  await once(socket, 'connect');
  socket.write(
    [
      'GET /graphql HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Protocol: graphql-transport-ws',
      '\r\n',
    ].join('\r\n'),
  );
  await until(socket, ' 101 ');
  socket.write(frame({ type: 'connection_init' }));
  await until(socket, 'connection_ack');
  socket.write(frame({ id: '1', type: 'subscribe', payload: { query } }));
  // Whoever answers this has taken the subscription in.
  socket.write(frame({ type: 'ping' }));
  await until(socket, '"pong"');
  socket.on('data', (bytes: Buffer) => receive(socket, bytes));
}

async function until(socket: Socket, part: string): Promise<void> {
  const ended = AbortSignal.timeout(30_000);
  let text = '';
  while (!text.includes(part)) {
    const [bytes] = (await once(socket, 'data', { signal: ended })) as [Buffer];
    text += bytes.toString('latin1');
  }
}

function receive(socket: Socket, bytes: Buffer): void {
  if (bytes[0] === pingFrame) socket.write(pong);
  if (bytes[0] !== textFrame) return;
  const now = performance.timeOrigin + performance.now();
  if (round.received === 0) round.firstAt = now;
  round.received += 1;
  if (round.received === round.wanted) {
    report({ received: round.received, firstAt: round.firstAt, lastAt: now });
  }
}

/** A masked text frame; a mask of zeros leaves the text as it is. */
function frame(message: object): Buffer {
  const text = Buffer.from(JSON.stringify(message));
  const head =
    text.length < 126
      ? Buffer.from([textFrame, 0x80 | text.length, 0, 0, 0, 0])
      : Buffer.from([textFrame, 0xfe, text.length >> 8, text.length & 0xff, 0, 0, 0, 0]);
  return Buffer.concat([head, text]);
}

function report(message: Report): void {
  process.send?.(message);
}
