import { Command } from 'commander';
import { version } from './version.ts';

/** The commands, each loaded by itself, so that one does not wait for what another needs. */
const commands: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['start', async () => (await import('./commands/start.ts')).startCommand()],
  ['demo', async () => (await import('./commands/demo.ts')).demoCommand()],
  ['validate', async () => (await import('./commands/validate.ts')).validateCommand()],
  ['schema', async () => (await import('./commands/schema.ts')).schemaCommand()],
  ['agents', async () => (await import('./commands/agents.ts')).agentsCommand()],
  ['jobs', async () => (await import('./commands/jobs.ts')).jobsCommand()],
  ['approvals', async () => (await import('./commands/approvals.ts')).approvalsCommand()],
  ['migrate', async () => (await import('./commands/migrate.ts')).migrateCommand()],
  [
    'migrate-embedded',
    async () => (await import('./commands/migrate-embedded.ts')).migrateEmbeddedCommand(),
  ],
  ['gateway', async () => (await import('./commands/gateway.ts')).gatewayCommand()],
  ['subgraph', async () => (await import('./commands/subgraph.ts')).subgraphCommand()],
  ['worker', async () => (await import('./commands/worker.ts')).workerCommand()],
]);

/** The `operandi` command with the one command that the arguments name; with all of them if they name none. */
export async function createProgram([name = '']: readonly string[]): Promise<Command> {
  const program = new Command('operandi')
    .description('Runs standard operating procedures as durable jobs behind one GraphQL API.')
    .version(version)
    .showHelpAfterError('(operandi --help lists the commands)');
  const named = commands.get(name);
  const loaders = named === undefined ? [...commands.values()] : [named];
  for (const command of await Promise.all(loaders.map((load) => load()))) {
    program.addCommand(command);
  }
  return program;
}
