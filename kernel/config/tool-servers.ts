import { z } from 'zod';
import { integer, text } from './variables.ts';

const absolute = z.string().startsWith('/').max(1_000);
const variable = z.string().regex(/^[A-Za-z_]\w{0,127}$/);

const toolServer = z.strictObject({
  /** A program, by its path or as it is found in the folders of the system. */
  command: z.string().min(1).max(1_000),
  arguments: z.array(z.string().max(10_000)).max(100).default([]),
  /** Variables that it gets, and no others; secrets of the operator may be among them. */
  environment: z.record(variable, z.string().max(100_000)).default({}),
  /** What it sees of this machine besides the system's programs, for reading. */
  folders: z.array(absolute).max(100).default([]),
  /** `host`: all that this machine reaches, past the address guard of calls. */
  network: z.enum(['none', 'host']).default('none'),
  /** The variable in which it gets the token of an integration. Absent: integrations give it none. */
  tokenVariable: variable.optional(),
  /** Ids of the tenants that may call it. Absent: all. */
  tenants: z.array(z.string().max(100)).max(10_000).optional(),
  /** Largest memory, MiB. Absent: that of other processes. */
  memoryMb: z.int().min(16).max(1_048_576).optional(),
});

/** A program that serves tools over its standard streams, as the operator has written it down. */
export type ToolServer = z.infer<typeof toolServer>;

/** By the names that integrations and definitions call them by. */
export type ToolServers = Readonly<Record<string, ToolServer>>;

const toolServers = z.record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/), toolServer);

/** Programs that the operator lets integrations and definitions call. */
export const toolServerVariables = {
  OPERANDI_MCP_SERVERS: text({
    expected: 'a JSON object of servers by their names',
    meaning:
      'Programs that integrations of kind `mcp` and `call: mcp` may call over standard streams: `{"name": {"command", "arguments", "environment", "folders", "network", "tokenVariable", "tenants", "memoryMb"}}`. See [connectors](connectors.md#servers-of-the-operator).',
    otherwise: 'none',
  }),
  OPERANDI_MCP_PROCESSES: integer(
    16,
    [1, 1_000],
    'Most processes of such servers beside one process of the platform; one tenant has a quarter of them at most.',
  ),
};

/** Reads what `OPERANDI_MCP_SERVERS` says; the message of its error shows no value. */
export function parseToolServers(given: string): ToolServers {
  const parsed = toolServers.safeParse(jsonOf(given));
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map(({ path }) => path.map(String).join('.'));
  throw new TypeError(
    `must be a JSON object of servers by their names; at fault: ${[...new Set(places)].join(', ') || 'the text'}`,
  );
}

function jsonOf(given: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    return undefined;
  }
}
