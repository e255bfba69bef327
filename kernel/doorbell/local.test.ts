import { describe, expect, it } from 'vitest';
import { createLogger } from '../logger.ts';
import { createDoorbell } from './create-doorbell.ts';

const log = createLogger({ level: 'silent', name: 'test' });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a doorbell within a process', () => {
  it('wakes every listener of its channel, in a later turn', async () => {
    await using doorbell = createDoorbell(undefined, log);
    const heard: string[] = [];
    doorbell.listen('a', (message) => heard.push(`1 ${message}`));
    doorbell.listen('a', (message) => heard.push(`2 ${message}`));
    doorbell.listen('b', (message) => heard.push(`other ${message}`));
    doorbell.ring('a', 'x');
    doorbell.ring('a');
    expect(heard).toEqual([]);
    await turn();
    expect(heard).toEqual(['1 x', '2 x', '1 ', '2 ']);
  });

  it('leaves alone who has left, and only once', async () => {
    await using doorbell = createDoorbell(undefined, log);
    const heard: string[] = [];
    const listener = (message: string): void => void heard.push(message);
    const leave = doorbell.listen('a', listener);
    doorbell.listen('a', listener);
    leave();
    leave();
    doorbell.ring('a', 'x');
    await turn();
    expect(heard).toEqual(['x']);
  });

  it('wakes the others when one listener fails', async () => {
    await using doorbell = createDoorbell(undefined, log);
    const heard: string[] = [];
    doorbell.listen('a', () => {
      throw new Error('broken');
    });
    doorbell.listen('a', (message) => heard.push(message));
    doorbell.ring('a', 'x');
    await turn();
    expect(heard).toEqual(['x']);
  });

  it('is silent after its end', async () => {
    const doorbell = createDoorbell(undefined, log);
    const heard: string[] = [];
    doorbell.listen('a', (message) => heard.push(message));
    doorbell.ring('a', 'x');
    await doorbell[Symbol.asyncDispose]();
    await turn();
    expect(heard).toEqual([]);
  });

  it('is always healthy', async () => {
    await using doorbell = createDoorbell(undefined, log);
    expect(doorbell.isHealthy).toBe(true);
  });
});
