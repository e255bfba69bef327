import type { JobWholeFragment } from '../../_generated/documents.ts';
import { endpointUrl } from '../../app/endpoint.ts';

type Copied = Pick<JobWholeFragment, 'agent' | 'input' | 'priority'>;

/** The same job for the command line. */
export function asCommand({ agent, input }: Copied): string {
  return `operandi jobs submit ${agent.namespace}/${agent.name} --input ${quoted(JSON.stringify(input))} --url ${endpointUrl()}`;
}

/** The same job for a program. */
export function asScript({ agent, input }: Copied): string {
  return `import { createClient } from '@operandi/sdk';

await using client = createClient({ url: '${endpointUrl()}', apiKey: process.env.OPERANDI_API_KEY });
const job = await client.submit('${agent.namespace}/${agent.name}', ${JSON.stringify(input, undefined, 2)});
for await (const event of client.watch(job.id)) console.log(event.seq, event.type, event.task);
`;
}

/** The same job for any client of GraphQL, with its variables. */
export function asQuery({ agent, input, priority }: Copied): string {
  const variables = { input: { agent: `${agent.namespace}/${agent.name}`, input, priority } };
  return `mutation SubmitJob($input: SubmitJobInput!) {
  submitJob(input: $input) {
    job { id state }
    userErrors { code field message }
  }
}

# variables
${JSON.stringify(variables, undefined, 2)}
`;
}

/** One word for a POSIX shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
