import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/* The least a server on `ws` can do: one text of the same size to every socket. GET /emit sends it. */

const event = Buffer.from(
  JSON.stringify({
    id: '1',
    type: 'next',
    payload: {
      data: {
        orderPlaced: {
          id: '1',
          total: 42,
          note: 'Leave it at the door, please. '.repeat(6),
          product: { name: 'No. 1', price: 7 },
        },
      },
    },
  }),
);
const server = createServer((_, response) => {
  response.end('emitted');
  for (const client of sockets.clients) client.send(event, { binary: false });
});
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on('connection', (socket) => {
  socket.on('message', (data) => {
    const text = (data as Buffer).toString();
    if (text.includes('connection_init')) socket.send('{"type":"connection_ack"}');
    if (text.includes('"ping"')) socket.send('{"type":"pong"}');
  });
});
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on('disconnect', () => process.exit());
