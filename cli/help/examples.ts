import type { Command } from 'commander';

import { accessExamples } from './access-examples.ts';
import type { Examples } from './command-examples.ts';
import { jobExamples } from './job-examples.ts';
import { platformExamples } from './platform-examples.ts';

const examples: Examples = { ...jobExamples, ...accessExamples, ...platformExamples };

/** Adds examples to the help of a command and of all below it. */
export function addExamples(command: Command, path = command.name()): void {
  const lines = examples[path]?.map((example) => `  operandi ${path} ${example}`.trimEnd());
  if (lines !== undefined) command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
  for (const below of command.commands) addExamples(below, `${path} ${below.name()}`);
}
