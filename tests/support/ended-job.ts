import { ask, type Heard } from './attack.ts';
import { until } from './until.ts';

/** Where and as whom to ask. */
export interface Asker {
  readonly url: string;
  readonly credential: string;
}

/** The answer about a job once it has ended, with its output, error and result in a format. */
export function endedJob(
  { url, credential }: Asker,
  id: string,
  format: 'CSV' | 'HTML' = 'HTML',
): Promise<string> {
  const query = `query ($id: ID!) { job(id: $id) { state output error { type detail } result(format: ${format}) { content } } }`;
  return until('the job has ended', async () => {
    const { text } = await ask(url, credential, { query, variables: { id } });
    if (!text.includes('"state":"')) throw new Error(`no job: ${text}`);
    return /"state":"(SUCCEEDED|FAILED|DEAD)"/.test(text) && text;
  });
}

/** Publishes a definition and tells the answer, findings included. */
export function publishDefinition({ url, credential }: Asker, definition: string): Promise<Heard> {
  const query =
    'mutation ($d: String!) { publishAgent(input: {definition: $d}) { agent { id } userErrors { code message } findings { id message line column severity } } }';
  return ask(url, credential, { query, variables: { d: definition } });
}

/** Submits a job of an agent; the id of the answer, or its text where there is none. */
export async function submitTo({ url, credential }: Asker, agent: string): Promise<string> {
  const query = `mutation ($agent: String!) { submitJob(input: {agent: $agent, input: {}}) { job { id } userErrors { code message } } }`;
  const { text } = await ask(url, credential, { query, variables: { agent } });
  const [, id] = /"job":\{"id":"([^"]+)"/.exec(text) ?? [];
  if (id === undefined) throw new Error(`not submitted: ${text}`);
  return id;
}
