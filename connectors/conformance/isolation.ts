import { expect, it } from 'vitest';

import type { CallContext } from '../connector.ts';
import { IntegrationError } from '../errors.ts';
import { call, contextOf, failureOf, type Stand } from './stand.ts';

/** What a connector must not reach, and must not share. */
export function describeIsolation(stand: () => Stand): void {
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
      expect(proxy.connections).toBeGreaterThan(before);
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
