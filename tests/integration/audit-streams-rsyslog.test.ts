import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { createEgress } from '../../connectors/egress/egress.ts';
import { createAuditStream } from '../../core/audit/streams/create-stream.ts';
import { findAuditStream } from '../../core/audit/streams/list-streams.ts';
import { openConnectors } from '../../core/integrations/open-connectors.ts';
import { updateTenant } from '../../core/access/update-tenant.ts';
import { createAuditStreamer } from '../../worker/audit-streams.ts';
import { createAuthority } from '../support/certificates.ts';
import { createTestDatabase } from '../support/database.ts';
import { findProgram, freePort, startGuarded } from '../support/process.ts';
import { sealAll } from '../support/seal-all.ts';
import { until } from '../support/until.ts';
import { contextOfNewTenant, openTestServices } from '../support/verb-context.ts';

const rsyslogd = findProgram('rsyslogd');
// TLS comes with a package of its own.
const [driver] = globSync('/usr/lib*/{,*/}rsyslog/lmnsd_gtls.so');

it.skipIf(rsyslogd === undefined || driver === undefined)(
  'rsyslog takes a stream by TLS, every event once',
  async () => {
    await using stack = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'operandi-rsyslog-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const authority = stack.use(await createAuthority());
    const files = await authority.issue('rsyslog', { san: 'IP:127.0.0.1' });
    const port = await freePort();
    const received = join(folder, 'received');
    await writeFile(
      join(folder, 'rsyslog.conf'),
      `global(workDirectory="${folder}" DefaultNetstreamDriver="gtls"
  DefaultNetstreamDriverCAFile="${files.caFile}" DefaultNetstreamDriverCertFile="${files.certFile}"
  DefaultNetstreamDriverKeyFile="${files.keyFile}")
module(load="imtcp" StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.AuthMode="anon")
template(name="parsed" type="string"
  string="%syslogfacility%.%syslogseverity% %hostname% %app-name% %msgid% %structured-data% %msg%\\n")
input(type="imtcp" address="127.0.0.1" port="${String(port)}" ruleset="in")
ruleset(name="in") { action(type="omfile" file="${received}" template="parsed") }
`,
    );
    const command = [rsyslogd ?? '', '-n', '-f', join(folder, 'rsyslog.conf')];
    const server = await startGuarded({
      command: [...command, '-i', join(folder, 'pid')],
      ...{ stopSignal: 'TERM', folder },
    });
    stack.defer(() => server.stop());
    await until('rsyslog listens', () => isListening(port));

    const test = stack.use(await createTestDatabase());
    const services = stack.use(openTestServices(test.database));
    const egress = stack.use(createEgress({ allow: [`127.0.0.1:${String(port)}`] }));
    const connectors = openConnectors(egress);
    const streamer = stack.use(createAuditStreamer({ ...services, egress, connectors }));
    const context = await contextOfNewTenant(services);
    const { stream } = await createAuditStream(context, {
      ...{ name: 'siem', after: '0', format: 'OCSF' },
      syslog: {
        ...{ host: '127.0.0.1', port, hostname: 'prod-1' },
        certificateAuthority: await readFile(authority.caFile, 'utf8'),
      },
    });
    for (let at = 0; at < 150; at += 1) await updateTenant(context, { name: `Büro ${String(at)}` });
    await sealAll(services);
    const { sent } = await until('the stream has arrived', async () => {
      for (const chore of streamer.chores) await chore.turn();
      const now = await findAuditStream(context, stream.id);
      return now?.behind === 0n && now;
    });
    const lines = await until('rsyslog has written', async () => {
      const text = await readFile(received, 'utf8').catch(() => '');
      const all = text.trimEnd().split('\n');
      return all.length >= Number(sent) && all;
    });
    const line =
      /^13\.6 prod-1 operandi (\S+) \[operandi@32473 [^\]]*seq="(\d+)"[^\]]*\] (\{.*\})$/u;
    const numbers = lines.map((each) => Number(line.exec(each)?.[2]));
    expect(numbers).toEqual(Array.from({ length: Number(sent) }, (_, index) => index + 1));
    const last: unknown = JSON.parse(line.exec(lines.at(-1) ?? '')?.[3] ?? 'null');
    expect(last).toMatchObject({ specversion: '1.0', data: { class_uid: 6_003 } });
  },
);

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
