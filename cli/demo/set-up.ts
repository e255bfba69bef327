import type { Partner } from '../../examples/invoice-triage/partner.ts';
import {
  type Client,
  CreateApiKeyDocument,
  createClient,
  CreateIntegrationDocument,
  PublishAgentDocument,
  RefusedError,
  type Problem,
} from '../../sdk/src/index.ts';
import { readExampleFile } from './invoices.ts';

/** Makes a key with just the permissions the demo needs. */
export async function createDemoKey(admin: Client): Promise<string> {
  const { createApiKey } = await admin.request(CreateApiKeyDocument, {
    input: {
      name: 'Invoice demo',
      permissions: [
        'JOBS_READ',
        'JOBS_SUBMIT',
        'AGENTS_PUBLISH',
        'INTEGRATIONS_READ',
        'INTEGRATIONS_MANAGE',
        'AUDIT_READ',
      ],
    },
  });
  return given(createApiKey.secret, createApiKey.userErrors);
}

/** Registers the partner, its credential encrypted at rest. */
export async function registerPartner(client: Client, partner: Partner): Promise<string> {
  const config = JSON.parse(readExampleFile('integration.json')) as object;
  const { createIntegration } = await client.request(CreateIntegrationDocument, {
    input: {
      name: 'partner',
      kind: 'http',
      config: { ...config, baseUrl: partner.url },
      credential: { type: 'bearer', token: partner.token },
    },
  });
  return given(createIntegration.integration, createIntegration.userErrors).id;
}

/** Publishes the procedure as an agent. */
export async function publishProcedure(client: Client): Promise<number> {
  const { publishAgent } = await client.request(PublishAgentDocument, {
    input: { definition: readExampleFile('sop.yaml') },
  });
  return given(publishAgent.version, publishAgent.userErrors).version;
}

/** A client with a key of its own. */
export function clientFor(url: string, apiKey: string): Client {
  return createClient({ url, apiKey });
}

function given<T>(value: T | null, problems: readonly Problem[]): T {
  if (value === null) throw new RefusedError(problems);
  return value;
}
