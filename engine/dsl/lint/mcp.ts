import { isJsonObject, type JsonObject, type JsonValue } from '../../../kernel/json.ts';
import type { Allowances } from '../../definition.ts';
import type { DurationModel } from '../document.ts';
import type { Remark } from '../finding.ts';
import { duration } from './durations.ts';
import { fault } from './remarks.ts';

/** `with` of `call: mcp`: a program is one that the operator has set up, and is started as that is written down there. */
export function checkMcp(
  model: JsonObject | undefined,
  path: string,
  servers: Allowances['mcpServers'] = [],
): Remark[] {
  const { transport, timeout } = model ?? {};
  const limited = isDuration(timeout) ? duration(timeout, `${path}/timeout`) : [];
  const stdio = isJsonObject(transport) ? transport['stdio'] : undefined;
  if (!isJsonObject(stdio)) return limited;
  const at = `${path}/transport/stdio`;
  return [...limited, ...checkCommand(stdio, at, servers), ...checkRest(stdio, at)];
}

function isDuration(value: JsonValue | undefined): value is DurationModel {
  return typeof value === 'string' || isJsonObject(value);
}

function checkCommand(
  { command }: JsonObject,
  path: string,
  servers: NonNullable<Allowances['mcpServers']>,
): Remark[] {
  if (typeof command !== 'string') return [];
  if (servers === 'any' ? !command.includes('${') : servers.includes(command)) return [];
  const known =
    servers === 'any' || servers.length === 0
      ? 'the operator has set up none'
      : `there are: ${servers.join(', ')}`;
  return [
    fault('unsupported/call', `${path}/command`, {
      message: `there is no server ${JSON.stringify(command)} that may be started; ${known}`,
      hint: 'The command is a name of OPERANDI_MCP_SERVERS. Use one of them, or transport.http.',
    }),
  ];
}

function checkRest(stdio: JsonObject, path: string): Remark[] {
  return ['arguments', 'environment']
    .filter((name) => stdio[name] !== undefined)
    .map((name) =>
      fault('unsupported/call', `${path}/${name}`, {
        message: `${name} of a server are the operator's`,
        hint: 'Take them out: they stand in OPERANDI_MCP_SERVERS.',
      }),
    );
}
