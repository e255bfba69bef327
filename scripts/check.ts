// Runs every check:* script of package.json, two at a time, and prints what failed and how long each took.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

interface Outcome {
  readonly name: string;
  readonly isOk: boolean;
  readonly output: string;
  readonly seconds: number;
}

const { values } = parseArgs({ options: { jobs: { type: 'string', default: '2' } } });
const manifest: unknown = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);

// The slowest first, so that the two lanes end together.
const order = ['check:lint', 'check:types', 'check:dead', 'check:deps', 'check:format'];

function checkNames(value: unknown): string[] {
  if (typeof value !== 'object' || value === null || !('scripts' in value)) return [];
  const { scripts } = value;
  if (typeof scripts !== 'object' || scripts === null) return [];
  const names = Object.keys(scripts).filter((name) => name.startsWith('check:'));
  return [
    ...order.filter((name) => names.includes(name)),
    ...names.filter((name) => !order.includes(name)),
  ];
}

async function run(name: string): Promise<Outcome> {
  const startedAt = performance.now();
  const child = spawn('npm', ['run', '--silent', name], { stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const seconds = (performance.now() - startedAt) / 1000;
  return { name, isOk: code === 0, output: Buffer.concat(chunks).toString(), seconds };
}

async function lane(queue: string[], outcomes: Outcome[]): Promise<void> {
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const outcome = await run(name);
    outcomes.push(outcome);
    console.log(
      `${outcome.isOk ? 'ok  ' : 'FAIL'} ${outcome.name.padEnd(14)} ${outcome.seconds.toFixed(1)} s`,
    );
    if (!outcome.isOk) console.log(outcome.output);
  }
}

const queue = checkNames(manifest);
const outcomes: Outcome[] = [];
await Promise.all(Array.from({ length: Number(values.jobs) }, () => lane(queue, outcomes)));
process.exitCode = outcomes.every((outcome) => outcome.isOk) ? 0 : 1;
