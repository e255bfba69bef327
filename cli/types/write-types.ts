import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '../connection.ts';
import { watchFiles } from '../project/watch-files.ts';
import { agentTypes } from './agent-types.ts';
import { findAgents } from './find-agents.ts';

/** Which agents, and the file for their types. */
export interface Source {
  /** Definitions; without any, the agents of the platform. */
  readonly files: readonly string[];
  readonly connection: Connection;
  readonly out: string;
}

/** How often the platform is asked for its agents, milliseconds. */
const pollMs = 2_000;

/** Writes the file; answers what to tell. */
export async function writeTypes(source: Source): Promise<string> {
  const { text, told } = await typesOf(source);
  await writeFile(source.out, text);
  return told;
}

/** @throws Error when the file is not what would be written */
export async function requireTypes(source: Source): Promise<string> {
  const { text, told } = await typesOf(source);
  const found = await textOf(source.out);
  if (found === text) return `${told}, up to date`;
  const state = found === undefined ? 'missing' : 'out of date';
  throw new Error(`${source.out} is ${state}; write it with operandi types --out ${source.out}`);
}

/** Writes the file whenever it would say something else, until the signal; what cannot be read is told of and looked at again. */
export async function followTypes(
  source: Source,
  tell: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let fault = '';
  const look = async (): Promise<readonly string[]> => {
    try {
      const told = await writeChanged(source);
      if (told !== undefined) tell(told);
      fault = '';
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (text !== fault) tell(text);
      fault = text;
    }
    return source.files;
  };
  await (source.files.length > 0 ? watchFiles(look, signal) : poll(look, signal));
}

async function poll(look: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await look();
    await delay(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

async function writeChanged(source: Source): Promise<string | undefined> {
  const { text, told } = await typesOf(source);
  if ((await textOf(source.out)) === text) return undefined;
  await writeFile(source.out, text);
  return told;
}

async function typesOf({ files, connection, out }: Source) {
  const agents = await findAgents(files, connection);
  const count = agents.length === 1 ? 'one agent' : `${String(agents.length)} agents`;
  return { text: agentTypes(agents), told: `${out}: types of ${count}` };
}

function textOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
