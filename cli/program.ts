import { Command } from 'commander';
<<<<<<< HEAD
=======
import { agentsCommand } from './commands/agents.ts';
import { approvalsCommand } from './commands/approvals.ts';
import { demoCommand } from './commands/demo.ts';
import { gatewayCommand } from './commands/gateway.ts';
import { jobsCommand } from './commands/jobs.ts';
import { migrateEmbeddedCommand } from './commands/migrate-embedded.ts';
import { migrateCommand } from './commands/migrate.ts';
import { startCommand } from './commands/start.ts';
import { subgraphCommand } from './commands/subgraph.ts';
import { validateCommand } from './commands/validate.ts';
import { workerCommand } from './commands/worker.ts';
>>>>>>> iso4/walk
import { version } from './version.ts';

/** The commands, each loaded by itself, so that one does not wait for what another needs. */
const commands: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['start', async () => (await import('./commands/start.ts')).startCommand()],
  ['demo', async () => (await import('./commands/demo.ts')).demoCommand()],
  ['validate', async () => (await import('./commands/validate.ts')).validateCommand()],
  ['agents', async () => (await import('./commands/agents.ts')).agentsCommand()],
  ['jobs', async () => (await import('./commands/jobs.ts')).jobsCommand()],
  ['migrate', async () => (await import('./commands/migrate.ts')).migrateCommand()],
  ['gateway', async () => (await import('./commands/gateway.ts')).gatewayCommand()],
  ['subgraph', async () => (await import('./commands/subgraph.ts')).subgraphCommand()],
  ['worker', async () => (await import('./commands/worker.ts')).workerCommand()],
]);

/** The `operandi` command with the one command that the arguments name; with all of them if they name none. */
export async function createProgram([name = '']: readonly string[]): Promise<Command> {
  const program = new Command('operandi')
    .description('Runs standard operating procedures as durable jobs behind one GraphQL API.')
    .version(version)
<<<<<<< HEAD
    .showHelpAfterError('(operandi --help lists the commands)');
  const named = commands.get(name);
  const loaders = named === undefined ? [...commands.values()] : [named];
  for (const command of await Promise.all(loaders.map((load) => load()))) {
    program.addCommand(command);
  }
  return program;
=======
    .showHelpAfterError('(operandi --help lists the commands)')
    .addCommand(startCommand())
    .addCommand(demoCommand())
    .addCommand(validateCommand())
    .addCommand(agentsCommand())
    .addCommand(jobsCommand())
    .addCommand(approvalsCommand())
    .addCommand(migrateCommand())
    .addCommand(migrateEmbeddedCommand())
    .addCommand(gatewayCommand())
    .addCommand(subgraphCommand())
    .addCommand(workerCommand());
>>>>>>> iso4/walk
}
