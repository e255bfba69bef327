import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import {
  type BatchResult,
  type Client,
  type JobBatch,
  JobBatchDocument,
  type SubmitJobInput,
} from '../../sdk/src/index.ts';
import { parseJson } from '../../kernel/json.ts';
import { printJson } from '../json-output.ts';
import { doesNotExist } from '../does-not-exist.ts';

interface FileOptions {
  readonly file: string;
  /** Of lines that name none. */
  readonly agent: string | undefined;
  readonly labels: readonly { readonly key: string; readonly value: string }[];
  readonly isJson: boolean;
  readonly isWaiting: boolean;
}

const line = z.looseObject({ agent: z.string().optional() });

/** Submits a file with one job a line as a batch, and tells how far it is; refused lines are told and make the exit code 1. */
export async function submitFile(client: Client, options: FileOptions): Promise<void> {
  const told = { taken: 0, refused: 0 };
  let batchId: string | undefined;
  for await (const result of client.submitBatch(jobsOf(options))) {
    batchId = result.batchId;
    if (result.jobId === undefined) told.refused += 1;
    else told.taken += 1;
    tell(result, options);
    if ((result.index + 1) % 1_000 === 0) progress(`${String(result.index + 1)} sent`);
  }
  if (batchId === undefined) throw new Error(`${options.file} has no jobs`);
  if (told.refused > 0) process.exitCode = 1;
  const done = options.isWaiting ? await untilOver(client, batchId) : undefined;
  if (options.isJson) printJson({ batchId, ...told, ...(done && { batch: done }) });
  else
    console.log(
      `batch ${batchId}: ${String(told.taken)} jobs taken, ${String(told.refused)} refused`,
    );
}

async function* jobsOf({ file, agent, labels }: FileOptions): AsyncGenerator<SubmitJobInput, void> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  let number = 0;
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    number += 1;
    if (text.trim() !== '') yield jobOf(text, { agent, labels, number });
  }
}

interface Line extends Pick<FileOptions, 'agent' | 'labels'> {
  readonly number: number;
}

function jobOf(text: string, { agent, labels, number }: Line): SubmitJobInput {
  const read = line.safeParse(valueOf(text));
  if (!read.success)
    throw new Error(`line ${String(number)} is no job: write {"input": …} in one line of JSON`);
  const job = read.data;
  const name = job.agent ?? agent;
  if (name === undefined)
    throw new Error(
      `line ${String(number)} names no agent: add "agent", or name one on the command line`,
    );
  const own = Array.isArray(job['labels']) ? (job['labels'] as readonly unknown[]) : [];
  // What else stands there is for the platform to judge, which answers for each line.
  return {
    ...job,
    agent: name,
    ...(labels.length + own.length > 0 && { labels: [...labels, ...own] }),
  } as SubmitJobInput;
}

function valueOf(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function tell({ index, problems }: BatchResult, { isJson }: FileOptions): void {
  for (const { message, code, field } of problems) {
    if (isJson)
      process.stderr.write(`${JSON.stringify({ job: index + 1, code, field, message })}\n`);
    else process.stderr.write(`job ${String(index + 1)}: ${message} (${code})\n`);
  }
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${text} `);
}

const pollMs = 500;

async function untilOver(client: Client, id: string): Promise<JobBatch> {
  for (;;) {
    const { jobBatch } = await client.request(JobBatchDocument, { id }, { isRepeatable: true });
    if (jobBatch === null) throw doesNotExist('batch', id);
    progress(`${String(jobBatch.overCount)} over`);
    if (jobBatch.progress === 1) return jobBatch;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
