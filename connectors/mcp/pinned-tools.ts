import { sha256Hex } from '../../kernel/crypto/hash.ts';
import { isJsonObject, type JsonObject } from '../../kernel/json.ts';
import { cutText } from '../../kernel/storable.ts';
import { canonical } from '../parts/canonical.ts';
import { textOf } from '../parts/text-of.ts';
import type { McpConfig, McpTool } from './config.ts';

/** A tool as definitions call it. */
export interface NamedTool {
  readonly name: string;
  readonly tool: McpTool;
}

/** The tools of a configuration that are offered, by names of letters, digits and underscores. */
export function namedTools({ tools = [], allow }: McpConfig): readonly NamedTool[] {
  const taken = new Set<string>();
  return tools
    .filter(({ name }) => allow === undefined || allow.includes(name))
    .map((tool) => {
      const plain = tool.name
        .replaceAll(/\W+/g, '_')
        .replace(/^(?=\d)/, '_')
        .slice(0, 55);
      const name = taken.has(plain) ? `${plain}_${String(taken.size)}` : plain;
      taken.add(name);
      return { name, tool };
    });
}

/** What is kept of the tools that a server has. */
export function pin(
  tools: readonly JsonObject[],
  allow: readonly string[] | undefined,
): readonly JsonObject[] {
  return tools.flatMap((tool) => {
    const { name, description, inputSchema, outputSchema } = tool;
    if (typeof name !== 'string' || !isJsonObject(inputSchema)) return [];
    if (allow !== undefined && !allow.includes(name)) return [];
    return [
      {
        name,
        ...(typeof description === 'string' ? { description: cutText(description, 4000) } : {}),
        inputSchema,
        ...(isJsonObject(outputSchema) ? { outputSchema } : {}),
      },
    ];
  });
}

/** One text for a tool, its description included: models read that. */
export function digestOf(tool: McpTool): string {
  return sha256Hex(canonical(asJson(tool)));
}

/** The same for the tools of a server, by their names. */
export function digestsOf(tools: readonly JsonObject[]): ReadonlyMap<string, string> {
  return new Map(
    pin(tools, undefined).map((tool) => [textOf(tool['name']), sha256Hex(canonical(tool))]),
  );
}

// zod gives what JSON has, with properties that may be undefined.
function asJson(tool: McpTool): JsonObject {
  const members = Object.entries(tool).filter(([, value]) => value !== undefined);
  return Object.fromEntries(members) as JsonObject;
}
