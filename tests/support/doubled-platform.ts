import { randomBytes } from 'node:crypto';

import { newSigningKey, publicKeyOf } from '../../kernel/crypto/assertion-keys.ts';
import { sleep } from '../../kernel/retry/sleep.ts';
import {
  migrateDatabase,
  command as present,
  startProcess,
  untilReady,
  type PlatformProcess,
} from '../e2e/platform-processes.ts';
import { makeLogins } from './logins.ts';
import { freePort } from './process.ts';
import { drainDelayMs, groups, startNginx, type Group, type Nginx } from './start-nginx.ts';
import { until } from './until.ts';

/** Two gateways and two of each subgraph behind nginx, and three workers. */
export interface DoubledPlatform extends AsyncDisposable {
  readonly url: string;
  readonly adminKey: string;
  /** Brings the database to the present version, and answers the plan of that. */
  migrate(): Promise<string>;
  /**
   * Ends one process in good order and starts another of the present version in its place; resolves when it is used as the
   * old one was.
   */
  replace(member: Member): Promise<void>;
  /** The first or the second of each subgraph, of the gateways; the workers. */
  readonly members: readonly Member[];
}

/** A place in which processes follow each other. */
export interface Member {
  readonly group: Group | 'workers';
  readonly place: number;
  /** What its processes have printed. */
  output(): string;
}

interface Running extends Member {
  readonly port: number;
  readonly start: (program: string) => PlatformProcess;
  process: PlatformProcess | undefined;
}

interface Servers {
  /** Of an empty database. */
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly egressAllow: string;
  /** What they are started from at first. @default the present version */
  readonly program?: string | undefined;
}

/** Starts all of them. */
export async function startDoubled(servers: Servers): Promise<DoubledPlatform> {
  await using stack = new AsyncDisposableStack();
  const { databaseUrl, program = present } = servers;
  const ports = {} as Record<Group, [number, number]>;
  for (const group of groups) ports[group] = [await freePort(), await freePort()];
  const nginx = stack.use(await startNginx(ports));
  const assertionKey = newSigningKey();
  const { OPERANDI_MASTER_KEY, ...common } = settingsOf(servers, nginx);
  const secrets = { OPERANDI_MASTER_KEY };
  const migration = { ...common, DATABASE_URL: databaseUrl };
  const adminKey = await migrateDatabase(migration, program);
  const logins = stack.use(await makeLogins(databaseUrl));

  const environments = (group: Group | 'workers', port: number): Record<string, string> => {
    if (group === 'workers') return { DATABASE_URL: logins.worker, ...secrets };
    if (group === 'gateways')
      return {
        ...{ DATABASE_URL: logins.gateway, PORT: String(port) },
        OPERANDI_ASSERTION_KEY: assertionKey,
        // It sends subscriptions away over most of that.
        OPERANDI_DRAIN_MS: '5000',
      };
    return {
      ...{ DATABASE_URL: logins.app, ...secrets, OPERANDI_SUBGRAPH_PORT: String(port) },
      OPERANDI_ASSERTION_PUBLIC_KEYS: publicKeyOf(assertionKey),
    };
  };
  const members = [...subgraphs, ...(['gateways', 'workers'] as const)].flatMap((group) =>
    Array.from({ length: group === 'workers' ? 3 : 2 }, (_, place): Running => {
      const port = group === 'workers' ? 0 : (ports[group][place] ?? 0);
      const environment = { ...common, ...environments(group, port) };
      const outputs: (() => string)[] = [];
      const start = (version: string): PlatformProcess => {
        const started = startProcess(commandOf(group), environment, version);
        outputs.push(() => started.output());
        return started;
      };
      const output = (): string => outputs.map((text) => text()).join('');
      return { group, place, port, output, start, process: undefined };
    }),
  );
  stack.defer(async () => {
    await Promise.all(members.map(async ({ process }) => process?.[Symbol.asyncDispose]()));
  });
  // One after the other in each group: all at once would starve each other.
  const inTurn = (group: Running['group']) =>
    members
      .filter((member) => member.group === group)
      .reduce((before, member) => before.then(() => begin(member, program)), Promise.resolve());
  await Promise.all([...groups, 'workers' as const].map(inTurn));
  await nginx.look();
  const started = stack.move();
  return {
    url: `http://127.0.0.1:${nginx.ports.gateways}/graphql`,
    ...{ adminKey, members },
    async migrate() {
      const run = async (args: readonly string[]): Promise<string> => {
        await using migrating = startProcess(args, migration);
        if ((await migrating.exitCode) !== 0) throw new Error(migrating.output());
        return migrating.output();
      };
      const plan = await run(['migrate', '--plan']);
      await run(['migrate']);
      return plan;
    },
    async replace(member) {
      const running = members.find((one) => one === member);
      if (running === undefined) throw new Error('no such member');
      running.process?.signal('SIGTERM');
      const code = await running.process?.exitCode;
      if (code !== 0) throw new Error(`it ended with ${String(code)}:\n${running.output()}`);
      await begin(running, present);
      await untilUsed(running, nginx);
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** What is replaced first. */
export const subgraphs = ['access', 'jobs', 'integrations', 'audit'] as const;

function settingsOf({ redisUrl, egressAllow }: Servers, { ports }: Nginx) {
  return {
    REDIS_URL: redisUrl,
    DATABASE_POOL_SIZE: '4',
    OPERANDI_EGRESS_ALLOW: egressAllow,
    OPERANDI_MASTER_KEY: `k1:${randomBytes(32).toString('base64')}`,
    OPERANDI_DRAIN_DELAY_MS: String(drainDelayMs),
    ...Object.fromEntries(
      subgraphs.map((name) => [
        `OPERANDI_${name.toUpperCase()}_URL`,
        `http://127.0.0.1:${ports[name]}/graphql`,
      ]),
    ),
  };
}

function commandOf(group: Group | 'workers'): readonly string[] {
  if (group === 'workers') return ['worker'];
  return group === 'gateways' ? ['gateway'] : ['subgraph', group];
}

/** Starts it, and resolves when it can work. */
async function begin(running: Running, program: string): Promise<void> {
  running.process = running.start(program);
  const { group, port, process } = running;
  if (group === 'workers') {
    await until('the worker runs', () => process.output().includes('worker started'));
    return;
  }
  await untilReady(`http://127.0.0.1:${port}`).catch((cause: unknown) => {
    throw new Error(`one of ${group} did not become ready:\n${running.output()}`, { cause });
  });
}

/** Between two looks at what nginx does, milliseconds. */
const lookMs = 100;

async function untilUsed({ group, port }: Running, nginx: Nginx): Promise<void> {
  if (group === 'workers') return;
  await until(`nginx uses it among ${group}`, async () => {
    await sleep(lookMs);
    const { member, isReady } = await nginx.ask(group);
    return isReady && member === `127.0.0.1:${port}`;
  });
}
