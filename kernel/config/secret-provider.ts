import { execFileSync } from 'node:child_process';
import { z } from 'zod';
import type { ConfigFault } from './fault.ts';

/** How long a provider may take, milliseconds: it asks a server that may be far. */
const patienceMs = 30_000;
const maxBytes = 1_048_576;

const answer = z.record(z.string(), z.unknown());

/** What a provider of secrets has said. */
interface Provided {
  readonly secrets: readonly (readonly [name: string, value: string])[];
  readonly faults: readonly ConfigFault[];
}

/**
 * Runs the program that knows the secrets (of a vault, of a cloud's store), with the words after it and no shell, and takes
 * from the JSON object that it prints those of the given names. What it prints is never shown: it is what nobody may see.
 */
export function askProvider(command: string | undefined, names: readonly string[]): Provided {
  if (command === undefined) return { secrets: [], faults: [] };
  const fault = (message: string): Provided => ({
    secrets: [],
    faults: [{ name: 'OPERANDI_SECRETS_COMMAND', message }],
  });
  const [program = '', ...words] = command.trim().split(/\s+/);
  let printed: string;
  try {
    printed = execFileSync(program, words, {
      encoding: 'utf8',
      timeout: patienceMs,
      maxBuffer: maxBytes,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch (error) {
    return fault(`cannot be asked: ${reasonOf(error)}`);
  }
  const told = answer.safeParse(jsonOf(printed)).data;
  if (told === undefined) return fault('has not printed a JSON object of names and values');
  const known = names.flatMap((name) =>
    Object.hasOwn(told, name) ? [[name, told[name]] as const] : [],
  );
  const odd = known.filter(([, value]) => typeof value !== 'string').map(([name]) => name);
  if (odd.length > 0) return fault(`gives what is no text for ${odd.join(', ')}`);
  const secrets = known.filter(isText);
  return { secrets, faults: [] };
}

function isText(pair: readonly [string, unknown]): pair is readonly [string, string] {
  return typeof pair[1] === 'string' && pair[1] !== '';
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Not the error's own text, which repeats what was printed. */
function reasonOf(error: unknown): string {
  const { code, status } = Object(error) as { readonly code?: unknown; readonly status?: unknown };
  if (typeof code === 'string') return code;
  return typeof status === 'number' ? `it ended with ${status}` : 'it was stopped';
}
