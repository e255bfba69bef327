import { expect, it } from 'vitest';

import { type Loopback, openLoopback } from '../testing/loopback.ts';
import { contextOf, expectNoSecret, failureOf, once, type Stand } from './stand.ts';
import type { Endpoint } from './subject.ts';

/** A call of a peer that is not there. */
export function describeAbsence(stand: () => Stand): void {
  it('says where a peer cannot be reached, and why', async () => {
    const { subject } = stand();
    const { host, port } = await openLoopback(() => undefined).then(closed);
    const place = `${host}:${String(port)}`;
    const connector = stand().connectorFor({ allow: [place] });
    const config = { ...subject.configFor({ host, port }), limits: once };
    const failure = await failureOf(
      connector.invoke(
        { config, ...subject.reading },
        contextOf({ credential: subject.credential }),
      ),
    );
    expect(failure).toMatchObject({
      ...{ code: 'INTEGRATION_FAILED', isRetryable: true, isOutcomeUnknown: false },
      message: `partner cannot be reached at ${place} (ECONNREFUSED)`,
      cause: { code: 'ECONNREFUSED' },
    });
    expectNoSecret(failure, subject);
  });
}

/** Where somebody was, and nobody is any more. */
async function closed(peer: Loopback): Promise<Endpoint> {
  await peer[Symbol.asyncDispose]();
  const { hostname: host, port } = new URL(peer.url);
  return { host, port: Number(port) };
}
