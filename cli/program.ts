import { Command } from 'commander';
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
import { version } from './version.ts';

/** The `operandi` command with all it can do. */
export function createProgram(): Command {
  return new Command('operandi')
    .description('Runs standard operating procedures as durable jobs behind one GraphQL API.')
    .version(version)
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
}
