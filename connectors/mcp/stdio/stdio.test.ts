import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import { connectorOf } from '../../../core/integrations/connectors.ts';
import { openConnectors } from '../../../core/integrations/open-connectors.ts';
import { parseToolServers, type ToolServers } from '../../../kernel/config/tool-servers.ts';
import { isJsonObject, type JsonObject } from '../../../kernel/json.ts';
import {
  canReachNode,
  noIsolation,
  processSettings,
} from '../../../tests/support/process-settings.ts';
import type { CallContext, CallResult, Connector } from '../../connector.ts';
import { createEgress } from '../../egress/egress.ts';
import { createPrograms, type Programs } from './programs.ts';

const packages = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const everything = `${packages}/@modelcontextprotocol/server-everything/dist/index.js`;

/** Answers as a server of one tool, `act`; what `answer` says is run for each call with its arguments in `given`. */
const scripted = (answer: string): string => `
  const tool = { name: 'act', inputSchema: { type: 'object' } };
  const say = (id, result) => console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const { id, method, params } = JSON.parse(line);
    if (id === undefined) return;
    if (method === 'initialize') return say(id, { protocolVersion: '2024-11-05' });
    if (method === 'tools/list') return say(id, { tools: [tool] });
    const given = params.arguments;
    const text = (value) => say(id, { content: [{ type: 'text', text: String(value) }] });
    ${answer}
  });`;

const node = { command: process.execPath, folders: [dirname(process.execPath)] };
const script = (answer: string, more: JsonObject = {}): JsonObject => ({
  ...{ ...node, arguments: ['-e', scripted(answer)], ...more },
});

const servers: ToolServers = parseToolServers(
  JSON.stringify({
    everything: {
      command: process.execPath,
      arguments: [everything, 'stdio'],
      folders: [packages],
      environment: { SHARED_KEY: 'canary-operator' },
    },
    variables: script('text(JSON.stringify(process.env))', {
      ...{ environment: { OWN: 'canary-operator' }, tokenVariable: 'TOKEN' },
    }),
    pid: script('text(globalThis.mine ??= Math.random())'),
    files: script(
      `const { readdirSync } = require('node:fs'); try { text(readdirSync(given.path)); } catch (e) { text(e.code); }`,
    ),
    loud: script(`process.stdout.write('x'.repeat(2_000_000))`),
    quiet: script('if (given.isWarm) text(1)'),
    dying: script(`console.error('out of canary-operator'); process.exit(3)`, {
      environment: { OWN: 'canary-operator' },
    }),
    drifting: script(`tool.description = 'another'; text('done')`),
    greedy: script('const all = []; for (;;) all.push(new Array(1e6).fill(Math.random()))', {
      memoryMb: 64,
    }),
    foreign: script(`text('done')`, { tenants: ['tenant-9'] }),
    missing: { command: '/no/such/program' },
  }),
);

const open = new Set<Programs>();
afterEach(() => {
  for (const programs of open) programs[Symbol.dispose]();
  open.clear();
});

interface Trial extends AsyncDisposable {
  readonly connector: Connector;
  call(
    server: string,
    values?: JsonObject,
    more?: Partial<CallContext> & { readonly config?: JsonObject },
  ): Promise<CallResult>;
}

const tools = [{ name: 'act', inputSchema: { type: 'object' } }];

function openTrial(isolation: 'bubblewrap' | 'unsafe', most = 16): Trial {
  const programs = createPrograms({ servers, settings: { ...processSettings, isolation }, most });
  open.add(programs);
  const egress = createEgress({ random: () => 0 });
  const connector = connectorOf(openConnectors(egress, undefined, programs), 'mcp');
  return {
    connector,
    call: (server, values = {}, { config = {}, ...more } = {}) =>
      connector.invoke(
        {
          config: { server, tools, ...config },
          ...{ operation: server === 'everything' ? 'echo' : 'act', arguments: values },
        },
        contextOf(server, more),
      ),
    [Symbol.asyncDispose]: () => egress[Symbol.asyncDispose](),
  };
}

const contextOf = (server: string, more: Partial<CallContext> = {}): CallContext => ({
  ...{ tenantId: 'tenant-1', integrationId: server, integrationName: 'partner' },
  ...{ credential: undefined, credentialVersion: 1, signal: AbortSignal.timeout(20_000) },
  ...more,
});

const said = ({ value }: CallResult): string => {
  const content = isJsonObject(value) ? value['content'] : undefined;
  const [first] = content as readonly { readonly text: string }[];
  return first?.text ?? '';
};

const canIsolate = noIsolation === undefined && canReachNode;
const isolation = canIsolate ? 'bubblewrap' : 'unsafe';

