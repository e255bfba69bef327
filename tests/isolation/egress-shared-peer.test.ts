import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEgress, type Egress } from '../../connectors/egress/egress.ts';
import { json, type Loopback, openLoopback } from '../../connectors/testing/loopback.ts';
import {
  createWorkflowHttp,
  type WorkflowHttp,
} from '../../connectors/workflow-http/workflow-http.ts';

let peer: Loopback;
let egress: Egress;
let http: WorkflowHttp;

beforeEach(async () => {
  peer = await openLoopback((response, { url }) => {
    if (url.startsWith('/bad')) json(response, {}, 503);
    else if (!url.startsWith('/never')) json(response, { ok: true });
  });
  egress = createEgress({ allow: [peer.host], breaker: { consecutive: 2, pauseMs: 60_000 } });
  http = createWorkflowHttp({ egress });
});

afterEach(async () => {
  await egress[Symbol.asyncDispose]();
  await peer[Symbol.asyncDispose]();
});

function call(tenantId: string, path: string, signal = AbortSignal.timeout(10_000)) {
  const request = { method: 'POST', uri: peer.url + path, headers: {}, redirect: 'manual' };
  return http.call(request, { tenantId, signal });
}

it('a tenant whose calls to a host fail pauses nobody else who calls it', async () => {
  for (const path of ['/bad/1', '/bad/2']) await call('noisy', path);
  const leave = new AbortController();
  const waiting = call('noisy', '/fine', leave.signal).catch((error: unknown) => error);
  await expect(call('quiet', '/fine')).resolves.toMatchObject({ statusCode: 200 });
  expect(peer.seen.map(({ url }) => url)).toEqual(['/bad/1', '/bad/2', '/fine']);
  leave.abort(new Error('the job has ended'));
  await expect(waiting).resolves.toMatchObject({ message: 'the job has ended' });
});

it('a tenant that waits for a host with all its calls fills no queue of another', async () => {
  const leave = new AbortController();
  const waiting = Array.from({ length: 10_100 }, (_, at) =>
    call('noisy', `/never/${String(at)}`, leave.signal),
  );
  const refused = await Promise.any(
    waiting.map((one) =>
      one.then(
        () => '',
        (error: unknown) => error,
      ),
    ),
  );
  expect(refused).toMatchObject({ code: 'RATE_LIMITED' });
  const answers = await Promise.all(
    Array.from({ length: 32 }, (_, at) => call('quiet', `/fine/${String(at)}`)),
  );
  expect(answers.map(({ statusCode }) => statusCode)).toEqual(answers.map(() => 200));
  leave.abort();
  await Promise.allSettled(waiting);
  await expect(call('noisy', '/fine')).resolves.toMatchObject({ statusCode: 200 });
});
