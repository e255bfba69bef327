import { describe, expect, it } from 'vitest';
import type { EffectContext } from '../engine/host.ts';
import { scriptedHost } from '../engine/testing/scripted-host.ts';
import { createEffects } from './effects.ts';

const request = { kind: 'integration', with: {} } as const;

function effect(key: string): { readonly context: EffectContext; readonly giveUp: () => void } {
  const controller = new AbortController();
  const names = {
    key,
    task: '/do/0/post',
    isTimed: false,
    idempotencyKey: key,
    outsideKey: key,
    peerKey: key,
  };
  const context = { ...names, signal: controller.signal };
  return { context, giveUp: () => controller.abort(new Error('not needed')) };
}

/** A host whose calls stay open, and how they were told to stop. */
function openHost() {
  const calls: EffectContext[] = [];
  const answer = Promise.withResolvers<string>();
  const host = {
    ...scriptedHost(),
    call: (_request: unknown, context: EffectContext) => {
      calls.push(context);
      return answer.promise;
    },
  };
  return { calls, host, answer: answer.resolve };
}

describe('the effects of a run', () => {
  it('are begun once, and the engine that takes over gets what the one before began', async () => {
    const { calls, host, answer } = openHost();
    const effects = createEffects(host);
    let hasLeft = false;
    const first = effect('a');
    const before = effects.seat(() => hasLeft).call(request, first.context);
    hasLeft = true;
    first.giveUp();
    const after = effects.seat(() => false).call(request, effect('a').context);
    answer('done');
    expect(await Promise.all([before, after])).toEqual(['done', 'done']);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.signal.aborted).toBe(false);
  });

  it('that an engine at work gives up are stopped', () => {
    const { calls, host } = openHost();
    const given = effect('a');
    void createEffects(host)
      .seat(() => false)
      .call(request, given.context);
    given.giveUp();
    expect(calls[0]?.signal.aborted).toBe(true);
  });

  it('of several calls are told apart by their order', async () => {
    const { calls, host, answer } = openHost();
    const effects = createEffects(host);
    const { context } = effect('a');
    const [one, two] = [effects.seat(() => true), effects.seat(() => false)];
    const results = [one, one, two, two, two].map((seat) => seat.call(request, context));
    answer('done');
    await Promise.all(results);
    expect(calls).toHaveLength(3);
  });

  it('that are recorded are forgotten, and the rest is stopped at the end', () => {
    const { calls, host } = openHost();
    const effects = createEffects(host);
    const seat = effects.seat(() => false);
    void seat.call(request, effect('a').context);
    void seat.call(request, effect('b').context);
    effects.settle('a');
    effects.stop();
    expect(calls.map(({ signal }) => signal.aborted)).toEqual([false, true]);
  });
});
