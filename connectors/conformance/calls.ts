import { expect, it } from 'vitest';

import { IntegrationError } from '../errors.ts';
import {
  call,
  configOf,
  contextOf,
  expectNoSecret,
  failureOf,
  placesOf,
  type Stand,
} from './stand.ts';

/** Calls of a peer that is well. */
export function describeCalls(stand: () => Stand): void {
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
