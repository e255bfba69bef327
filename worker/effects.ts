import type { EffectContext, Host } from '../engine/host.ts';

/**
 * The effects of one run on this worker. They outlive the engine that asked for them: one that takes over replays the
 * journal, comes to the same effects by the same keys and gets what is under way already, or has ended meanwhile.
 */
export interface Effects {
  /** The host of one engine; what the engine gives up after it has left is still wanted by the next. */
  seat(hasLeft: () => boolean): Host;
  /** The result is in the journal: no engine asks for it again. */
  settle(key: string): void;
  /** Gives up what is still under way. */
  stop(): void;
}

interface UnderWay {
  readonly controller: AbortController;
  readonly result: Promise<unknown>;
}

/** Nothing is under way yet. */
export function createEffects(host: Host): Effects {
  // An effect may be several calls, which it makes in the same order each time.
  const byKey = new Map<string, UnderWay[]>();

  function begin<Result>(
    effect: EffectContext,
    start: (effect: EffectContext) => Promise<Result>,
  ): UnderWay {
    const controller = new AbortController();
    const result = start({ ...effect, signal: controller.signal });
    result.catch(() => undefined);
    return { controller, result };
  }

  return {
    settle(key) {
      byKey.delete(key);
    },
    stop() {
      for (const call of [...byKey.values()].flat())
        call.controller.abort(new Error('the run has ended'));
      byKey.clear();
    },
    seat(hasLeft) {
      const asked = new Map<string, number>();

      function join<Result>(
        effect: EffectContext,
        start: (effect: EffectContext) => Promise<Result>,
      ): Promise<Result> {
        const { key, signal } = effect;
        const position = asked.get(key) ?? 0;
        asked.set(key, position + 1);
        const calls = byKey.get(key) ?? [];
        byKey.set(key, calls);
        const call = (calls[position] ??= begin(effect, start));
        const giveUp = (): void => {
          if (hasLeft()) return;
          byKey.delete(key);
          call.controller.abort(signal.reason);
        };
        if (signal.aborted) giveUp();
        else signal.addEventListener('abort', giveUp, { once: true });
        return resultOf(call);
      }

      return {
        now: () => host.now(),
        sleep: (ms, signal) => host.sleep(ms, signal),
        secret: (name) => host.secret(name),
        call: (request, effect) => join(effect, (own) => host.call(request, own)),
        readDocument: (text, effect) => join(effect, (own) => host.readDocument(text, own)),
        emit: (event, effect) => join(effect, (own) => host.emit(event, own)),
        ask: (wait, effect) => join(effect, (own) => host.ask(wait, own)),
      };
    },
  };
}

// The same position of the same key is the same method of the host, as runs are deterministic.
function resultOf<Result>({ result }: UnderWay): Promise<Result> {
  return result as Promise<Result>;
}
