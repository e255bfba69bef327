import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { compose } from '../../gateway/testing/federated.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const tsc = join(root, 'node_modules/typescript/bin/tsc');

describe('packed @operandi/gateway', () => {
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gateway-package-'));
    await packInto(folder);
    const sdl = 'type Query { hello(name: String!): String }';
    await writeFile(join(folder, 'supergraph.graphql'), compose([{ name: 'a', sdl }]));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('runs in an application of Apollo Server, planning in its own thread', async () => {
    const script = `
      import { readFileSync } from 'node:fs';
      import { ApolloServer } from '@apollo/server';
      import { OperandiGateway } from '@operandi/gateway';
      const process = ({ request, context }) => ({
        data: { hello: context.greeting + ' ' + request.variables.name },
      });
      const server = new ApolloServer({
        gateway: new OperandiGateway({
          supergraphSdl: readFileSync('supergraph.graphql', 'utf8'),
          buildService: () => ({ process: async (options) => process(options) }),
        }),
      });
      await server.start();
      const query = 'query($name: String!) { hello(name: $name) }';
      const answer = await server.executeOperation(
        { query, variables: { name: 'Ann' } },
        { contextValue: { greeting: 'Hi' } },
      );
      console.log(JSON.stringify(answer.body.singleResult));
      await server.stop();
    `;
    await writeFile(join(folder, 'use.mjs'), script);
    const { stdout } = await run(process.execPath, ['use.mjs'], { cwd: folder });
    expect(JSON.parse(stdout)).toEqual({ data: { hello: 'Hi Ann' } });
  });

  it('brings types that take the place of those of @apollo/gateway', async () => {
    await writeFile(
      join(folder, 'use.mts'),
      `import { ApolloServer } from '@apollo/server';
       import { IntrospectAndCompose, OperandiGateway, RemoteGraphQLDataSource } from '@operandi/gateway';
       interface Context { readonly token: string }
       class Signed extends RemoteGraphQLDataSource<Context> {
         override willSendRequest({ request, context }: Parameters<NonNullable<RemoteGraphQLDataSource<Context>['willSendRequest']>>[0]) {
           request.http?.headers.set('authorization', context.token);
         }
       }
       const supergraphSdl = new IntrospectAndCompose({ subgraphs: [{ name: 'a', url: 'http://a' }] });
       const gateway = new OperandiGateway({ supergraphSdl, buildService: ({ url = '' }) => new Signed({ url }) });
       export const server = new ApolloServer<Context>({ gateway });
       // @ts-expect-error a supergraph is needed
       new OperandiGateway({});`,
    );
    const flags =
      '--noEmit --strict --skipLibCheck --module nodenext --target es2024 --lib es2024 --types node';
    const args = [tsc, ...flags.split(' '), 'use.mts'];
    await expect(run(process.execPath, args, { cwd: folder })).resolves.toMatchObject({
      stdout: '',
    });
  });
});

/** Builds, packs and unpacks the package the way an installation lays it out. */
async function packInto(folder: string): Promise<void> {
  const source = join(folder, 'source');
  const modules = join(folder, 'node_modules');
  await mkdir(join(modules, '@operandi'), { recursive: true });
  await mkdir(source);
  for (const file of ['package.json', 'README.md', 'LICENSE'])
    await copyFile(join(root, 'apollo-server', file), join(source, file));
  await run(process.execPath, [join(root, 'scripts/build-apollo-server.ts'), join(source, 'dist')]);
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: source });
  await run('tar', ['-xzf', 'operandi-gateway-0.1.0.tgz'], { cwd: folder });
  await run('mv', [join(folder, 'package'), join(modules, '@operandi/gateway')]);
  const text = await readFile(join(source, 'package.json'), 'utf8');
  const manifest = JSON.parse(text) as Readonly<Record<string, Readonly<Record<string, string>>>>;
  const names = ['dependencies', 'peerDependencies', 'optionalDependencies']
    .flatMap((kind) => Object.keys(manifest[kind] ?? {}))
    .concat('@types/node');
  for (const name of names) {
    const at = join(modules, name);
    await mkdir(dirname(at), { recursive: true });
    await symlink(await installed(name), at);
  }
}

async function installed(name: string): Promise<string> {
  const own = join(root, 'apollo-server/node_modules', name);
  const hasOwn = await readFile(join(own, 'package.json')).then(
    () => true,
    () => false,
  );
  return hasOwn ? own : join(root, 'node_modules', name);
}
