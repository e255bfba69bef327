import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { GuardedTransport } from './guarded-transport.ts';
import type { SubgraphResponse } from './port.ts';
import { createSharedTransport } from './shared-transport.ts';

const anHour = 3_600_000;
const answer: SubgraphResponse = { status: 200, headers: {}, body: '{}' };

/** A subgraph that answers when the test says so. */
function slowSubgraph() {
  const open: { readonly owner: string; readonly end: () => void }[] = [];
  const inner: GuardedTransport = {
    isCircuitOpen: false,
    execute: ({ owner = '' }) =>
      new Promise((resolve) => open.push({ owner, end: () => resolve(answer) })),
    subscribe: () => {
      throw new Error('not here');
    },
    close: () => Promise.resolve(),
  };
  return {
    inner,
    open,
    owners: () => open.map(({ owner }) => owner),
    endFirst: async () => {
      open.shift()?.end();
      await nextTurn();
    },
  };
}

function sharing(timeoutMs = anHour) {
  const subgraph = slowSubgraph();
  const shared = createSharedTransport(subgraph.inner, { name: 'jobs', places: 8, timeoutMs });
  const send = (owner: string, signal = new AbortController().signal) =>
    shared.execute({ owner, body: '', headers: {}, signal });
  return { ...subgraph, send };
}

describe('sharing the connections to a subgraph', () => {
  it('lets requests of others through while those of one caller do not come back', async () => {
    const { send, owners } = sharing();
    for (let index = 0; index < 100; index += 1) void send('noisy');
    void send('quiet');
    void send('third');
    await nextTurn();
    expect(owners()).toEqual(['noisy', 'noisy', 'noisy', 'noisy', 'quiet', 'third']);
  });

  it('takes the callers that wait in turns', async () => {
    const { send, owners, endFirst, open } = sharing();
    for (let index = 0; index < 12; index += 1) void send('a');
    await nextTurn();
    for (let index = 0; index < 6; index += 1) void send('b');
    await nextTurn();
    for (let index = 0; index < 6; index += 1) await endFirst();
    expect(new Set(owners())).toEqual(new Set(['a', 'b']));
    while (open.length > 0) await endFirst();
    expect(owners()).toEqual([]);
  });

  it('forgets a request whose client leaves while it waits', async () => {
    const { send, owners, endFirst } = sharing();
    for (let index = 0; index < 4; index += 1) void send('a');
    const leaving = new AbortController();
    const left = send('a', leaving.signal);
    void send('a');
    leaving.abort();
    await expect(left).rejects.toThrow('abandoned');
    await endFirst();
    expect(owners()).toEqual(['a', 'a', 'a', 'a']);
  });

  it('tells a caller whose requests hold all that it may have', async () => {
    const { send } = sharing(1);
    for (let index = 0; index < 4; index += 1) void send('a');
    await expect(send('a')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });
});
