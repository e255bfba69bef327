import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { findHelm, parseManifests, type Values } from '../support/helm.ts';
import { podsOf } from '../support/pods.ts';
import { findKindFaults } from '../support/published-kinds.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const helm = findHelm();

describe.skipIf(helm === undefined)('the settings for a mesh', () => {
  it('of Istio are what its published schemas know, and repeat nothing', async () => {
    const manifests = parseManifests(await readFile(`${root}deploy/mesh/istio.yaml`, 'utf8'));
    expect(await findKindFaults(manifests)).toEqual([]);
    const routes = manifests.filter(({ kind }) => kind === 'VirtualService');
    expect(routes.map(({ metadata }) => metadata.name).toSorted()).toEqual(
      ['access', 'audit', 'gateway', 'integrations', 'jobs', 'warehouse'].map(
        (name) => `operandi-${name}`,
      ),
    );
    for (const { metadata, ...rest } of routes)
      expect(rest, metadata.name).toMatchObject({ spec: { http: [{ retries: { attempts: 0 } }] } });
  });

  it('of Linkerd are values that the chart takes', async () => {
    const text = await readFile(`${root}deploy/mesh/linkerd-values.yaml`, 'utf8');
    const values = parse(text, { merge: true }) as Values;
    const manifests = (await helm?.render(values)) ?? [];
    expect(await findKindFaults(manifests)).toEqual([]);
    for (const { process: name, annotations } of podsOf(manifests))
      if (name !== 'migrate') expect(annotations['linkerd.io/inject'], name).toBe('enabled');
  });
});
