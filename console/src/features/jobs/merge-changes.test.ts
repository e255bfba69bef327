import { describe, expect, it } from 'vitest';

import type { JobRowFragment, JobState } from '../../_generated/documents.ts';
import { mergeChanges } from './merge-changes.ts';

const row = (id: string, state: JobState = 'RUNNING'): JobRowFragment => ({
  ...{ id, state, priority: 'NORMAL', agent: { namespace: 'n', name: 'a' }, idempotencyKey: null },
  ...{ labels: [], attempts: 0, createdAt: `2026-01-01T00:00:0${id}.000Z`, startedAt: null },
  ...{ finishedAt: null, wakesAt: null, error: null },
});

const pages = (hasNextPage: boolean, ...nodes: readonly JobRowFragment[][]) => ({
  pages: nodes.map((each) => ({
    jobs: { nodes: each, pageInfo: { hasNextPage, endCursor: 'c' } },
  })),
  pageParams: [undefined],
});

const shown = (merged: ReturnType<typeof mergeChanges>): string =>
  merged.pages
    .map(({ jobs }) => jobs.nodes.map(({ id, state }) => `${id}${state[0] ?? ''}`).join(' '))
    .join(' | ');

describe('mergeChanges', () => {
  it('changes rows where they are and puts new ones on top, newest first', () => {
    const before = pages(false, [row('5'), row('4')], [row('3')]);
    const merged = mergeChanges(before, [row('6'), row('3', 'SUCCEEDED'), row('7')], {});
    expect(shown(merged)).toBe('7R 6R 5R 4R | 3S');
  });

  it('lets go of rows whose state is not asked for any more, and takes none of another', () => {
    const search = { states: ['RUNNING'] as const };
    const merged = mergeChanges(
      pages(false, [row('5')]),
      [row('5', 'FAILED'), row('6', 'DEAD')],
      search,
    );
    expect(shown(merged)).toBe('');
  });

  it('leaves to later pages what is older than all that is shown', () => {
    const before = pages(true, [row('5'), row('4')]);
    expect(shown(mergeChanges(before, [row('2')], {}))).toBe('5R 4R');
  });

  it('puts nothing on top of a list in another order', () => {
    const merged = mergeChanges(pages(false, [row('4')]), [row('9')], { order: 'CREATED_ASC' });
    expect(shown(merged)).toBe('4R');
  });
});
