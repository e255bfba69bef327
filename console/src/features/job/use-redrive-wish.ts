import { useState } from 'react';

import {
  JobStepsDocument,
  type JobWholeFragment,
  type RedriveFrom,
} from '../../_generated/documents.ts';
import { readJson, writtenJson } from './edited-json.tsx';
import type { RedriveWish } from './redrive-plan.tsx';
import type { Step } from './timeline-model.ts';
import { usePages } from './use-pages.ts';

/** What is chosen and written for a redrive, and what comes of it. */
export function useRedriveWish(job: JobWholeFragment, step: string | undefined) {
  const [from, setFrom] = useState<RedriveFrom>(step === undefined ? 'FAILURE' : 'TASK');
  const [task, setTask] = useState(step ?? job.error?.instance ?? '');
  /** What was written, by the task whose input it is; by nothing that of the job. */
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const { rows: steps } = usePages({
    key: ['job', job.id, 'steps'],
    document: JobStepsDocument,
    id: job.id,
    pageOf: (data) => data.job?.steps,
  });
  const [edited, before] = from === 'TASK' ? [task, stepOf(steps, task)?.input] : ['', job.input];
  const written = from === 'FAILURE' ? undefined : texts[edited];
  const { value, fault } = readWritten(written, before);
  return {
    ...{ from, setFrom, task, setTask, steps },
    text: written ?? writtenJson(before),
    write: (text: string) => setTexts({ ...texts, [edited]: text }),
    wish: asWish(from, task, value),
    isReady: fault === undefined && `${from}${task}` !== 'TASK',
  };
}

/** Nothing where nothing is written, or what was there before. */
function readWritten(text: string | undefined, before: unknown): ReturnType<typeof readJson> {
  if (text === undefined || text.trim() === '') return {};
  const read = readJson(text);
  return 'value' in read && writtenJson(read.value) === writtenJson(before) ? {} : read;
}

function asWish(from: RedriveFrom, task: string, input: unknown): RedriveWish {
  return {
    from,
    ...(from === 'TASK' && { task }),
    ...(input !== undefined && { input }),
  };
}

/** The step of this key, or the first of the task of this pointer or name. */
function stepOf(steps: readonly Step[], task: string): Step | undefined {
  return (
    steps.find(({ key }) => key === task) ??
    steps.find((step) => step.task === task) ??
    steps.find(({ name }) => name === task)
  );
}
