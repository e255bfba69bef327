import { readFileSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { findProgram, freePort, startGuarded, unprivilegedUser } from './process.ts';
import { until } from './until.ts';

const file = new URL('../../deploy/nginx/nginx.conf', import.meta.url);
const lookScript = fileURLToPath(new URL('../../deploy/nginx/look.sh', import.meta.url));

/** True where nginx is installed, and curl, which looks at its members. */
export const hasNginx: boolean = ['nginx', 'curl'].every((name) => findProgram(name) !== undefined);
if (!hasNginx) process.stderr.write('no nginx found: left out is a rolling upgrade\n');

/** What stands behind nginx, by the names of its file. */
export const groups = ['gateways', 'access', 'jobs', 'integrations', 'audit'] as const;
export type Group = (typeof groups)[number];

/** nginx as deploy/ sets it up. */
export interface Nginx extends AsyncDisposable {
  /** Where each group is reached. */
  readonly ports: Readonly<Record<Group, number>>;
  /** Begins to look at the members: none is left alone before for not having started. */
  look(): Promise<void>;
  /** Whom nginx asks for the readiness of a group now, and the answer. */
  ask(group: Group): Promise<{ readonly member: string; readonly isReady: boolean }>;
}

/** For how long nginx leaves a member alone here, seconds: as delivered, most of a test would be waiting for that. */
const leftAloneSeconds = 3;
/** The drain delay that fits, milliseconds. */
export const drainDelayMs = 2_500;

/** Runs the files of deploy/ on free ports, before two members of each group at these ports. */
export async function startNginx(
  members: Readonly<Record<Group, readonly [number, number]>>,
): Promise<Nginx> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'operandi-nginx-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const as = unprivilegedUser();
  if (as !== undefined) await chown(folder, as.uid, as.gid);
  const ports = {} as Record<Group, number>;
  for (const group of groups) ports[group] = await freePort();
  const lookPort = await freePort();
  const conf = confOf(members, { ports, lookPort, folder });
  await writeFile(join(folder, 'nginx.conf'), conf);

  const nginx = findProgram('nginx') ?? '';
  const how = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-g', 'daemon off;'];
  const server = await startGuarded({ command: [nginx, ...how], stopSignal: 'QUIT', folder, as });
  stack.defer(() => server.stop());
  const base = `http://127.0.0.1:${lookPort}`;
  const ask = async (group: Group) => {
    const response = await fetch(`${base}/ready/${group}`);
    await response.arrayBuffer();
    return { member: response.headers.get('x-member') ?? '', isReady: response.ok };
  };
  const untilAnswers = until('nginx answers', () =>
    ask('gateways').then(
      () => true,
      () => false,
    ),
  );
  await untilAnswers.catch((cause: unknown) => {
    throw new Error(`nginx did not start:\n${server.output()}`, { cause });
  });
  const running = stack.move();
  return {
    ...{ ports, ask },
    async look() {
      const command = [lookScript, base];
      const looking = await startGuarded({ command, stopSignal: 'TERM', folder, as });
      running.defer(() => looking.stop());
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

interface Places {
  readonly ports: Readonly<Record<Group, number>>;
  readonly lookPort: number;
  readonly folder: string;
}

function confOf(
  members: Readonly<Record<Group, readonly [number, number]>>,
  { ports, lookPort, folder }: Places,
): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const paths = temporary.map((kind) => `  ${kind}_temp_path ${join(folder, kind)};`).join('\n');
  const standard = { access: 4_001, jobs: 4_002, integrations: 4_003, audit: 4_004 };
  let conf = readFileSync(file, 'utf8')
    .replace('/run/nginx.pid', join(folder, 'nginx.pid'))
    .replace('http {\n', `http {\n${paths}\n`)
    .replace('worker_processes auto', 'worker_processes 2')
    .replaceAll('fail_timeout=15s', `fail_timeout=${leftAloneSeconds}s`)
    .replace('listen 80;', `listen 127.0.0.1:${ports.gateways};`)
    .replace('listen 127.0.0.1:8080;', `listen 127.0.0.1:${lookPort};`);
  for (const [name, port] of Object.entries(standard))
    conf = conf.replace(`listen 127.0.0.1:${port};`, `listen 127.0.0.1:${ports[name as Group]};`);
  for (const group of groups)
    for (const [index, port] of members[group].entries()) {
      const host = `${group === 'gateways' ? 'gateway' : group}-${index + 1}`;
      conf = conf.replaceAll(new RegExp(`server ${host}:\\d+`, 'g'), `server 127.0.0.1:${port}`);
    }
  return conf;
}
