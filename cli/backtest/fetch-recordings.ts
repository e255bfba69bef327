import {
  JobRecordingDocument,
  type JobState,
  ListJobsDocument,
  type ListJobsQuery,
  type Client,
} from '../../sdk/src/index.ts';
import {
  readScenarios,
  scenariosOf,
  type Scenario,
} from '../../engine/scenarios/scenario-document.ts';
import { createSemaphore } from '../../kernel/semaphore.ts';
import { describeFault } from '../fault.ts';

/** A past job: recorded, or why it could not be. */
export type Fetched =
  | { readonly id: string; readonly scenario: Scenario }
  | { readonly id: string; readonly reason: string };

/** Which past jobs. */
export interface Wanted {
  readonly agent: string;
  readonly states: readonly JobState[];
  readonly last: number;
}

const pageSize = 100;
const atOnce = 6;

/** The last jobs of an agent, newest first, each recorded; calls back as they come. */
export async function fetchRecordings(
  client: Client,
  wanted: Wanted,
  each: (fetched: Fetched) => Promise<void>,
): Promise<void> {
  const some = createSemaphore(atOnce);
  let left = wanted.last;
  for (let after: string | null = null; left > 0;) {
    const { jobs }: ListJobsQuery = await client.request(ListJobsDocument, {
      filter: { agent: wanted.agent, states: [...wanted.states] },
      first: Math.min(left, pageSize),
      after,
    });
    await Promise.all(
      jobs.nodes.map(({ id }) => some.run(async () => each(await fetchOne(client, id)))),
    );
    left -= jobs.nodes.length;
    if (!jobs.pageInfo.hasNextPage) return;
    after = jobs.pageInfo.endCursor;
  }
}

async function fetchOne(client: Client, id: string): Promise<Fetched> {
  try {
    const { job } = await client.request(JobRecordingDocument, { id });
    return scenarioFrom(id, { scenarios: [job?.recording] });
  } catch (error) {
    return { id, reason: describeFault(error) };
  }
}

/** JSON is YAML, and the digits of its numbers are kept. */
function scenarioFrom(id: string, file: unknown): Fetched {
  const { file: read, findings } = readScenarios(JSON.stringify(file));
  const [scenario] = read === undefined ? [] : scenariosOf(read);
  return scenario === undefined
    ? { id, reason: findings.map(({ path, message }) => `${path} ${message}`).join('; ') }
    : { id, scenario };
}
