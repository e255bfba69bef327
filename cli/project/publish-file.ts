import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { PublishAgentDocument, type Client } from '../../sdk/src/index.ts';
import { describeFault } from '../fault.ts';
import { findingLine } from '../finding-line.ts';
import { playFile } from '../scenarios/play-file.ts';
import { textReport } from '../scenarios/report-text.ts';

/** Publishes a definition and plays its scenarios; answers what there is to tell of it. Never rejects. */
export async function publishFile(client: Pick<Client, 'request'>, file: string): Promise<string> {
  try {
    const { isPublished, told } = await publish(client, file);
    const scenarios = scenariosBeside(file);
    if (!isPublished || !existsSync(scenarios)) return told;
    return `${told}\n${textReport([await playFile(scenarios, {})], { coverage: false })}`;
  } catch (error) {
    return `${file}: ${describeFault(error)}`;
  }
}

/** The file of scenarios that is about a definition. */
export function scenariosBeside(file: string): string {
  return file.replace(/\.\w+$/, '.scenario.yaml');
}

interface Published {
  readonly isPublished: boolean;
  readonly told: string;
}

async function publish(client: Pick<Client, 'request'>, file: string): Promise<Published> {
  const definition = await readFile(file, 'utf8');
  const { publishAgent } = await client.request(PublishAgentDocument, { input: { definition } });
  const { agent, version, findings, userErrors } = publishAgent;
  const lines = findings.map((finding) => findingLine(file, finding));
  const isPublished = agent !== null && version !== null;
  const head = isPublished
    ? `${file}: ${agent.name} version ${String(version.version)}`
    : `${file} is not published:`;
  const why = isPublished || lines.length > 0 ? lines : userErrors.map(({ message }) => message);
  return { isPublished, told: [head, ...why].join('\n') };
}
