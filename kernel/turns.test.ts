import { describe, expect, it } from 'vitest';
import { createTurns } from './turns.ts';

describe('turns', () => {
  it('are over when the slice is used up, and begin anew in a later turn of the event loop', async () => {
    const turns = createTurns(0);
    expect(turns.isOver()).toBe(true);
    const long = createTurns(60_000);
    expect(long.isOver()).toBe(false);
    await long.next();
    expect(long.isOver()).toBe(false);
  });

  it('serve those who wait in the order in which they came, one in each turn of the event loop', async () => {
    const turns = createTurns(0);
    const log: string[] = [];
    const compute = async (name: string): Promise<void> => {
      for (let slice = 0; slice < 3; slice += 1) {
        await turns.next();
        log.push(name);
      }
    };
    const both = Promise.all([compute('a'), compute('b')]);
    for (let turn = 0; turn < 20; turn += 1) {
      await new Promise(setImmediate);
      log.push('-');
    }
    await both;
    expect(log.filter((entry) => entry !== '-')).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
    expect(log.join('')).not.toMatch(/[ab]{2}/);
  });
});
