import { describe, expect, it } from 'vitest';
import { groupCommit, persisting } from './group-commit.ts';

function databaseError(code: string): Error {
  return Object.assign(new Error(`database says ${code}`), { code });
}

const alone = { ownerOf: String };

describe('a group commit', () => {
  it('joins what comes while a flush is under way into the next one', async () => {
    const sizes: number[] = [];
    const commit = groupCommit<number, number>(async (members) => {
      sizes.push(members.length);
      await new Promise(setImmediate);
      return members;
    }, alone);
    const first = commit.add(0);
    await new Promise(setImmediate);
    const rest = [1, 2, 3, 4].map((member) => commit.add(member));
    expect(await Promise.all([first, ...rest])).toEqual([0, 1, 2, 3, 4]);
    expect(sizes).toEqual([1, 4]);
  });

  it('rejects a refused member alone', async () => {
    const commit = groupCommit<string, string>((members) => {
      if (members.includes('bad')) return Promise.reject(databaseError('22P05'));
      return Promise.resolve(members);
    }, alone);
    const added = ['a', 'bad', 'b', 'c', 'd'].map((member) => commit.add(member));
    const results = await Promise.allSettled(added);
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
    expect(results[1]).toMatchObject({ reason: { code: 'BAD_USER_INPUT' } });
  });
});

describe('persisting', () => {
  it('tries again when the database shuts down', async () => {
    let tries = 0;
    const flush = persisting<number, number>((members) => {
      tries += 1;
      return tries < 3 ? Promise.reject(databaseError('57P01')) : Promise.resolve(members);
    });
    expect(await flush([7])).toEqual([7]);
    expect(tries).toBe(3);
  });

  it('does not repeat a statement that the database refuses', async () => {
    let tries = 0;
    const flush = persisting<number, number>(() => {
      tries += 1;
      return Promise.reject(databaseError('42601'));
    });
    await expect(flush([1])).rejects.toThrow('42601');
    expect(tries).toBe(1);
  });
});
