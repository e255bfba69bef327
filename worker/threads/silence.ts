import type { Thread } from '../../kernel/threads/spawn-thread.ts';
import { startSpending, type Spending } from '../../kernel/threads/spending.ts';

/** How a thread is asked whether it still listens. */
export interface SilenceOptions {
  readonly thread: Pick<Thread, 'cpuMs'>;
  /** How long it may compute without a word, milliseconds of its own processor time. */
  readonly muteMs: number;
  /** False while nothing is expected of it. */
  readonly isBusy: () => boolean;
  /** Asks for a word; called anew only after one was heard. */
  readonly ask: () => void;
  readonly onMute: () => void;
}

/** Listens to a thread. */
export interface Silence extends Disposable {
  /** The thread has said something. */
  readonly heard: () => void;
}

/** Looks in the time that a thread may be silent. */
const looks = 4;
/** Loading its modules is one piece of work, milliseconds. */
const startMs = 30_000;

/** Finds out that a thread computes and listens no more; one that waits for a processor is not mute. */
export function watchSilence({ thread, muteMs, isBusy, ask, onMute }: SilenceOptions): Silence {
  let silence: Spending | undefined;
  let hasSpoken = false;

  async function judge(since: Spending): Promise<void> {
    const leftMs = await since.leftMs();
    // It may have spoken while the time was told.
    if (leftMs <= 0 && silence === since && isBusy()) onMute();
  }

  const timer = setInterval(() => {
    if (!isBusy()) silence = undefined;
    else if (silence !== undefined) void judge(silence);
    else {
      silence = startSpending(thread, hasSpoken ? muteMs : Math.max(muteMs, startMs));
      ask();
    }
  }, muteMs / looks);
  timer.unref();

  return {
    heard() {
      hasSpoken = true;
      silence = undefined;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
