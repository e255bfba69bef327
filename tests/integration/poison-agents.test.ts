import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VerbContext } from '../../core/context.ts';
import { findAgent } from '../../core/jobs/find-agent.ts';
import { pauseJob } from '../../core/jobs/pause-job.ts';
import { pausePoisonAgents } from '../../core/jobs/pause-poison-agents.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { resumeAgent } from '../../core/jobs/resume-agent.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { newId } from '../../kernel/ids.ts';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../support/database.ts';
import { greeting } from '../support/definitions.ts';
import { actionsOf, contextWithAgent, submitted } from '../support/greeter.ts';
import { jobEvents, jobState } from '../support/jobs.ts';
import { contextFor, openTestServices, type TestServices } from '../support/verb-context.ts';

const bounds = { deaths: 3, limit: 100 };

describe.each(databaseKinds)(
  'an agent whose jobs kill what runs them, on the %s database',
  (kind) => {
    let test: TestDatabase;
    let services: TestServices;

    beforeAll(async () => {
      test = await createTestDatabase(kind);
      services = openTestServices(test.database);
    });
    afterAll(async () => {
      await services[Symbol.asyncDispose]();
      await test[Symbol.asyncDispose]();
    });

    /** Lets jobs of the tenant's agent die alone. */
    async function die(context: VerbContext, count: number): Promise<void> {
      for (let n = 0; n < count; n += 1) {
        const jobId = await submitted(context);
        await test.database.pool.query(
          `update jobs.job set state = 'DEAD', losses = 2, finished_at = now() where id = $1`,
          [jobId],
        );
      }
    }

    const stateOf = async (jobId: string) => (await jobState(test.database.pool, jobId)).state;

    it('is paused with its waiting jobs, while other agents of the tenant go on', async () => {
      const context = await contextWithAgent(services);
      await publishAgent(context, { definition: greeting('other') });
      await die(context, 3);
      const waiting = await submitted(context);
      const other = await submitJob(context, { agent: 'other', input: { name: 'Ann' } });

      await pausePoisonAgents(services, bounds);

      expect(await stateOf(waiting)).toBe('PAUSED');
      expect(await stateOf(other.jobId)).toBe('QUEUED');
      expect((await jobEvents(test.database.pool, waiting)).at(-1)?.type).toBe(
        'dev.operandi.job.paused.v1',
      );
      const paused = await findAgent(context, { name: 'greet' });
      expect(paused?.pausedAt).toBeInstanceOf(Date);
      expect(paused?.pauseReason).toContain('3 of its jobs');
      expect(await actionsOf(context)).toContain('agent.pause');
      expect((await findAgent(context, { name: 'other' }))?.pausedAt).toBeNull();
    });

    it('is left alone while fewer have died', async () => {
      const context = await contextWithAgent(services);
      await die(context, 2);
      await pausePoisonAgents(services, bounds);
      expect((await findAgent(context, { name: 'greet' }))?.pausedAt).toBeNull();
    });

    it('refuses new jobs, saying why and what to do, until it is resumed', async () => {
      const context = await contextWithAgent(services);
      await die(context, 3);
      const waiting = await submitted(context);
      await pausePoisonAgents(services, bounds);
      services.doorbell.ring('jobs.agents');
      await new Promise(setImmediate);
      await expect(submitted(context)).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringMatching(/is paused, as 3 of its jobs.*resumeAgent/) as string,
      });

      const agent = await findAgent(context, { name: 'greet' });
      await resumeAgent(context, { id: agent?.id });

      expect(await submitted(context)).toBeTypeOf('string');
      expect(await stateOf(waiting)).toBe('QUEUED');
      expect(await actionsOf(context)).toContain('agent.resume');
      await pausePoisonAgents(services, bounds);
      expect((await findAgent(context, { name: 'greet' }))?.pausedAt).toBeNull();
    });

    it('leaves a job paused that a person has paused before', async () => {
      const context = await contextWithAgent(services);
      await die(context, 3);
      const [waiting, held] = [await submitted(context), await submitted(context)];
      await pauseJob(context, { id: held });
      await pausePoisonAgents(services, bounds);

      await resumeAgent(context, { id: (await findAgent(context, { name: 'greet' }))?.id });

      expect(await stateOf(waiting)).toBe('QUEUED');
      expect(await stateOf(held)).toBe('PAUSED');
    });

    it('cannot be resumed while it is not paused, by a stranger, or without permission', async () => {
      const context = await contextWithAgent(services);
      const agent = await findAgent(context, { name: 'greet' });
      const id = agent?.id ?? '';
      await expect(resumeAgent(context, { id })).rejects.toMatchObject({ code: 'CONFLICT' });
      const stranger = await contextWithAgent(services);
      await expect(resumeAgent(stranger, { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(resumeAgent(context, { id: newId() })).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
      const reader = contextFor(services, context.actor.tenantId, []);
      await expect(resumeAgent(reader, { id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    });
  },
);
