import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Kind, parse } from 'graphql';
import { vi } from 'vitest';

import { describeFault } from '../fault.ts';
import { createProgram } from '../program.ts';

/** What a command said, and what it asked. */
export interface Typed {
  readonly stdout: string;
  readonly stderr: string;
  /** Why it ended, as a person reads it. */
  readonly fault: string | undefined;
  readonly exitCode: number;
  readonly operations: readonly string[];
}

/** Answers of a platform by the name of the operation; a whole answer where it has `errors`. */
export type Answers = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Runs a command in this process against a platform that only gives these answers. */
export async function typed(words: readonly string[], answers: Answers = {}): Promise<Typed> {
  await using platform = await answering(answers);
  const said = { stdout: '', stderr: '' };
  const write = (stream: 'stdout' | 'stderr') => (text: unknown) => {
    said[stream] += String(text);
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(write('stdout')),
    vi.spyOn(process.stderr, 'write').mockImplementation(write('stderr')),
    vi.spyOn(console, 'log').mockImplementation((text) => write('stdout')(`${String(text)}\n`)),
  ];
  vi.stubEnv('OPERANDI_URL', platform.url).stubEnv('OPERANDI_API_KEY', 'key');
  const { exitCode: before } = process;
  process.exitCode = 0;
  try {
    const fault = await faultOf(words);
    return { ...said, fault, exitCode: process.exitCode, operations: platform.operations };
  } finally {
    process.exitCode = before;
    vi.unstubAllEnvs();
    for (const spy of spies) spy.mockRestore();
  }
}

async function faultOf(words: readonly string[]): Promise<string | undefined> {
  try {
    await (await createProgram(words)).parseAsync(words, { from: 'user' });
    return undefined;
  } catch (error) {
    return describeFault(error);
  }
}

/** A platform that only gives these answers. */
export async function answering(answers: Answers) {
  const operations: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const body = (await Array.fromAsync(request)).join('');
      const { query } = JSON.parse(body) as { readonly query: string };
      const [first] = parse(query).definitions;
      const name = first?.kind === Kind.OPERATION_DEFINITION ? (first.name?.value ?? '') : '';
      operations.push(name);
      const answer = answers[name] ?? { errors: [{ message: `no answer to ${name}` }] };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify('errors' in answer ? answer : { data: answer }));
    })();
  });
  // There is nothing to follow.
  server.on('upgrade', (_, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}/graphql`,
    operations,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
