import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a new project begins with: a procedure that pays small refunds and asks a person about others. */
export function projectFiles(name: string): Readonly<Record<string, string>> {
  return {
    [`${name}.yaml`]: `document:
  dsl: '1.0.3'
  namespace: default
  name: ${name}
  version: '1.0.0'
  summary: Pays small refunds at once and asks a person about others.
input:
  schema:
    document:
      type: object
      required: [customer, amount]
      properties:
        customer: { type: string, minLength: 1 }
        amount: { type: number, exclusiveMinimum: 0 }
do:
  - route:
      switch:
        - small: { when: .amount <= 100, then: policy }
        - large: { then: ask }
  - policy:
      set: { decision: approved, by: policy }
      then: end
  - ask:
      call: approval
      with:
        title: Refund \${ .amount } to \${ .customer }?
  - decided:
      set: { decision: '\${ .decision }', by: '\${ .decidedBy }' }
`,
    [`${name}.scenario.yaml`]: `# Played by \`operandi test\`, and on every save by \`operandi dev\`.
scenarios:
  - name: pays small amounts at once
    input: { customer: Ada, amount: 20 }
    expect: { output: { decision: approved, by: policy } }

  - name: asks about large ones, however long that takes
    input: { customer: Ada, amount: 900 }
    approvals: [{ decision: rejected, by: Grace, after: P2D }]
    expect: { output: { decision: rejected, by: Grace }, elapsed: P2D }
`,
    'input.json': `${JSON.stringify({ customer: 'Ada', amount: 900 }, undefined, 2)}\n`,
    'README.md': `# ${name}

\`\`\`sh
npx operandi test               # plays the scenarios
npx operandi dev                # runs the platform here, and publishes on every save
npx operandi jobs submit ${name} --input @input.json
npx operandi approvals list
\`\`\`

\`operandi dev\` prints the key with which the last two get in.
`,
    '.gitignore': '.operandi/\n',
  };
}

/** A name as documents and agents take it: lower case letters, digits and hyphens. */
export function agentNameOf(folder: string): string {
  const name = folder
    .normalize('NFKD')
    // What is left of ü is u.
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
    .join('-')
    .slice(0, 63);
  return name === '' ? 'procedure' : name;
}

/** Writes files into a folder, all or none: throws, naming them, if some of them are there. */
export async function writeProject(
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const present = new Set(await readdir(folder));
  const taken = Object.keys(files).filter((name) => present.has(name));
  if (taken.length > 0)
    throw new Error(`${taken.join(', ')} in ${folder} would be overwritten; choose another folder`);
  for (const [name, text] of Object.entries(files))
    await writeFile(join(folder, name), text, { flag: 'wx' });
}
