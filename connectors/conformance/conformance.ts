import { inspect } from 'node:util';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { AppError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { CallContext, CallResult, Connector } from '../connector.ts';
import { createEgress, type Egress, type EgressOptions } from '../egress/egress.ts';
import { IntegrationError } from '../errors.ts';
import { type Fault, type FaultProxy, openFaultProxy } from '../testing/fault-proxy.ts';
import type { Subject, SubjectCall } from './subject.ts';

/** How the kit makes the connector that it tries; the same way as the process does. */
export type CreateConnector = (egress: Egress) => Connector;

interface Stand {
  readonly subject: Subject;
  readonly proxy: FaultProxy;
  readonly connectorFor: (options?: EgressOptions) => Connector;
}

/** All that a kind of integration has to keep, tried on a real system behind a proxy that spoils its answers. */
export function describeConnector(
  kind: string,
  openSubject: () => Promise<Subject>,
  create: CreateConnector,
): void {
  describe(`connector ${kind}`, () => {
    const opened: AsyncDisposable[] = [];
    let subject: Subject;
    let proxy: FaultProxy;

    beforeAll(async () => {
      subject = await openSubject();
      proxy = await openFaultProxy(subject.endpoint);
    });

    afterEach(async () => {
      for (const egress of opened.splice(0)) await egress[Symbol.asyncDispose]();
      proxy.fault = 'none';
    });

    afterAll(async () => {
      await proxy[Symbol.asyncDispose]();
      await subject[Symbol.asyncDispose]();
    });

    const stand = (): Stand => ({
      subject,
      proxy,
      connectorFor(options) {
        const egress = createEgress({ allow: [proxy.host], random: () => 0, ...options });
        opened.push(egress);
        return create(egress);
      },
    });

    describeSettings(stand);
    describeCalls(stand);
    describeFaults(stand);
    describeIsolation(stand);
  });
}

function describeSettings(stand: () => Stand): void {
  it('describes its settings by JSON Schema', () => {
    const connector = stand().connectorFor();
    expect(connector.kind).toBe(stand().subject.kind);
    expect(connector.description).not.toBe('');
    expect(connector.configSchema).toMatchObject({ type: 'object' });
    expect(Object.keys(connector.credentialSchema)).not.toEqual([]);
  });

  it('takes a good configuration and credential', () => {
    const { subject } = stand();
    const connector = stand().connectorFor();
    expect(connector.checkConfig(configOf(stand()))).toEqual([]);
    expect(connector.checkCredential(subject.credential)).toEqual([]);
    expect(connector.checkCredential(subject.wrongCredential)).toEqual([]);
  });

  it('refuses a bad configuration with a code and the field at fault', () => {
    const { subject } = stand();
    const connector = stand().connectorFor();
    const bad = { ...subject.badConfigs, surprise: { surprise: true } };
    for (const [field, change] of Object.entries(bad)) {
      const problems = connector.checkConfig({ ...configOf(stand()), ...change });
      expect(problems.map(({ code }) => code)).toContain('BAD_USER_INPUT');
      expect(problems.map((problem) => problem.field)).toContain(
        field === 'surprise' ? '' : field,
      );
    }
  });

  it('refuses a bad credential without repeating it', () => {
    const problems = stand().connectorFor().checkCredential({ type: 'canary-7f3a' });
    expect(problems).not.toEqual([]);
    expect(JSON.stringify(problems)).not.toContain('canary-7f3a');
  });

  it('shows its operations with JSON Schemas of their arguments', () => {
    const { subject } = stand();
    const operations = stand().connectorFor().operations(configOf(stand()));
    const reading = operations.find(({ name }) => name === subject.reading.operation);
    expect(reading?.arguments).toMatchObject({ type: 'object' });
    expect(new Set(operations.map(({ name }) => name)).size).toBe(operations.length);
  });

  it('names where a credential goes, and another place by another name', () => {
    const { subject } = stand();
    const connector = stand().connectorFor();
    const elsewhere = connector.destinationOf(
      subject.configFor({ host: 'elsewhere.example', port: 4000 }),
    );
    expect(connector.destinationOf(configOf(stand()))).not.toBe(elsewhere);
  });
}

function describeCalls(stand: () => Stand): void {
  it('calls an operation', async () => {
    const { reading } = stand().subject;
    const { value, attempts } = await call(stand(), reading);
    expect(value).toEqual(reading.value);
    expect(attempts).toBe(1);
  });

  it('tests a connection that is well', async () => {
    const { subject } = stand();
    const tested = await stand()
      .connectorFor()
      .testConnection(configOf(stand()), contextOf({ credential: subject.credential }));
    expect(tested).toMatchObject({ isReachable: true });
  });

  it('tells of a test that fails instead of throwing it, without the credential', async () => {
    const { subject } = stand();
    const tested = await stand()
      .connectorFor()
      .testConnection(configOf(stand()), contextOf({ credential: subject.wrongCredential }));
    expect(tested.isReachable).toBe(false);
    for (const secret of subject.secrets) expect(tested.message).not.toContain(secret);
  });

  it('refuses an operation that it does not have before anything is sent', async () => {
    const { proxy } = stand();
    const before = proxy.connections;
    const failure = await failureOf(call(stand(), { operation: 'noSuchThing', arguments: {} }));
    expect(failure).toMatchObject({ code: 'NOT_FOUND' });
    expect(proxy.connections).toBe(before);
  });

  it('refuses bad arguments, each by its place, before anything is sent', async () => {
    const { proxy, subject } = stand();
    const before = proxy.connections;
    for (const [field, bad] of Object.entries(subject.badArguments)) {
      const { operation } = subject.reading;
      const failure = await failureOf(call(stand(), { operation, arguments: bad }));
      expect(failure).toMatchObject({ code: 'BAD_USER_INPUT' });
      expect(placesOf(failure)).toContain(field);
    }
    expect(proxy.connections).toBe(before);
  });

  it('fails for good where the credential is refused, and repeats nothing of it', async () => {
    const { subject } = stand();
    const failure = await failureOf(
      call(stand(), subject.reading, { context: { credential: subject.wrongCredential } }),
    );
    expect(failure).toBeInstanceOf(IntegrationError);
    expect(failure).toMatchObject({ isRetryable: false, isOutcomeUnknown: false });
    expectNoSecret(failure, subject);
  });
}

function describeFaults(stand: () => Stand): void {
  const faults: readonly Fault[] = ['hang', 'drip'];
  it.each(faults)('is late when the peer answers by %s', async (fault) => {
    stand().proxy.fault = fault;
    const failure = await failureOf(
      call(stand(), stand().subject.reading, { context: { timeoutMs: 200 }, limits: once }),
    );
    expect(failure).toBeInstanceOf(IntegrationError);
    expect(failure).toMatchObject({ isLate: true, isOutcomeUnknown: false });
  });

  it('ends at once when its caller leaves', async () => {
    const { proxy, subject } = stand();
    proxy.fault = 'hang';
    const before = proxy.connections;
    const leaving = new AbortController();
    const calling = failureOf(
      call(stand(), subject.reading, { context: { signal: leaving.signal } }),
    );
    await expect.poll(() => proxy.connections).toBeGreaterThan(before);
    leaving.abort(new Error('gone'));
    expect(await calling).toMatchObject({ message: 'gone' });
  });

  it.each(['reset', 'flood'] as const)('fails when the peer answers by %s', async (fault) => {
    const { proxy, subject } = stand();
    proxy.fault = fault;
    const failure = await failureOf(
      call(stand(), subject.reading, {
        context: { timeoutMs: 5_000, credential: subject.credential },
        limits: { maxAttempts: 1, maxResponseBytes: 1_000_000 },
      }),
    );
    expect(failure).toBeInstanceOf(IntegrationError);
    expectNoSecret(failure, subject);
  });

  it('takes no larger answer than it may', async () => {
    const { subject } = stand();
    if (subject.hasLargeAnswers === false) return;
    const failure = await failureOf(
      call(stand(), subject.reading, { limits: { ...once, maxResponseBytes: 3 } }),
    );
    expect(failure).toBeInstanceOf(IntegrationError);
    expect(failure).toMatchObject({ isRetryable: false });
    expect(String(failure)).toContain('more than 3 bytes');
  });

  it('says that the outcome of a change is unknown when the answer is lost', async () => {
    const { proxy, subject } = stand();
    const { writing } = subject;
    if (writing === undefined) return;
    await call(stand(), writing);
    proxy.fault = { afterText: writing.actsOn };
    const failure = await failureOf(call(stand(), writing, { limits: once }));
    expect(failure).toBeInstanceOf(IntegrationError);
    expect(failure).toMatchObject({ isOutcomeUnknown: true });
  });

  it('pauses calls to a peer that fails again and again', async () => {
    const { subject } = stand();
    const connector = stand().connectorFor({ breaker: { consecutive: 2, pauseMs: 60_000 } });
    stand().proxy.fault = 'reset';
    const options = { connector, limits: once, context: { timeoutMs: 5_000 } };
    await failureOf(call(stand(), subject.reading, options));
    await failureOf(call(stand(), subject.reading, options));
    const before = stand().proxy.connections;
    const failure = await failureOf(call(stand(), subject.reading, options));
    expect(String(failure)).toContain('calls to it are paused');
    expect(stand().proxy.connections).toBe(before);
  });

  it('refuses more calls than may wait', async () => {
    const { subject, proxy } = stand();
    proxy.fault = 'hang';
    const connector = stand().connectorFor();
    const leaving = new AbortController();
    const limits = { ...once, concurrency: 1, maxQueued: 0 };
    const { operation, arguments: given } = subject.writing ?? subject.reading;
    const busy = failureOf(
      call(
        stand(),
        { operation, arguments: given },
        { connector, limits, context: { signal: leaving.signal } },
      ),
    );
    const failure = await failureOf(
      call(stand(), { operation, arguments: given }, { connector, limits }),
    );
    expect(failure).toMatchObject({ code: 'RATE_LIMITED' });
    leaving.abort(new Error('gone'));
    await busy;
  });
}

function describeIsolation(stand: () => Stand): void {
  it('reaches no address that is not public', async () => {
    const { proxy, subject } = stand();
    const before = proxy.connections;
    for (const host of ['127.0.0.1', '2130706433', '0x7f.1', '[::ffff:7f00:1]']) {
      const connector = stand().connectorFor({ allow: [] });
      const config = subject.configFor({ host, port: proxy.port });
      if (connector.checkConfig(config).length > 0) continue;
      const failure = await failureOf(
        connector.invoke(
          { config, ...subject.reading },
          contextOf({ credential: subject.credential }),
        ),
      );
      expect(failure).toMatchObject({ code: 'EGRESS_BLOCKED' });
    }
    expect(proxy.connections).toBe(before);
  });

  it('shares no connection between tenants, integrations and credentials', async () => {
    const { proxy, subject } = stand();
    const connector = stand().connectorFor();
    await call(stand(), subject.reading, { connector });
    for (const other of [
      { tenantId: 'tenant-2' },
      { integrationId: 'integration-2' },
    ] satisfies Partial<CallContext>[]) {
      const before = proxy.connections;
      await call(stand(), subject.reading, { connector, context: other });
      expect(proxy.connections).toBe(before + 1);
    }
    for (const other of [
      { tenantId: 'tenant-2' },
      { integrationId: 'integration-2' },
      { credentialVersion: 2 },
    ] satisfies Partial<CallContext>[]) {
      const context = { ...other, credential: subject.wrongCredential };
      const failure = await failureOf(call(stand(), subject.reading, { connector, context }));
      // Another's open connection would have let it in.
      expect(failure).toBeInstanceOf(IntegrationError);
    }
  });
}

const once = { maxAttempts: 1 };

interface CallOptions {
  readonly connector?: Connector;
  readonly context?: Partial<CallContext>;
  readonly limits?: JsonObject;
}

function call(
  stand: Stand,
  { operation, arguments: given }: SubjectCall,
  options: CallOptions = {},
): Promise<CallResult> {
  const { connector = stand.connectorFor(), context, limits = {} } = options;
  return connector.invoke(
    { config: { ...configOf(stand), limits }, operation, arguments: given },
    contextOf({ credential: stand.subject.credential, ...context }),
  );
}

function configOf({ subject, proxy }: Stand): JsonObject {
  return subject.configFor({ host: '127.0.0.1', port: proxy.port });
}

function contextOf(changes: Partial<CallContext>): CallContext {
  return {
    tenantId: 'tenant-1',
    integrationId: 'integration-1',
    integrationName: 'partner',
    credential: undefined,
    credentialVersion: 1,
    signal: AbortSignal.timeout(20_000),
    ...changes,
  };
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    const value = await work;
    return new Error(`it did not fail but answered ${inspect(value)}`);
  } catch (error) {
    return error;
  }
}

function placesOf(failure: unknown): readonly string[] {
  if (typeof failure === 'object' && failure !== null && 'problems' in failure)
    return (failure.problems as readonly { readonly field: string }[]).map(({ field }) => field);
  return failure instanceof AppError && failure.path !== undefined ? [failure.path] : [];
}

function expectNoSecret(failure: unknown, { secrets }: Subject): void {
  const shown =
    failure instanceof IntegrationError
      ? inspect([failure.message, failure.answer, causeOf(failure)], { depth: 10 })
      : String(failure);
  for (const secret of secrets) expect(shown).not.toContain(secret);
}

function causeOf({ cause }: IntegrationError): string {
  return cause instanceof Error ? cause.message : '';
}
