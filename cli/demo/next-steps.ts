import { commandName, exampleName, isClone } from '../command-name.ts';
import type { Platform } from '../compose-platform.ts';

/** What to do after the story, when the demo and its folder are gone. */
export function nextSteps(): string {
  const commands = isClone()
    ? { keep: 'npm run demo -- --keep', start: 'npm start' }
    : { keep: 'npx operandi demo --keep', start: 'npx operandi start' };
  const examples = exampleName('');
  const width = Math.max(commands.keep.length, examples.length) + 3;
  return [
    '',
    'The demo has cleaned up after itself. What next:',
    `  ${commands.keep.padEnd(width)}tells the story again and stays up, to look around`,
    `  ${commands.start.padEnd(width)}runs the platform and its console, with the data in .operandi/ (README.md, "Run it")`,
    `  ${examples.padEnd(width)}has the procedure of this demo and others`,
  ].join('\n');
}

/** How to look around in the demo's platform. */
export function whileItStays({
  url,
  consoleUrl,
  graphiqlUrl,
  firstKey = '',
}: Pick<Platform, 'url' | 'consoleUrl' | 'graphiqlUrl' | 'firstKey'>): string {
  return [
    '',
    'It stays up until Ctrl+C; then everything of it is removed.',
    `  The console, in the browser: ${consoleUrl}`,
    `    sign in with the key ${firstKey}`,
    ...(graphiqlUrl === undefined
      ? []
      : [
          `  GraphiQL: ${graphiqlUrl} with the header`,
          `    {"Authorization": "Bearer ${firstKey}"}`,
        ]),
    '  In another terminal:',
    `    export OPERANDI_URL=${url} OPERANDI_API_KEY=${firstKey}`,
    `    ${commandName()} jobs list`,
    `    ${commandName()} jobs show JOB_ID`,
  ].join('\n');
}
