import { sha256Hex } from '../../kernel/crypto/hash.ts';
import type { Egress } from '../egress/egress.ts';
import type { ConnectionPolicy } from '../egress/policy.ts';
import { frameOf, type SyslogMessage } from './message.ts';
import { openSyslog, type SyslogSession } from './session.ts';

/** A receiver of syslog over TLS. */
export interface SyslogReceiver {
  readonly host: string;
  readonly port: number;
  /** In place of the usual authorities, PEM. */
  readonly certificateAuthority?: string | undefined;
}

/** Sends messages over a connection of their own, once; resolves when the receiver has read them all. */
export async function sendSyslog(
  egress: Egress,
  policy: ConnectionPolicy,
  {
    receiver,
    messages,
    signal,
  }: {
    readonly receiver: SyslogReceiver;
    readonly messages: readonly SyslogMessage[];
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { host, port, certificateAuthority } = receiver;
  const { timeoutMs } = policy.limits;
  const frames = messages.map(frameOf);
  await egress.converse<SyslogSession, undefined>(
    policy,
    {
      ...{ host, port, timeoutMs, identity: sha256Hex(certificateAuthority ?? '') },
      // The same events may come twice; receivers know them by their ids.
      isRepeatable: true,
      deadlineAt: performance.now() + timeoutMs,
      open: (place, opening) => openSyslog(certificateAuthority, place, opening),
      async work(session, mark) {
        mark.isSent = true;
        await session.send(frames);
        return undefined;
      },
    },
    signal,
  );
}
