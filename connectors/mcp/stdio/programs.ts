import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ToolServer, ToolServers } from '../../../kernel/config/tool-servers.ts';
import { AppError } from '../../../kernel/errors.ts';
import { abortReason } from '../../egress/abort.ts';
import type { ProcessCommand } from '../../process/process-command.ts';
import type { ProcessSettings } from '../../process/settings.ts';
import { startProcess } from '../../process/start-process.ts';
import { openPipe, type Pipe } from './pipe.ts';
import { createSharedRoom } from './shared-room.ts';

/** Which program is wanted, for whom and with what. */
export interface ProgramWish {
  readonly name: string;
  readonly tenantId: string;
  /** For the variable that the operator has named for it. */
  readonly token: string | undefined;
}

/** A program that runs for one caller. */
export interface Program {
  readonly pipe: Pipe;
  /** False once it has ended or is being ended. */
  readonly isOpen: boolean;
  /** Texts that no message may repeat. */
  readonly secrets: readonly string[];
  /** It waits for its next call, and is ended where somebody else needs its place. */
  readonly rest: () => void;
  readonly busy: () => void;
  readonly close: () => void;
}

/** The programs that the operator lets others call over standard streams. */
export interface Programs extends Disposable {
  /** Names that the tenant may use; those that somebody may where none is given. */
  names(tenantId?: string): readonly string[];
  /** Throws `NOT_FOUND` where the tenant has none of the name. */
  find(name: string, tenantId: string): ToolServer;
  /** Starts one when there is a place for it. */
  start(wish: ProgramWish, signal: AbortSignal): Promise<Program>;
}

export interface ProgramsOptions {
  readonly servers: ToolServers;
  readonly settings: ProcessSettings;
  /** At once. */
  readonly most: number;
}

/** Nothing runs yet. */
export function createPrograms({ servers, settings, most }: ProgramsOptions): Programs {
  const room = createSharedRoom(most);
  const running = new Set<Program>();

  function find(name: string, tenantId: string): ToolServer {
    const server = Object.hasOwn(servers, name) ? servers[name] : undefined;
    if (server === undefined || !isFor(server, tenantId))
      throw new AppError(
        'NOT_FOUND',
        `there is no server ${JSON.stringify(name)} that the operator has set up for this tenant`,
      );
    return server;
  }

  return {
    names: (tenantId) =>
      Object.entries(servers)
        .filter(([, server]) => tenantId === undefined || isFor(server, tenantId))
        .map(([name]) => name),
    find,
    async start({ name, tenantId, token }, signal) {
      const server = find(name, tenantId);
      let program: Program | undefined;
      let isClosed = false;
      const place = await room.enter(tenantId, () => program?.close(), signal);
      try {
        const opened = await run(server, { settings, token, signal });
        program = {
          ...opened,
          rest: place.rest,
          busy: place.busy,
          get isOpen() {
            return !isClosed && opened.pipe.isOpen;
          },
          close() {
            isClosed = true;
            opened.close();
            if (program !== undefined) running.delete(program);
            place.leave();
          },
        };
        running.add(program);
        return program;
      } catch (error) {
        place.leave();
        throw error;
      }
    },
    [Symbol.dispose]() {
      for (const program of running) program.close();
    },
  };
}

/** Where the operator has set up none. */
export function noPrograms(): Programs {
  const settings: ProcessSettings = {
    ...{ path: '', isolation: 'bubblewrap', network: 'none', images: [], volumes: [] },
    ...{ concurrency: 0, memoryMb: 0, cpuSeconds: 0, tasks: 0 },
  };
  return createPrograms({ servers: {}, settings, most: 0 });
}

function isFor({ tenants }: ToolServer, tenantId: string): boolean {
  return tenants === undefined || tenants.includes(tenantId);
}

interface Running {
  readonly settings: ProcessSettings;
  readonly token: string | undefined;
  readonly signal: AbortSignal;
}

async function run(
  server: ToolServer,
  { settings, token, signal }: Running,
): Promise<Pick<Program, 'pipe' | 'secrets' | 'close'>> {
  const folder = await mkdtemp(join(tmpdir(), 'operandi-mcp-'));
  const leave = (): void =>
    void rm(folder, { recursive: true, force: true }).catch(() => undefined);
  try {
    if (signal.aborted) throw abortReason(signal);
    const memoryMb = server.memoryMb ?? settings.memoryMb;
    const given = { ...settings, memoryMb, network: server.network };
    const command = commandOf(server, { token, memoryMb });
    const { child, end } = await startProcess(command, { folder, settings: given });
    child.once('close', leave);
    // What it has started holds its streams open: it ends with it.
    child.once('exit', end);
    child.once('error', leave);
    const secrets = [...Object.values(server.environment), ...(token === undefined ? [] : [token])];
    // A short one is a switch, and its text could be anywhere.
    return { pipe: openPipe(child, end), secrets: secrets.filter(isLong), close: end };
  } catch (error) {
    leave();
    throw error;
  }
}

function isLong({ length }: string): boolean {
  return length >= 6;
}

/** Of engines that reserve much more than they use, the memory is bounded by their own option. */
function commandOf(
  server: ToolServer,
  { token, memoryMb }: { readonly token: string | undefined; readonly memoryMb: number },
): ProcessCommand {
  const { command, arguments: args, environment, folders, tokenVariable } = server;
  const given =
    token === undefined || tokenVariable === undefined ? {} : { [tokenVariable]: token };
  return {
    ...{ file: command, arguments: args, stdin: undefined, isScriptEngine: true },
    files: folders.map((path) => ({ from: path, to: path })),
    environment: {
      NODE_OPTIONS: `--max-old-space-size=${String(memoryMb)}`,
      ...environment,
      ...given,
    },
  };
}
