import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { measureNames } from '../../core/analytics/measures.ts';
import type { Answer, Question } from '../../core/analytics/question.ts';
import type { Database } from '../../kernel/database/database.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { WarehouseBucket } from '../../kernel/config/warehouse-bucket.ts';
import { createAnswers, type AnswerLimits } from '../../warehouse/answer/answers.ts';
import { askFiles } from '../../warehouse/answer/ask-files.ts';
import { createMirror } from '../../warehouse/bucket/mirror.ts';
import { openS3 } from '../../warehouse/bucket/s3.ts';
import type { CopyServices } from '../../warehouse/copy/copy-tenant.ts';
import { createCopier, type Copier, type CopierOptions } from '../../warehouse/copy/copier.ts';
import { openDuckDb } from '../../warehouse/duckdb.ts';
import { silentLog } from './log.ts';

/** The parts of a warehouse over a folder of its own. */
export interface TestWarehouse extends AsyncDisposable {
  readonly root: string;
  readonly services: CopyServices;
  readonly copier: Copier;
  /** Copies until nothing is behind. */
  copyAll(): Promise<void>;
  ask(tenantId: string, question: Partial<Question>): Promise<Answer>;
  /** How many rows of each measure there are. */
  counts(tenantId: string): Promise<Readonly<Record<string, number>>>;
}

interface Wish extends Pick<CopierOptions, 'limits'> {
  readonly answers?: Partial<AnswerLimits>;
  readonly log?: Logger;
  /** Where its files are kept besides. */
  readonly bucket?: WarehouseBucket;
}

/** Nothing is copied yet. */
export async function openTestWarehouse(
  database: Database,
  { limits, answers: answerLimits, log = silentLog, bucket }: Wish = {},
): Promise<TestWarehouse> {
  await using stack = new AsyncDisposableStack();
  const root = await mkdtemp(join(tmpdir(), 'operandi-warehouse-'));
  stack.defer(() => rm(root, { recursive: true, force: true }));
  const duckDb = stack.use(await openDuckDb({ threads: 1, memoryMb: 128 }));
  const answers = stack.use(
    createAnswers({ processes: 2, threads: 1, memoryMb: 256, deadlineMs: 60_000, ...answerLimits }),
  );
  const s3 = bucket && stack.use(openS3(bucket));
  const mirror = s3 && createMirror(s3, root, () => Promise.resolve());
  const services = { database, duckDb, log, root, ...(mirror && { mirror }) };
  const { signal } = new AbortController();
  const copier = createCopier(services, { intervalMs: 100, signal, ...(limits && { limits }) });
  const opened = stack.move();
  const ask: TestWarehouse['ask'] = (tenantId, question) =>
    askFiles({ answers, root }, tenantId, { ...allOfIt(), ...question });
  return {
    ...{ root, services, copier, ask },
    async copyAll() {
      while (await copier.turn());
    },
    async counts(tenantId) {
      const counted = await Promise.all(
        measureNames.map(async (measure) => {
          const { series } = await ask(tenantId, { measure });
          return [measure, series[0]?.points[0]?.count ?? 0] as const;
        }),
      );
      return Object.fromEntries(counted);
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function allOfIt(): Question {
  const [from, to] = [-30, 1].map((days) => new Date(Date.now() + days * 86_400_000).toISOString());
  return { measure: 'JOBS', from: from ?? '', to: to ?? '' };
}
