import type { IncomingMessage } from 'node:http';

import { AppError } from '../../kernel/errors.ts';

const loopback = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/** Where browsers are sent back to; a `Host` that anybody can write is believed of this machine only. */
export function publicOrigin(
  { publicUrl }: { readonly publicUrl: string | undefined },
  { headers: { host = '' } }: Pick<IncomingMessage, 'headers'>,
): string {
  if (publicUrl !== undefined) return new URL(publicUrl).origin;
  if (loopback.test(host)) return `http://${host}`;
  throw new AppError('UNAVAILABLE', 'sending browsers back here needs OPERANDI_PUBLIC_URL');
}
