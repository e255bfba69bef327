import { describe, expect, it } from 'vitest';

import { watchReplica } from './replica.ts';

interface Server {
  place: string | null;
  system: string;
}

const asking = (server: Server) => ({ query: () => Promise.resolve({ rows: [{ ...server }] }) });

function watched(primary: Server, replica: Server) {
  // The types of the driver have many forms; these two are asked in one.
  const pools = { primary: asking(primary), replica: asking(replica) } as never as Omit<
    Parameters<typeof watchReplica>[0],
    'maxLagMs'
  >;
  return watchReplica({ ...pools, maxLagMs: 3_600_000 });
}

describe('a replica', () => {
  it('serves once it has what was written, by places in the log', async () => {
    const primary = { place: '1/0', system: '7' };
    const replica = { place: '0/FFFFFFFF', system: '7' };
    using standing = watched(primary, replica);
    expect(standing.serves('a')).toBe(false);
    await standing.look();
    expect(standing.serves('a')).toBe(false);
    replica.place = '1/0';
    await standing.look();
    expect(standing.serves('a')).toBe(true);
    expect(standing.lagMs).toBeLessThan(60_000);
  });

  it('does not serve who wrote before it has that, and nobody after it failed', async () => {
    const both = { place: '0/10', system: '7' };
    using standing = watched(both, both);
    await standing.look();
    standing.noteWrite('a');
    expect([standing.serves('a'), standing.serves('b')]).toEqual([false, true]);
    await standing.look();
    expect(standing.serves('a')).toBe(true);
    standing.leave();
    expect(standing.serves('b')).toBe(false);
  });

  it.each([
    ['was promoted', { place: null, system: '7' }],
    ['is of another system', { place: 'F/0', system: '8' }],
  ])('does not serve when it %s', async (_, replica) => {
    using standing = watched({ place: '0/10', system: '7' }, replica);
    await standing.look();
    expect(standing.serves('a')).toBe(false);
  });
});
