import { describe, expect, it } from 'vitest';
import { followPath, type PathEvent } from './follow-path.ts';

const created = (key: string, at: number, kind = 'set'): PathEvent => ({
  ...{ is: 'created', key, at, task: key, name: key.slice(key.lastIndexOf('/') + 1), kind },
});
const ended = (key: string, at: number): PathEvent => ({ is: 'ended', key, at });
const cancelled = (key: string, at: number): PathEvent => ({ is: 'cancelled', key, at });
const is = (status: 'waiting' | 'running', key: string, at: number): PathEvent => ({
  ...{ is: status, key, at },
});

/** Each stretch as `<key> <from>-<to>`, with what it waited. */
function pathOf(events: readonly PathEvent[], end: number): readonly string[] {
  const follower = followPath(0);
  for (const event of events) follower.follow(event);
  return follower
    .finish(end)
    .longest.map(({ key, from, to, waitedMs }) =>
      `${key} ${from}-${to}${waitedMs > 0 ? ` waited ${waitedMs}` : ''}`.trimStart(),
    );
}

const fork = '/do/0/f';
const branch = (index: number): string => `${fork}/fork/branches/${index}/b`;

describe('the critical path', () => {
  it('goes from step to step, and the job itself has what is between', () => {
    const events = [
      ...[created('/do/0/a', 2), ended('/do/0/a', 5), created('/do/1/b', 6), ended('/do/1/b', 9)],
    ];
    expect(pathOf(events, 10)).toEqual(['0-2', '/do/0/a 2-5', '5-6', '/do/1/b 6-9', '9-10']);
  });

  it('goes through the branch of a fork that ended last', () => {
    const events = [
      ...[created(fork, 0, 'fork'), created(branch(0), 0), created(branch(1), 0)],
      ...[ended(branch(1), 3), ended(branch(0), 7), ended(fork, 7)],
    ];
    expect(pathOf(events, 7)).toEqual([`${branch(0)} 0-7`]);
  });

  it('goes through the branch that won, though others were stopped after it', () => {
    const events = [
      ...[created(fork, 0, 'fork'), created(branch(0), 0), created(branch(1), 0)],
      ...[ended(branch(1), 3), cancelled(branch(0), 3), ended(fork, 3)],
    ];
    expect(pathOf(events, 3)).toEqual([`${branch(1)} 0-3`]);
  });

  it('goes through the branch that was under way when the job was cancelled', () => {
    const events = [
      ...[created(fork, 0, 'fork'), created(branch(0), 0), created(branch(1), 0)],
      ...[ended(branch(1), 3), cancelled(branch(0), 8), cancelled(fork, 8)],
    ];
    expect(pathOf(events, 8)).toEqual([`${branch(0)} 0-8`]);
  });

  it('gives a pause between two tries to what tries, as waited', () => {
    const events = [
      ...[created('/do/0/t', 0, 'try'), created('/do/0/t@0/try/0/a', 0)],
      ...[ended('/do/0/t@0/try/0/a', 1), is('waiting', '/do/0/t', 1), is('running', '/do/0/t', 5)],
      ...[created('/do/0/t@1/try/0/a', 6), ended('/do/0/t@1/try/0/a', 7), ended('/do/0/t', 7)],
    ];
    expect(pathOf(events, 7)).toEqual([
      ...['/do/0/t@0/try/0/a 0-1', '/do/0/t 1-6 waited 4', '/do/0/t@1/try/0/a 6-7'],
    ]);
  });

  it('ends with what is not over yet', () => {
    const events = [
      ...[created('/do/0/d', 0, 'do'), created('/do/0/d/do/0/a', 0), ended('/do/0/d/do/0/a', 4)],
      ...[created('/do/0/d/do/1/w', 4, 'wait'), is('waiting', '/do/0/d/do/1/w', 4)],
    ];
    expect(pathOf(events, 9)).toEqual(['/do/0/d/do/0/a 0-4', '/do/0/d/do/1/w 4-9 waited 5']);
  });

  it('is the job itself where nothing has begun', () => {
    expect(pathOf([], 5)).toEqual(['0-5']);
  });

  it('keeps the hundred longest and counts the others', () => {
    const follower = followPath(0);
    let at = 0;
    for (let index = 0; index < 1_000; index += 1) {
      const key = `/do/0/l@${index}/do/0/a`;
      follower.follow(created(key, at));
      at += index % 10 === 0 ? 50 : 1;
      follower.follow(ended(key, at));
    }
    const { longest, count } = follower.finish(at);
    expect(count).toBe(1_000);
    expect(longest.map(({ from, to }) => to - from)).toEqual(Array.from({ length: 100 }, () => 50));
  });
});
