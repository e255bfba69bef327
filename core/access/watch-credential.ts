import { AppError } from '../../kernel/errors.ts';
import type { Services } from '../context.ts';
import type { Actor } from './actor.ts';
import { cacheMs } from './key-rows.ts';
import { revokedChannel } from './revoked.ts';

const changed = 'what the credential may do has changed; come back with it';

interface Watched {
  readonly doorbell: Services['doorbell'];
  readonly tenantId: string;
  /** Who was let in. */
  readonly actor: Actor;
  /** Fails once the credential has ended; answers whom it stands for now. */
  readonly look: () => Promise<Actor>;
}

/**
 * Calls the listener once when the credential has ended or may do other things; returns the way to stop. A ring only says that something changed,
 * and may be lost: the credential itself is looked at again.
 */
export function watchCredential(
  { doorbell, tenantId, actor, look }: Watched,
  listener: (why: AppError) => void,
): () => void {
  const check = () => {
    look()
      .then((now) => {
        if (!isAsPermitted(now, actor)) throw new AppError('UNAUTHENTICATED', changed);
      })
      .catch((error: unknown) => {
        if (!(error instanceof AppError) || !isEnd(error)) return;
        stop();
        listener(error);
      });
  };
  const stopListening = doorbell.listen(revokedChannel(tenantId), check);
  const timer = setInterval(check, cacheMs).unref();
  const stop = () => {
    stopListening();
    clearInterval(timer);
  };
  return stop;
}

function isAsPermitted(now: Actor, then: Actor): boolean {
  return mayOf(now) === mayOf(then);
}

/** All that says what an actor may do, as one text. */
export function mayOf({ permissions, conditions, groups, token }: Actor): string {
  const all = [permissions.toSorted(), conditions ?? null, groups ?? null, token ?? null];
  return JSON.stringify(all);
}

function isEnd({ code }: AppError): boolean {
  return code === 'UNAUTHENTICATED' || code === 'FORBIDDEN';
}
