import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Loopback, json, openLoopback } from '../../connectors/testing/loopback.ts';
import {
  openSocketPeer,
  type SocketPeer,
  socketToken,
} from '../../connectors/testing/socket-peer.ts';
import { publish, startTestPlatform, type TestPlatform, untilState } from '../support/platform.ts';
import { until } from '../support/until.ts';

let peer: SocketPeer;
let documents: Loopback;
let running: TestPlatform;

beforeAll(async () => {
  peer = await openSocketPeer();
  const host = `127.0.0.1:${String(peer.endpoint.port)}`;
  documents = await openLoopback((response) =>
    json(response, {
      asyncapi: '2.6.0',
      info: { title: 'Rooms', version: '1.0.0' },
      servers: { main: { url: `ws://${host}/v1`, protocol: 'ws' } },
      channels: {
        rooms: {
          publish: { message: { payload: { type: 'object', required: ['celsius'] } } },
          subscribe: { message: { payload: { type: 'object', required: ['celsius'] } } },
        },
      },
    }),
  );
  running = await startTestPlatform({ OPERANDI_EGRESS_ALLOW: `${host},${documents.host}` });
}, 240_000);

afterAll(async () => {
  await running[Symbol.asyncDispose]();
  await documents[Symbol.asyncDispose]();
  await peer[Symbol.asyncDispose]();
});

describe('a job', { timeout: 240_000 }, () => {
  it('takes messages by a document, works on each, and says what came of it', async () => {
    peer.greeting = ['{"celsius":1}', '{"celsius":30}', '{"celsius":40}'];
    const call = (rest: string): string => `
      call: asyncapi
      with:
        document: { endpoint: '${documents.url}/rooms.json' }
        channel: rooms
        authentication: { bearer: { token: ${socketToken} } }
        ${rest}`;
    await publish(
      running.client,
      `
document: { dsl: '1.0.3', namespace: tests, name: rooms, version: '1.0.0' }
do:
  - hear:${call("subscription: { filter: '${ .payload.celsius > 20 }', consume: { amount: 2 }, foreach: { do: [{ note: { set: { celsius: '${ $item.payload.celsius }' } } }] } }")}
  - tell:${call("message: { payload: { celsius: '${ map(.celsius) | add }' } }")}
`,
    );
    const { id } = await running.client.submit('rooms', {});
    await untilState(running.client, id, 'SUCCEEDED');
    expect(peer.came).toEqual(['{"celsius":70}']);
    expect(peer.asked).toMatchObject([{ path: '/v1/rooms' }, { path: '/v1/rooms' }]);
    await until('nobody listens any more', () => peer.open.size === 0);
  });
});
