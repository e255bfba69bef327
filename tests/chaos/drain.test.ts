import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProcess } from '../e2e/platform-processes.ts';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../support/database.ts';
import { freePort } from '../support/process.ts';
import { newProcessSecrets } from '../support/process-secrets.ts';
import { until } from '../support/until.ts';

const secrets = newProcessSecrets();

/** Starts a process, tells it to stop, and answers what the first probe after that was told. */
async function probeWhileDraining(
  args: readonly string[],
  port: number,
  environment: Readonly<Record<string, string>>,
) {
  await using started = startProcess(args, { ...environment, OPERANDI_DRAIN_DELAY_MS: '4000' });
  const ready = `http://127.0.0.1:${port}/health/ready`;
  const isReady = () =>
    fetch(ready).then(
      ({ ok }) => ok,
      () => false,
    );
  await until('it is ready', isReady, 60_000).catch((cause: unknown) => {
    throw new Error(`not ready:\n${started.output()}`, { cause });
  });
  const ended = started[Symbol.asyncDispose]();
  // A probe that is refused ends the test: a process that drains still answers.
  const probe = await until('it is not ready', async () => {
    const response = await fetch(ready);
    return response.ok ? undefined : response;
  });
  const answer = {
    status: probe.status,
    connection: probe.headers.get('connection'),
    body: await probe.json(),
  };
  await ended;
  const saysSo = /stopping/i.test(started.output());
  return { ...answer, exitCode: await started.exitCode, saysSo };
}

const draining = {
  status: 503,
  connection: 'close',
  body: { status: 'not ready', failing: ['draining'] },
  exitCode: 0,
  saysSo: true,
};

describe('a process that was told to stop', () => {
  it('goes on serving as a whole platform while it says that it is not ready', async () => {
    await using stack = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'operandi-drain-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const port = await freePort();
    const environment = { OPERANDI_DATA_DIR: folder, PORT: String(port) };
    expect(await probeWhileDraining(['start'], port, environment)).toEqual(draining);
  });
});

describe.runIf(hasPostgres)('a process of many that was told to stop', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase('postgres');
  });
  afterAll(() => test[Symbol.asyncDispose]());

  it.each([
    ['gateway', ['gateway'], 'PORT'],
    ['subgraph', ['subgraph', 'access'], 'OPERANDI_SUBGRAPH_PORT'],
    ['worker', ['worker'], 'OPERANDI_WORKER_PORT'],
  ])('goes on serving as a %s while it says that it is not ready', async (_, args, variable) => {
    const port = await freePort();
    const environment = { DATABASE_URL: test.databaseUrl ?? '', ...secrets };
    expect(
      await probeWhileDraining(args, port, { ...environment, [variable]: String(port) }),
    ).toEqual(draining);
  });
});
