import { Command } from 'commander';
import { untilSignal } from '../../kernel/shutdown.ts';

/** `operandi demo`: the invoice story in a temporary folder, checked against what is expected. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('Triage the example invoices on a platform of their own and show what happened.')
    .action(async () => {
      const { runDemo } = await import('../demo/run-demo.ts');
      const signal = AbortSignal.any([untilSignal(), AbortSignal.timeout(120_000)]);
      await runDemo(signal);
    });
}
