// Checks that Prisma's client is the one of prisma/schema/, by the copy of the schema that it carries: its generator is not
// installed with the product.
import { readFileSync, readdirSync } from 'node:fs';

const folder = new URL('../prisma/schema/', import.meta.url);
const schema = readdirSync(folder)
  .toSorted()
  .map((name) => readFileSync(new URL(name, folder), 'utf8'))
  .join('\n');
const client = readFileSync(
  new URL('../prisma/_generated/internal/class.ts', import.meta.url),
  'utf8',
);
const [, carried = '""'] = /"inlineSchema": ("(?:[^"\\]|\\.)*")/.exec(client) ?? [];

/** The generator aligns columns anew, so that white space says nothing. */
function tokens(text: string): string {
  return text.split(/\s+/).join(' ').trim();
}

if (tokens(String(JSON.parse(carried))) !== tokens(schema)) {
  console.error('prisma/_generated/ is out of date: run npm run codegen:prisma');
  process.exitCode = 1;
}
