import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';
import { inject } from 'vitest';

import type { Platform } from '../../cli/compose-platform.ts';
import { startPlatform } from '../../cli/platform.ts';
import { readConfig } from '../../kernel/config/config.ts';
import { createClient, PublishAgentDocument, type Client } from '../../sdk/src/index.ts';
import { copyEmbeddedTemplate } from './embedded-template.ts';
import { silentLog } from './log.ts';
import { until } from './until.ts';

/** A machine with too much to do is late, and no failure. */
const timeoutMs = 170_000;
const clientOf = (url: string, apiKey: string) => createClient({ url, apiKey, timeoutMs });

/** The whole platform in this process with an admin's client. */
export interface TestPlatform extends AsyncDisposable {
  readonly platform: Platform;
  readonly client: Client;
  /** Where its data is. */
  readonly dataDir: string;
  /** Starts a second time on the same data after the first has ended. */
  restart(): Promise<void>;
}

/** Starts an embedded platform on a database that is migrated and empty; `environment` says what is not as usual. */
export async function startTestPlatform(
  environment: Readonly<Record<string, string>> = {},
): Promise<TestPlatform> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'operandi-platform-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  await copyEmbeddedTemplate(inject('servers').embeddedFolder, folder);
  const config = readConfig({
    ...{ PORT: '0', OPERANDI_WAREHOUSE_DEADLINE_MS: '60000' },
    ...{ ...environment, OPERANDI_DATA_DIR: folder },
  });
  const { signal } = new AbortController();
  const start = () => startPlatform(config, { log: silentLog, signal });
  let platform = await start();
  const apiKey = platform.firstKey ?? '';
  let client = clientOf(platform.url, apiKey);
  const stop = async (): Promise<void> => {
    await client[Symbol.asyncDispose]();
    await platform[Symbol.asyncDispose]();
  };
  stack.defer(stop);
  const running = stack.move();
  return {
    dataDir: folder,
    get platform() {
      return platform;
    },
    get client() {
      return client;
    },
    async restart() {
      await stop();
      platform = await start();
      client = clientOf(platform.url, apiKey);
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** A document of a test's own; the test knows what the schema answers. */
export function typed<Data, Variables = Record<string, unknown>>(
  text: string,
): TypedDocumentNode<Data, Variables> {
  return parse(text);
}

/** Publishes a definition; throws with what the linter says. */
export async function publish(client: Client, definition: string): Promise<void> {
  const { publishAgent } = await client.request(PublishAgentDocument, { input: { definition } });
  if (publishAgent.userErrors.length > 0) throw new Error(JSON.stringify(publishAgent.userErrors));
}

/** Longer than a thousand jobs take on a busy machine. */
const waitMs = 170_000;

const stateDocument = typed<{ readonly job: { readonly state: string } | null }>(
  'query State($id: ID!) { job(id: $id) { state } }',
);

/** Resolves when a job is in the state; throws when it never is. */
export function untilState(client: Client, id: string, state: string): Promise<true> {
  return until(
    `job is ${state}`,
    async () => (await client.request(stateDocument, { id })).job?.state === state,
    waitMs,
  );
}
