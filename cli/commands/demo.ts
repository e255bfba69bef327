import { Command } from 'commander';
import { untilSignal } from '../../kernel/shutdown.ts';
import { untilParentGone } from '../parent.ts';

/** `operandi demo`: the invoice story in a temporary folder, checked against what is expected. */
export function demoCommand(): Command {
  return new Command('demo')
    .option('--keep', 'stay up afterwards, to look around, until Ctrl+C')
    .action(async ({ keep }: { readonly keep?: true }) => {
      const { runDemo } = await import('../demo/run-demo.ts');
      const signal = AbortSignal.any([untilSignal(), untilParentGone()]);
      await runDemo({ signal, isKept: keep === true });
    });
}
