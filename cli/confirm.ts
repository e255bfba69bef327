import { createInterface } from 'node:readline/promises';

import type { Command } from 'commander';

/**
 * Has a command that destroys something ask at a terminal before it does, and adds `--yes`. A script has nobody to ask:
 * what it says is done.
 */
export function asksFirst(command: Command, act: string): Command {
  return command.option('-y, --yes', 'do not ask first').hook('preAction', async (_, acting) => {
    const { yes, dryRun } = acting.opts<{ readonly yes?: true; readonly dryRun?: true }>();
    const isAsked = process.stdin.isTTY && process.stderr.isTTY;
    if (yes === true || dryRun === true || !isAsked) return;
    if (!(await isConfirmed(`${[act, ...acting.args].join(' ')}? [y/N] `)))
      throw new Error('nothing was done');
  });
}

async function isConfirmed(question: string): Promise<boolean> {
  // Answers go to standard output; what is asked does not belong there.
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await asking.question(question);
    return /^y(es)?$/iu.test(answer.trim());
  } finally {
    asking.close();
  }
}
