import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Browser } from 'playwright-core';

import {
  type Client,
  CreateIntegrationDocument,
  InviteMemberDocument,
  PublishAgentDocument,
  SubmitJobDocument,
} from '../../sdk/src/index.ts';
import { launchChromium } from './chromium.ts';
import { startTestPlatform, type TestPlatform } from './platform.ts';

/** An outside system that can be broken and mended. */
export interface Carrier extends AsyncDisposable {
  /** `host:port`, to be allowed by the platform. */
  readonly place: string;
  isBroken: boolean;
}

/** Before what the console is played. */
export interface Stage {
  readonly carrier: Carrier;
  readonly test: TestPlatform;
  /** That of `test`, an admin's. */
  readonly client: Client;
  readonly browser: Browser;
}

/** A platform that may reach the carrier, and a browser; they end with the stack. */
export async function openStage(stack: AsyncDisposableStack): Promise<Stage> {
  const carrier = stack.use(await startCarrier());
  const test = stack.use(await startTestPlatform({ OPERANDI_EGRESS_ALLOW: carrier.place }));
  const browser = await launchChromium();
  stack.defer(() => browser.close());
  return { carrier, test, client: test.client, browser };
}

export async function startCarrier(): Promise<Carrier> {
  const state = { isBroken: false };
  const server = createServer((request, response) => {
    request.resume();
    const isRefused = state.isBroken && request.url?.startsWith('/parcels') === true;
    response.writeHead(isRefused ? 422 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isRefused ? { problem: 'no such depot' } : { tracking: 'P-1' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    place: `127.0.0.1:${port}`,
    get isBroken() {
      return state.isBroken;
    },
    set isBroken(is) {
      state.isBroken = is;
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A procedure with branches, a pause, a call to the carrier and something to recover. */
export const dispatchDefinition = `document:
  dsl: '1.0.3'
  namespace: shipping
  name: parcel-dispatch
  version: '1.0.0'
  metadata:
    responses:
      text: 'Parcel {{ input.order }} is on its way as {{ output.tracking }}.'
input:
  schema:
    document:
      type: object
      required: [order, weight]
      properties:
        order: { type: string, description: Number of the order }
        weight: { type: number, description: Kilograms }
        express: { type: boolean }
        country: { type: string, enum: [DE, AT, CH] }
do:
  - prepare:
      fork:
        branches:
          - weigh: { set: { grams: '\${ .weight * 1000 }' } }
          - label:
              do:
                - print: { wait: { milliseconds: 60 } }
                - stick: { set: { label: printed } }
      output: { as: '\${ $workflow.input }' }
  - kind:
      switch:
        - express: { when: .express == true, then: book }
        - normal: { then: gather }
  - gather:
      wait: { milliseconds: 120 }
  - book:
      try:
        - ask:
            call: integration
            with:
              integration: carrier
              operation: book
              arguments: { order: '\${ .order }' }
      catch:
        errors: { with: { status: 503 } }
        do:
          - later: { wait: { milliseconds: 10 } }
  - confirm:
      set: { tracking: '\${ .tracking }', order: '\${ $workflow.input.order }' }
`;

/** Publishes what the story needs. */
export async function publishStory(client: Client, carrier: Carrier): Promise<void> {
  const integration = await client.request(CreateIntegrationDocument, {
    input: {
      name: 'carrier',
      kind: 'http',
      config: {
        baseUrl: `http://${carrier.place}`,
        testPath: '/health',
        operations: [
          {
            name: 'book',
            description: 'Books a parcel.',
            method: 'POST',
            path: '/parcels/{order}',
            arguments: { order: { type: 'string' } },
          },
        ],
      },
    },
  });
  failOn(integration.createIntegration.userErrors);
  await publish(client, dispatchDefinition);
  await publish(client, await readExample('expense-approval/sop.yaml'));
}

export async function publish(client: Client, definition: string): Promise<void> {
  const { publishAgent } = await client.request(PublishAgentDocument, { input: { definition } });
  failOn(publishAgent.userErrors);
}

interface Submitted {
  readonly agent: string;
  readonly input: unknown;
  readonly labels?: Readonly<Record<string, string>>;
  readonly idempotencyKey?: string;
}

export async function submit(client: Client, job: Submitted): Promise<string> {
  const labels = Object.entries(job.labels ?? {}).map(([key, value]) => ({ key, value }));
  const { submitJob } = await client.request(SubmitJobDocument, { input: { ...job, labels } });
  failOn(submitJob.userErrors);
  return submitJob.job?.id ?? '';
}

/** Waits until a job is over. */
export async function ended(client: Client, id: string): Promise<void> {
  for await (const event of client.watch(id)) void event;
}

export const parcel = (order: string, more: object = {}): Submitted => ({
  agent: 'parcel-dispatch',
  input: { order, weight: 2.5, ...more },
  labels: { customer: 'acme', region: 'north' },
});

export const expense = (employee: string, amount = 480): Submitted => ({
  agent: 'expense-approval',
  input: {
    employee,
    amount,
    currency: 'EUR',
    purpose: 'Train to the client',
    receipts: ['r-1.pdf'],
  },
  labels: { team: 'field' },
});

export async function invite(client: Client, name: string): Promise<void> {
  const { inviteMember } = await client.request(InviteMemberDocument, {
    input: { name, email: `${name.toLowerCase()}@example.com`, role: 'OPERATOR' },
  });
  failOn(inviteMember.userErrors);
}

async function readExample(path: string): Promise<string> {
  return readFile(new URL(`../../examples/${path}`, import.meta.url), 'utf8');
}

function failOn(errors: readonly { readonly message: string }[]): void {
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
}
