import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

/** What the user has to open, and what it is asked for with. */
const begun = z.object({
  provider: z.string(),
  deviceCode: z.string(),
  userCode: z.string(),
  verificationUri: z.string(),
  verificationUriComplete: z.string().optional(),
  expiresInSeconds: z.number(),
  intervalSeconds: z.number(),
});
const entered = z.object({ session: z.string(), expiresAt: z.string() });
const waiting = z.object({ state: z.string() });
const fault = z.object({ code: z.string(), message: z.string() });

export type Begun = z.infer<typeof begun>;
export type Entered = z.infer<typeof entered>;

/** Asks a gateway to let its user in (RFC 8628). */
export interface DeviceSignIn {
  readonly endpoint: string;
  readonly provider: string | undefined;
  /** Tells the user what to open. */
  readonly show: (begun: Begun) => void;
  /** @default one that waits */
  readonly wait?: (ms: number) => Promise<unknown>;
}

const secondMs = 1_000;

/** Resolves with the session once the user has let this program in. */
export async function signInWithDevice({
  endpoint,
  provider,
  show,
  wait = delay,
}: DeviceSignIn): Promise<Entered> {
  const asked = await post(endpoint, '/auth/device', provider === undefined ? {} : { provider });
  const device = begun.parse(asked.body);
  show(device);
  const question = { provider: device.provider, deviceCode: device.deviceCode };
  let seconds = device.intervalSeconds;
  for (let waited = 0; waited < device.expiresInSeconds; waited += seconds) {
    await wait(seconds * secondMs);
    const { status, body } = await post(endpoint, '/auth/device/token', question);
    if (status === 200) return entered.parse(body);
    if (waiting.parse(body).state === 'slow_down') seconds += 5;
  }
  throw new Error('nobody let this device in before its code expired; try again');
}

/** Ends a session at the gateway. */
export async function signOut(endpoint: string, session: string): Promise<void> {
  await post(endpoint, '/auth/logout', { bearer: session });
}

async function post(
  endpoint: string,
  path: string,
  { bearer, ...input }: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const url = new URL(path, endpoint);
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'operandi-cli',
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    },
    body: JSON.stringify(input),
    redirect: 'error',
  }).catch((cause: unknown) => {
    throw new Error(`${url.origin} cannot be reached`, { cause });
  });
  const body: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return { status: answer.status, body };
  const { data } = fault.safeParse(body);
  throw new Error(
    data === undefined ? `${url.href} answered ${answer.status}` : `${data.message} (${data.code})`,
  );
}
