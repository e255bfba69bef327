import { describe, expect, it } from 'vitest';
import type { CloudEvent, EventWait } from '../engine/host.ts';
import type { WaitDraft } from '../queue/job.ts';
import { noHistory, type History } from '../queue/load-history.ts';
import { createListeners } from './listeners.ts';

const early: CloudEvent = { id: 'early', source: '/s', type: 't' };
const answer: CloudEvent = { id: 'answer', source: '/s', type: 't' };
const wait: EventWait = {
  ...{ kind: 'event', key: '/l!event@0', task: '/l', listener: '/l', position: 0, hints: [] },
};

/** What a listener is given, what it has written until it looked back, and afterwards. */
async function ask(history: Partial<History>, found: CloudEvent | undefined, given?: CloudEvent) {
  const drafts: WaitDraft[] = [];
  let looks: number | undefined;
  const listeners = createListeners({
    history: { ...noHistory, ...history },
    writer: {
      wait: (draft: WaitDraft) => void drafts.push(draft),
      flush: () => Promise.resolve(),
    } as never,
    outside: {
      nextEvent: () => {
        looks = drafts.length;
        return Promise.resolve(found);
      },
    },
    site: {
      jobId: 'j',
      tenantId: 't',
      depth: 0,
      worker: 'w',
      lineage: { agentVersionId: 'version', version: 1, definitionHash: 'hash', epoch: 1 },
    },
  });
  return { event: await listeners.next(wait, given), looks, drafts };
}

describe('a listener', () => {
  it('looks back once its wait is written, and notes that it has when there is nothing', async () => {
    const { event, looks, drafts } = await ask({}, undefined);
    expect([event, looks]).toEqual([undefined, 1]);
    expect(drafts.map(({ isLooked }) => isLooked)).toEqual([undefined, true]);
  });

  it('looks back after a crash before it could, though its wait is known', async () => {
    const { event, looks, drafts } = await ask({ asked: new Set([wait.key]) }, early);
    expect([event, looks, drafts]).toEqual([early, 0, []]);
  });

  it('is given what came before its answer first', async () => {
    expect((await ask({}, early, answer)).event).toBe(early);
  });

  it('does not look back again', async () => {
    const history = { asked: new Set([wait.key]), looked: new Set([wait.key]) };
    expect(await ask(history, early, answer)).toEqual({
      ...{ event: answer, looks: undefined, drafts: [] },
    });
  });
});
