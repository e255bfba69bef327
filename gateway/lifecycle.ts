import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import { sleep } from '../kernel/retry/sleep.ts';
import type { GatewayConfig } from './config/config.ts';
import { closeServer, listen, refuseUpgrade } from './listen/http/lifecycle.ts';
import type { GatewayServer } from './listen/http/server.ts';
import type { Live } from './live/live.ts';

interface Parts {
  readonly server: GatewayServer;
  readonly live: Live;
  readonly config: Pick<GatewayConfig, 'server'>;
  /** @default 0: any free one */
  readonly port: number | undefined;
  /** Called first: no new work is to come. */
  readonly onDrain: () => void;
  /** Lets go of what requests needed, once there are none. */
  readonly close: () => Promise<void>;
}

/** How a gateway begins and ends. */
export interface Lifecycle extends AsyncDisposable {
  listen(): Promise<{ readonly url: string; readonly port: number }>;
  /** Not ready any more, no new work, then waits for what runs; then closes. */
  drain(): Promise<void>;
}

export function createLifecycle({ server, live, config, port, onDrain, close }: Parts): Lifecycle {
  const { host, path, drainMs, drainDelayMs } = config.server;
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    if (request.url?.split('?')[0] === path) live.upgrade(request, socket, head);
    else refuseUpgrade(socket);
  });
  let isDraining = false;
  server.prependListener('request', (_, response: ServerResponse) => {
    if (isDraining) response.setHeader('connection', 'close');
  });
  let ended: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    isDraining = true;
    onDrain();
    // Who sends requests here learns late that this one is not ready: it goes on serving them meanwhile.
    if (server.listening) await sleep(drainDelayMs);
    await Promise.all([live.drain(), closeServer(server, drainMs)]);
    await close();
  };
  const drain = (): Promise<void> => (ended ??= end());
  return {
    listen: () => listen(server, { host, path, port: port ?? 0 }),
    drain,
    [Symbol.asyncDispose]: drain,
  };
}
