/** What one tenant asks of the API. */
export interface Api {
  readonly url: string;
  readonly key: string;
}

/** An answer of the API, or what was in its way; noise does not care which. */
export interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly unknown[];
}

interface Ask {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How long anybody waits for an answer, milliseconds. */
const patienceMs = 30_000;

/** Sends one operation; whatever fails is an answer without data. */
export async function ask({ url, key }: Api, { query, variables, headers }: Ask): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(patienceMs),
    });
    return asAnswer(await response.json());
  } catch (error) {
    return { errors: [error] };
  }
}

/** Publishes a definition as an agent. */
export async function publish(api: Api, definition: string): Promise<void> {
  const { data, errors } = await ask(api, {
    query: `mutation ($definition: String!) {
      publishAgent(input: { definition: $definition }) { agent { id } userErrors { message } } }`,
    variables: { definition },
  });
  if (
    data === null ||
    data === undefined ||
    errors !== undefined ||
    !hasAgent(data['publishAgent'])
  )
    throw new Error(`an agent was not published: ${JSON.stringify({ data, errors })}`);
}

/** The head of a definition. */
export function head(name: string, metadata = ''): string {
  return `document: { dsl: '1.0.3', namespace: bench, name: ${name}, version: '1.0.0'${metadata} }\n`;
}

function hasAgent(payload: unknown): boolean {
  return (
    typeof payload === 'object' && payload !== null && 'agent' in payload && payload.agent !== null
  );
}

function asAnswer(value: unknown): Answer {
  return typeof value === 'object' && value !== null ? value : {};
}
