import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** What happens to the bytes of a peer: passed on, kept back, one at a time, cut off by a reset, or without end. */
export type Fault = 'none' | 'hang' | 'drip' | 'reset' | 'flood' | Loss;

/** The first answer after the caller has sent this text is lost, and the connection with it. */
interface Loss {
  readonly afterText: string;
}

/** Stands before a real peer of any protocol and spoils its answers. */
export interface FaultProxy extends AsyncDisposable {
  readonly port: number;
  /** `host:port`, as an allowlist takes it. */
  readonly host: string;
  /** Connections that were made since it was opened. */
  readonly connections: number;
  /** Bytes that came from callers. */
  readonly received: number;
  /** For connections from now on; those that are open are cut. */
  fault: Fault;
}

const dripMs = 40;

export async function openFaultProxy(target: {
  readonly host: string;
  readonly port: number;
}): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  const state = { connections: 0, received: 0, fault: 'none' as Fault };
  const server = createServer((caller) => {
    state.connections += 1;
    const peer = connect(target.port, target.host);
    for (const socket of [caller, peer]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        caller.destroy();
        peer.destroy();
      });
    }
    caller.on('data', (chunk: Buffer) => {
      state.received += chunk.length;
      peer.write(chunk);
    });
    if (typeof state.fault === 'object') lose(state.fault, peer, caller);
    else spoil(state.fault, peer, caller);
  });
  await listen(server);
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    port,
    host: `127.0.0.1:${String(port)}`,
    get connections() {
      return state.connections;
    },
    get received() {
      return state.received;
    },
    get fault() {
      return state.fault;
    },
    set fault(next: Fault) {
      state.fault = next;
      for (const socket of sockets) socket.destroy();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listen(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

function spoil(fault: Exclude<Fault, Loss>, peer: Socket, caller: Socket): void {
  switch (fault) {
    case 'none':
      peer.on('data', (chunk: Buffer) => caller.write(chunk));
      return;
    case 'hang':
      peer.resume();
      return;
    case 'drip':
      drip(peer, caller);
      return;
    case 'reset':
      peer.once('data', (chunk: Buffer) => {
        caller.write(chunk.subarray(0, Math.min(8, chunk.length)), () => caller.resetAndDestroy());
      });
      return;
    case 'flood':
      peer.resume();
      pour(caller);
  }
}

function lose({ afterText }: Loss, peer: Socket, caller: Socket): void {
  let sent = '';
  caller.on('data', (chunk: Buffer) => {
    sent += chunk.toString('latin1');
  });
  peer.on('data', (chunk: Buffer) => {
    if (sent.includes(afterText)) caller.resetAndDestroy();
    else caller.write(chunk);
  });
}

/** In the order in which they came, also where the peer says more meanwhile. */
function drip(peer: Socket, caller: Socket): void {
  const waiting: Buffer[] = [];
  peer.on('data', (chunk: Buffer) => waiting.push(chunk));
  const timer = setInterval(() => {
    const [first] = waiting;
    if (first === undefined) return;
    caller.write(first.subarray(0, 1));
    if (first.length > 1) waiting[0] = first.subarray(1);
    else waiting.shift();
  }, dripMs);
  timer.unref();
  caller.once('close', () => {
    clearInterval(timer);
  });
}

const noise = Buffer.alloc(65_536, 'x');

function pour(caller: Socket): void {
  const more = (): void => {
    while (!caller.destroyed && caller.write(noise));
  };
  caller.on('drain', more);
  more();
}
