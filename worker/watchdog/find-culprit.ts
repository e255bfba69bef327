import inspector from 'node:inspector';
import { atWorkName } from './watchdog.ts';

/** Where a thread stands. */
export interface Standstill {
  /** What it works at; undefined where that is not known. */
  readonly culprit: string | undefined;
  /** The innermost functions. */
  readonly stack: readonly string[];
}

const patienceMs = 2_000;
const shownFrames = 8;

/**
 * Halts the main thread, whatever it computes, and asks where it stands; it does not go on afterwards. One that cannot
 * be halted answers an empty stack: it is outside of JavaScript, or moves again.
 */
export function findCulprit(): Promise<Standstill> {
  const session = new inspector.Session();
  session.connectToMainThread();
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      session.disconnect();
      resolve({ culprit: undefined, stack: [] });
    }, patienceMs);
    session.on('Debugger.paused', ({ params: { callFrames } }) => {
      clearTimeout(timer);
      const stack = callFrames
        .slice(0, shownFrames)
        .map(
          ({ functionName, url, location }) => `${functionName} ${url}:${location.lineNumber + 1}`,
        );
      const callFrameId = callFrames[0]?.callFrameId ?? '';
      const expression = `globalThis.${atWorkName}()`;
      session.post('Debugger.evaluateOnCallFrame', { callFrameId, expression }, (_, answer) => {
        const value: unknown = answer.result.value;
        resolve({ culprit: typeof value === 'string' ? value : undefined, stack });
      });
    });
    session.post('Debugger.enable');
    session.post('Debugger.pause');
  });
}
