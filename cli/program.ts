import { Command } from 'commander';
import { version } from './version.ts';

interface Entry {
  readonly description: string;
  readonly load: () => Promise<Command>;
}

/** The commands, each loaded by itself, so that one does not wait for what another needs, nor the list of all for any. */
const commands: Readonly<Record<string, Entry>> = {
  start: {
    description: 'Run the whole platform in one process; it keeps its data in .operandi/.',
    load: async () => (await import('./commands/start.ts')).startCommand(),
  },
  dev: {
    description: 'Run the platform and publish definitions whenever they are saved.',
    load: async () => (await import('./commands/dev.ts')).devCommand(),
  },
  init: {
    description: 'Make a procedure with scenarios, to begin with.',
    load: async () => (await import('./commands/init.ts')).initCommand(),
  },
  demo: {
    description: 'Triage the example invoices on a platform of their own and show what happened.',
    load: async () => (await import('./commands/demo.ts')).demoCommand(),
  },
  validate: {
    description: 'Check a workflow definition without publishing it. Exit code 1 if it has errors.',
    load: async () => (await import('./commands/validate.ts')).validateCommand(),
  },
  test: {
    description: 'Play scenarios beside a definition on the real engine, with a clock that jumps.',
    load: async () => (await import('./commands/test.ts')).testCommand(),
  },
  simulate: {
    description:
      'Go through a definition task by task, forth and back, and change what is answered.',
    load: async () => (await import('./commands/simulate.ts')).simulateCommand(),
  },
  backtest: {
    description: 'Try a definition on past jobs with the answers they got, and tell what changes.',
    load: async () => (await import('./commands/backtest.ts')).backtestCommand(),
  },
  backtests: {
    description: 'List, show and end backtests.',
    load: async () => (await import('./commands/backtests.ts')).backtestsCommand(),
  },
  schema: {
    description: 'Print JSON Schemas for editors; check what a changed GraphQL schema would break.',
    load: async () => (await import('./commands/schema.ts')).schemaCommand(),
  },
  lsp: {
    description: 'Speak the Language Server Protocol: findings, completion and help in editors.',
    load: async () => (await import('./commands/lsp.ts')).lspCommand(),
  },
  agents: {
    description: 'Publish workflow definitions as agents; list, show, check and archive them.',
    load: async () => (await import('./commands/agents.ts')).agentsCommand(),
  },
  types: {
    description: 'Write the inputs and outputs of agents as types for the SDK.',
    load: async () => (await import('./commands/types.ts')).typesCommand(),
  },
  jobs: {
    description: 'Submit, list, watch, cancel, pause, resume, redrive and record jobs.',
    load: async () => (await import('./commands/jobs.ts')).jobsCommand(),
  },
  queue: {
    description: 'Show how many jobs wait and run, by priority and agent.',
    load: async () => (await import('./commands/queue.ts')).queueCommand(),
  },
  approvals: {
    description: 'List and decide approvals.',
    load: async () => (await import('./commands/approvals.ts')).approvalsCommand(),
  },
  enqueue: {
    description: 'Let database roles queue jobs in transactions of their own.',
    load: async () => (await import('./commands/enqueue.ts')).enqueueCommand(),
  },
  bulk: {
    description: 'List and end what was asked for many jobs at once.',
    load: async () => (await import('./commands/bulk.ts')).bulkCommand(),
  },
  events: {
    description: 'Hand events to the jobs and schedules that listen for them.',
    load: async () => (await import('./commands/events.ts')).eventsCommand(),
  },
  schedules: {
    description: 'Start jobs by time: create, list, pause, run and backfill schedules.',
    load: async () => (await import('./commands/schedules.ts')).schedulesCommand(),
  },
  webhooks: {
    description: 'Have events told to addresses of your own, and see what became of each telling.',
    load: async () => (await import('./commands/webhooks.ts')).webhooksCommand(),
  },
  inbound: {
    description: 'Take signed webhooks of outside systems as events.',
    load: async () => (await import('./commands/inbound.ts')).inboundCommand(),
  },
  analytics: {
    description:
      'Print numbers about what has ended: outcomes, durations, waits, calls, approvals.',
    load: async () => (await import('./commands/analytics.ts')).analyticsCommand(),
  },
  audit: {
    description:
      'Read and follow the audit log, export it, verify an export without trusting anybody.',
    load: async () => (await import('./commands/audit.ts')).auditCommand(),
  },
  login: {
    description: 'Sign in through an identity provider; commands then need no API key.',
    load: async () => (await import('./commands/login.ts')).loginCommand(),
  },
  logout: {
    description: 'End the session of operandi login.',
    load: async () => (await import('./commands/logout.ts')).logoutCommand(),
  },
  whoami: {
    description: 'Tell as whom commands act, and what that one may do.',
    load: async () => (await import('./commands/whoami.ts')).whoamiCommand(),
  },
  sessions: {
    description: 'List who is signed in, and end sessions.',
    load: async () => (await import('./commands/sessions.ts')).sessionsCommand(),
  },
  integrations: {
    description: 'Connect outside systems; list, test, call and change what is connected.',
    load: async () => (await import('./commands/integrations.ts')).integrationsCommand(),
  },
  secrets: {
    description: 'Keep values that definitions may use and nobody reads again.',
    load: async () => (await import('./commands/secrets.ts')).secretsCommand(),
  },
  providers: {
    description: 'List, add and remove identity providers.',
    load: async () => (await import('./commands/providers.ts')).providersCommand(),
  },
  members: {
    description: 'List, invite and remove those who sign in, and change what they may do.',
    load: async () => (await import('./commands/members.ts')).membersCommand(),
  },
  roles: {
    description: 'List roles, and make, change and delete roles of your own.',
    load: async () => (await import('./commands/roles.ts')).rolesCommand(),
  },
  groups: {
    description: 'List groups, make and delete them, and say who is in them.',
    load: async () => (await import('./commands/groups.ts')).groupsCommand(),
  },
  tokens: {
    description: 'Make short-lived tokens that a backend gives to a page.',
    load: async () => (await import('./commands/tokens.ts')).tokensCommand(),
  },
  keys: {
    description:
      'List, make, rotate and revoke API keys; also an admin key on the machine itself, when no key gets in any more.',
    load: async () => (await import('./commands/keys.ts')).keysCommand(),
  },
  api: {
    description: 'Send any GraphQL operation.',
    load: async () => (await import('./commands/api.ts')).apiCommand(),
  },
  migrate: {
    description: 'Bring the database up to date. On an empty one, print the first admin key once.',
    load: async () => (await import('./commands/migrate.ts')).migrateCommand(),
  },
  'migrate-embedded': {
    description: 'Move the data that an earlier version (with PGlite) keeps in .operandi/.',
    load: async () => (await import('./commands/migrate-embedded.ts')).migrateEmbeddedCommand(),
  },
  backup: {
    description: 'Copy the embedded database and its secrets, also while the platform runs.',
    load: async () => (await import('./commands/backup.ts')).backupCommand(),
  },
  restore: {
    description:
      'Put such a copy in place; with --fence make a database safe that other tools have restored.',
    load: async () => (await import('./commands/restore.ts')).restoreCommand(),
  },
  doctor: {
    description: 'Look at the database, Redis, keys and queue, and say what to do about troubles.',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand(),
  },
  tenant: {
    description: 'Show your tenant; create, suspend, export and delete tenants, set their quotas.',
    load: async () => (await import('./commands/tenant.ts')).tenantCommand(),
  },
  gateway: {
    description:
      'Run the gateway of the platform, or with --supergraph one over any Federation 2 supergraph.',
    load: async () => (await import('./commands/gateway.ts')).gatewayCommand(),
  },
  subgraph: {
    description: 'Run one subgraph on a port of its own.',
    load: async () => (await import('./commands/subgraph.ts')).subgraphCommand(),
  },
  warehouse: {
    description: 'Copy what has ended to Parquet files, and answer operandi analytics from them.',
    load: async () => (await import('./commands/warehouse.ts')).warehouseCommand(),
  },
  worker: {
    description: 'Run a worker: claim jobs and run them until told to stop.',
    load: async () => (await import('./commands/worker.ts')).workerCommand(),
  },
};

