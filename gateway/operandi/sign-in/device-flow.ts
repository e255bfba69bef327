import type { IncomingMessage } from 'node:http';
import * as openid from 'openid-client';
import { z } from 'zod';

import { AppError } from '../../../kernel/errors.ts';
import { parseJson } from '../../../kernel/json.ts';
import type { Page } from '../../listen/http/server.ts';
import { readSmallBody } from '../read-small-body.ts';
import { enter } from './enter.ts';
import type { SignInServices } from './services.ts';
import { providerOf } from './sign-in-provider.ts';

const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
const maxBodyBytes = 8_192;

const beginning = z.strictObject({ provider: z.uuid().optional() });
const question = z.strictObject({ provider: z.uuid(), deviceCode: z.string().min(1).max(4_096) });

/** What the issuer says of a device that is not let in yet (RFC 8628, section 3.5). */
const waits = ['authorization_pending', 'slow_down'];

/** Begins the sign-in of a program that has no browser: the answer says what its user has to open. */
export async function beginDevice(
  services: SignInServices,
  request: IncomingMessage,
): Promise<Page> {
  const wanted = await readInput(request, beginning);
  const provider = await providerOf(services, wanted.provider);
  const client = await services.clients.clientOf(provider);
  const begun = await openid
    .initiateDeviceAuthorization(client, { scope: 'openid email profile' })
    .catch((cause: unknown) => {
      throw new AppError('UNAVAILABLE', 'the issuer takes no devices for this client', { cause });
    });
  return json(200, {
    provider: provider.id,
    deviceCode: begun.device_code,
    userCode: begun.user_code,
    verificationUri: begun.verification_uri,
    verificationUriComplete: begun.verification_uri_complete,
    expiresInSeconds: begun.expires_in,
    intervalSeconds: begun.interval ?? 5,
  });
}

/** Asks the issuer once whether the user has let the device in; then it is handed its session. */
export async function askDevice(
  services: SignInServices,
  request: IncomingMessage,
  requestId: string,
): Promise<Page> {
  const { provider: id, deviceCode } = await readInput(request, question);
  const provider = await providerOf(services, id);
  const client = await services.clients.clientOf(provider);
  let grant;
  try {
    grant = await openid.genericGrantRequest(client, grantType, { device_code: deviceCode });
  } catch (cause) {
    if (cause instanceof openid.ResponseBodyError && waits.includes(cause.error))
      return json(202, { state: cause.error });
    throw new AppError('UNAUTHENTICATED', 'the issuer did not let this device in', { cause });
  }
  const agent = request.headers['user-agent'];
  const entered = await enter(services, { provider, grant, kind: 'CLI', agent, requestId });
  return json(200, { session: entered.secret, expiresAt: entered.expiresAt.toISOString() });
}

/** JSON alone, which no form of a foreign page can send. */
async function readInput<Output>(
  request: IncomingMessage,
  schema: z.ZodType<Output>,
): Promise<Output> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type))
    throw new AppError('BAD_USER_INPUT', 'send content-type application/json');
  const body = await readSmallBody(request, maxBodyBytes);
  try {
    return schema.parse(parseJson(body));
  } catch (cause) {
    throw new AppError('BAD_USER_INPUT', 'the body is not what is asked for', { cause });
  }
}

export function json(status: number, value: object): Page {
  return {
    status,
    type: 'application/json',
    body: JSON.stringify(value),
    headers: { 'cache-control': 'no-store' },
  };
}
