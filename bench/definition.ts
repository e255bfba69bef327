// Computing time of reading definitions of growing size and every shape: node bench/definition.ts
import { checkDefinition } from '../engine/load-definition.ts';
import { openDocuments } from '../core/documents/documents.ts';

const head = 'document: {dsl: 1.0.3, namespace: a, name: b, version: 1.0.0}\n';
const sizesKb = [64, 128, 256, 512] as const;
const limits = { definitionBytes: 1_048_576, definitionTasks: 1_000, definitionDepth: 64 };

/** A text that goes on with the same kind of part. */
function grown(start: string, part: (index: number) => string): (bytes: number) => string {
  return (bytes) => {
    const parts = [start];
    for (let size = start.length, index = 0; size < bytes; index += 1) {
      const next = part(index);
      size += next.length;
      parts.push(next);
    }
    return parts.join('');
  };
}

const shapes: Readonly<Record<string, (bytes: number) => string>> = {
  'plain: tasks with long texts': grown(
    `${head}do:\n`,
    (index) => `  - t${String(index)}: { set: { a: '${'word '.repeat(120)}' } }\n`,
  ),
  tasks: grown(`${head}do:\n`, (index) => `  - t${String(index)}: { set: { a: 1 } }\n`),
  keys: grown(head, (index) => `k${String(index)}: 1\n`),
  'doubled keys': grown(head, () => 'k: 1\n'),
  aliases: grown(`${head}y: &a 1\nx:\n`, () => ' - *a\n'),
  'anchors and aliases': grown(
    `${head}x:\n`,
    (index) => ` - &a${String(index)} 1\n - *a${String(index)}\n`,
  ),
  'items of a list': grown(`${head}x: [`, () => '1,'),
  errors: grown(head, () => ']'),
  'unknown tasks': grown(`${head}do:\n`, (index) => `  - t${String(index)}: { sett: 1 }\n`),
};

function cpuMs(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return Math.round((user + system) / 1_000);
}

process.stdout.write(`| CPU ms | ${sizesKb.map((kb) => `${String(kb)} KiB`).join(' | ')} |\n`);
checkDefinition(shapes['tasks']?.(10_000) ?? '', { limits });
for (const [name, shape] of Object.entries(shapes)) {
  const row = sizesKb.map((kb) => {
    const text = shape(kb * 1_024);
    return cpuMs(() => checkDefinition(text, { limits }));
  });
  process.stdout.write(`| ${name} | ${row.join(' | ')} |\n`);
}

const small = `${head}do: [{ a: { set: { b: 1 } } }]`;
await using documents = openDocuments({ threads: 1, maxMemoryMb: 128, deadlineMs: 60_000 });
const rounds = 200;
const here = cpuMs(() => Array.from({ length: rounds }, () => checkDefinition(small)));
await documents.check(small, {}, { tenantId: 'a' });
const startedAt = performance.now();
for (let round = 0; round < rounds; round += 1) await documents.check(small, {}, { tenantId: 'a' });
const apart = performance.now() - startedAt;
process.stdout.write(
  `a small definition: ${(here / rounds).toFixed(2)} ms here, ${(apart / rounds).toFixed(2)} ms on a thread\n`,
);