describe('a program of the operator', () => {
  let pinned: JsonObject;
  beforeAll(async () => {
    await using trial = openTrial(isolation);
    const config = { server: 'everything', allow: ['echo'] };
    const found = await trial.connector.discover?.(config, contextOf('everything'));
    pinned = isJsonObject(found) ? found : {};
  });

  it('is discovered and called: the reference server, over its standard streams', async () => {
    await using trial = openTrial(isolation);
    const result = await trial.call('everything', { message: 'hello' }, { config: pinned });
    expect(result.value).toEqual({ content: [{ type: 'text', text: 'Echo: hello' }] });
    await expect(trial.call('everything', {}, { config: pinned })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    const tested = await trial.connector.testConnection(pinned, contextOf('everything'));
    expect(tested).toMatchObject({
      isReachable: true,
      message: expect.stringMatching(/has \d+ tools/) as string,
    });
  });

  it('is not called where its tool differs from what somebody has looked at', async () => {
    await using trial = openTrial(isolation);
    const [tool] = pinned['tools'] as readonly JsonObject[];
    const config = { ...pinned, tools: [{ ...tool, description: 'Echoes' }] };
    await expect(trial.call('everything', { message: 'a' }, { config })).rejects.toThrow(
      'has changed its tool echo',
    );
  });

  it('gets the variables that the operator gave it and the token of the integration, and no other', async () => {
    process.env['CANARY_PLATFORM'] = 'leak';
    await using trial = openTrial(isolation);
    const credential = { type: 'bearer', token: 'canary-token' };
    const variables = JSON.parse(said(await trial.call('variables', {}, { credential }))) as object;
    delete process.env['CANARY_PLATFORM'];
    expect(variables).toMatchObject({ OWN: 'canary-operator', TOKEN: 'canary-token' });
    expect(JSON.stringify(variables)).not.toContain('leak');
    await expect(trial.call('pid', {}, { credential })).rejects.toThrow('takes no credential');
  });

  it('runs on for the next call of its integration and credential alone', async () => {
    await using trial = openTrial(isolation);
    const first = said(await trial.call('pid'));
    expect(said(await trial.call('pid'))).toBe(first);
    for (const other of [
      { tenantId: 'tenant-2' },
      { integrationId: 'other' },
      { credentialVersion: 2 },
    ])
      expect(said(await trial.call('pid', {}, other))).not.toBe(first);
  });

  it('is ended when it writes too much, answers too late or uses too much memory', async () => {
    await using trial = openTrial(isolation);
    const config = { limits: { maxResponseBytes: 100_000, maxAttempts: 1 } };
    await expect(trial.call('loud', {}, { config })).rejects.toThrow(
      'wrote more than 100000 bytes',
    );
    await trial.call('quiet', { isWarm: true });
    await expect(trial.call('quiet', {}, { timeoutMs: 200 })).rejects.toMatchObject({
      isLate: true,
      isOutcomeUnknown: true,
    });
    await expect(trial.call('greedy', {}, { config })).rejects.toThrow(/ended \(/);
  });

  it('that dies leaves the outcome unknown, says why without its secrets, and is started again', async () => {
    await using trial = openTrial(isolation);
    const config = { limits: { maxAttempts: 1 } };
    const failure = await trial.call('dying', {}, { config }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      message: 'partner ended (code 3): out of [redacted]',
      isOutcomeUnknown: true,
    });
    const reading = { ...config, readOnly: ['act'] };
    await expect(trial.call('dying', {}, { config: reading })).rejects.toMatchObject({
      isOutcomeUnknown: false,
    });
  });

  it('is refused where it is not of the list, not for the tenant, or cannot be started', async () => {
    await using trial = openTrial(isolation);
    expect(trial.connector.checkConfig({ server: 'sh' })).toMatchObject([
      { field: 'server', message: expect.stringContaining('everything, variables') as string },
    ]);
    expect(trial.connector.checkConfig({ server: 'pid', url: 'https://a.example' })).toMatchObject([
      { field: 'url' },
    ]);
    await expect(trial.call('sh')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(trial.call('foreign')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(trial.call('missing')).rejects.toMatchObject({ code: 'INTEGRATION_FAILED' });
    expect(said(await trial.call('foreign', {}, { tenantId: 'tenant-9' }))).toBe('done');
  });

  it('leaves nothing behind', async () => {
    const before = process.env['TMPDIR'];
    const folder = await mkdtemp(`${tmpdir()}/operandi-own-`);
    await chmod(folder, 0o755);
    process.env['TMPDIR'] = folder;
    const trial = openTrial(isolation);
    await trial.call('pid');
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    expect(await readdir(folder)).toHaveLength(1);
    await trial[Symbol.asyncDispose]();
    await expect.poll(() => readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  });
});

describe.runIf(canIsolate)('an isolated program', () => {
  it('sees the folders of the operator’s list and none beside', async () => {
    const beside = await mkdtemp(`${tmpdir()}/operandi-beside-`);
    await using trial = openTrial('bubblewrap');
    expect(said(await trial.call('files', { path: beside }))).toBe('ENOENT');
    expect(said(await trial.call('files', { path: dirname(process.execPath) }))).toContain('node');
    await rm(beside, { recursive: true });
  });
});

describe('many programs', () => {
  it('leave room for other tenants, and go when their place is needed', async () => {
    await using trial = openTrial('unsafe', 4);
    const first = said(await trial.call('pid'));
    // A tenant has one of the four places: its other integration gets that of the one that rests.
    await trial.call('pid', {}, { integrationId: 'b' });
    expect(said(await trial.call('pid'))).not.toBe(first);
    const leaving = new AbortController();
    const busy = trial.call('quiet', {}, { signal: leaving.signal, timeoutMs: Infinity });
    await expect(trial.call('pid', {}, { timeoutMs: 800 })).rejects.toMatchObject({ isLate: true });
    expect(said(await trial.call('pid', {}, { tenantId: 'tenant-2' }))).not.toBe('');
    leaving.abort(new Error('gone'));
    await expect(busy).rejects.toThrow('gone');
    expect(said(await trial.call('pid'))).not.toBe('');
  });
});
