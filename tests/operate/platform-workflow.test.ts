import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): Promise<string> => readFile(`${root}${path}`, 'utf8');

const workflow = z.object({
  jobs: z.record(
    z.string(),
    z.looseObject({
      needs: z.union([z.string(), z.array(z.string())]).optional(),
      steps: z.array(z.looseObject({ run: z.string().optional() })),
    }),
  ),
});

describe('the workflow of the platform', () => {
  it('lets nothing to the cluster that was not checked, tested and scanned', async () => {
    const { jobs } = workflow.parse(parse(await read('deploy/ci/platform.yaml')));
    expect(jobs['canary']?.needs).toBe('image');
    expect(jobs['image']?.needs).toEqual(['check', 'test']);
    const steps = jobs['image']?.steps.map((step) => step['name'] ?? step['uses']) ?? [];
    expect(steps.indexOf('scan')).toBeGreaterThan(0);
    expect(steps.indexOf('push')).toBeGreaterThan(steps.indexOf('scan'));
  });

  it('tests with the history and the programs that the tests of operation need', async () => {
    const { jobs } = workflow.parse(parse(await read('deploy/ci/platform.yaml')));
    const steps = jobs['test']?.steps ?? [];
    expect(steps).toContainEqual(expect.objectContaining({ with: { 'fetch-depth': 0 } }));
    const installed = steps.map(({ run = '' }) => run).join(' ');
    for (const program of ['postgresql', 'redis-server', 'nginx', 'pgbouncer', 'pgbackrest'])
      expect(installed).toContain(` ${program} `);
  });

  it('runs scripts that there are', async () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(await read('package.json')));
    const text = (await read('deploy/ci/platform.yaml')).replace('${{ matrix.stage }}', 'unit');
    const named = [...text.matchAll(/npm run "?([\w:]+)/g)].map(([, name = '']) => name);
    expect(named).toHaveLength(2);
    for (const name of named) expect(Object.keys(scripts)).toContain(name);
  });
});