/** The `operandi` command with the one command that the arguments name; with what there is to name if they name none. */
export async function createProgram(given: readonly string[]): Promise<Command> {
  const program = new Command('operandi')
    .description('Runs standard operating procedures as durable jobs behind one GraphQL API.')
    .version(version)
    .showHelpAfterError('(operandi --help lists the commands)');
  const name = nameOf(given);
  const entries = Object.entries(commands);
  const named = entries.filter(([each]) => each === name);
  if (named.length === 0)
    for (const [each, { description }] of entries)
      program.addCommand(new Command(each).description(description));
  for (const [, { description, load }] of named)
    program.addCommand((await load()).description(description));
  if (asksForHelp(given)) {
    const { addExamples } = await import('./help/examples.ts');
    for (const command of program.commands) addExamples(command);
  }
  if (given[0] === 'complete' || name === 'completion') await addCompletion(program);
  else if (named.length === 0)
    program.addCommand(new Command('completion').description('Print a script for your shell.'));
  return program;
}

/** Examples are read by who reads help. */
function asksForHelp(given: readonly string[]): boolean {
  return given.some((word) => ['--help', '-h', 'help'].includes(word));
}

/** The command that the arguments name; what a shell asks for at a tab is behind `complete --`. */
function nameOf([first = '', second = '', third = '']: readonly string[]): string {
  if (first === 'complete') return third;
  return first === 'help' ? second : first;
}

/** Adds `completion SHELL`, which prints a script for the shell, and `complete -- WORDS…`, which that script runs. */
async function addCompletion(program: Command): Promise<void> {
  const { default: tab } = await import('@bomb.sh/tab/commander');
  tab(program, { completionCommandName: 'completion' });
}
