import { setTimeout as pause } from 'node:timers/promises';

import type { JsonObject } from '../../kernel/json.ts';
import { cutText } from '../../kernel/storable.ts';
import { abortReason } from '../egress/abort.ts';
import { IntegrationError } from '../errors.ts';
import { hide, type Rpc, type RpcAnswer, type RpcReader } from '../json-rpc/rpc.ts';
import { type AgentReply, replyIn, saidIn, valueOf } from './message.ts';

/** How a message goes to an agent, and what becomes of the task that it makes of it. */
export interface Talk {
  readonly rpc: Rpc;
  readonly reader: RpcReader;
  readonly params: JsonObject;
  readonly isSafe: boolean;
  readonly isRepeatable: boolean;
  /** True when what the agent asks for is an answer. */
  readonly keepsQuestions: boolean;
  readonly pollMs: number;
  /** Monotonic time by which the task has to be over. */
  readonly endsAt: number;
  readonly signal: AbortSignal;
  /** Sent with the message. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What came in the end. */
export interface Told {
  readonly value: JsonObject;
  readonly status: number | undefined;
  readonly attempts: number;
}

type Came = Pick<RpcAnswer, 'status' | 'attempts'>;

/** Longest pause between two looks at a task, in first pauses. */
const longestPause = 20;

const underWay: ReadonlySet<string> = new Set(['submitted', 'working']);

/** Sends the message and looks at the task until it is over. */
export async function tellAgent(talk: Talk): Promise<Told> {
  const { rpc, params, isSafe, isRepeatable, headers: session } = talk;
  const sent = await rpc.ask({ method: 'message/send', params, isSafe, isRepeatable, session });
  const { status, attempts } = sent;
  const reply = requireReply(talk, sent);
  if (!underWay.has(reply.state)) return told(talk, reply, { status, attempts });
  if (reply.taskId === undefined) throw noReply(talk, sent);
  return await follow(talk, reply, { status, attempts });
}

async function follow(talk: Talk, first: AgentReply, came: Came): Promise<Told> {
  const { taskId = '' } = first;
  let reply = first;
  for (let wait = talk.pollMs; underWay.has(reply.state); wait = longer(talk, wait)) {
    await rest(talk, reply, wait);
    reply = await look(talk, taskId, reply);
  }
  return told(talk, reply, came);
}

function longer({ pollMs }: Talk, wait: number): number {
  return Math.min(wait * 1.5, pollMs * longestPause);
}

async function rest(talk: Talk, reply: AgentReply, wait: number): Promise<void> {
  const { signal, endsAt, reader, isSafe } = talk;
  const left = endsAt - performance.now();
  if (left <= 0)
    throw new IntegrationError(`${reader.name} has not finished its ${taskOf(reply)} in time`, {
      ...{ isRetryable: isSafe, isLate: true, isOutcomeUnknown: !isSafe },
      answer: { content: valueOf(reply) },
    });
  try {
    await pause(Math.min(wait, left), undefined, { signal });
  } catch {
    throw abortReason(signal);
  }
}

/** Looks once at the task; what fails meanwhile leaves open what the agent does. */
async function look(talk: Talk, id: string, last: AgentReply): Promise<AgentReply> {
  try {
    const answer = await talk.rpc.ask({ method: 'tasks/get', params: { id }, isSafe: true });
    const reply = requireReply(talk, answer);
    if (reply.taskId === id) return reply;
    throw noReply(talk, answer);
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    const { message, status, isLate, attempts, retryAfterMs } = error;
    throw new IntegrationError(`${message} (asked for its ${taskOf(last)})`, {
      ...{ status, isLate, attempts, retryAfterMs, cause: error.cause ?? error },
      ...{ isRetryable: talk.isSafe && error.isRetryable, isOutcomeUnknown: !talk.isSafe },
      answer: error.answer ?? { content: valueOf(last) },
    });
  }
}

function requireReply(talk: Talk, answer: RpcAnswer): AgentReply {
  const reply = replyIn(answer.result);
  if (reply === undefined) throw noReply(talk, answer);
  return reply;
}

function noReply({ reader, isSafe }: Talk, { status, attempts }: Came): IntegrationError {
  return new IntegrationError(`${reader.name} answered with something that is no answer of A2A`, {
    ...{ status, attempts, isRetryable: false, isOutcomeUnknown: !isSafe },
  });
}

function told(talk: Talk, reply: AgentReply, came: Came): Told {
  const { state } = reply;
  if (state === 'completed' || (state === 'input-required' && talk.keepsQuestions))
    return { value: valueOf(reply), ...came };
  throw unfinished(talk, reply, came);
}

function unfinished({ reader }: Talk, reply: AgentReply, came: Came): IntegrationError {
  const said = hide(reader, saidIn(reply.parts));
  const end = said === '' ? '' : `: ${cutText(said, 300)}`;
  const { status: statusCode, attempts } = came;
  const state = cutText(hide(reader, reply.state), 50);
  return new IntegrationError(`${reader.name} ended its ${taskOf(reply)} as ${state}${end}`, {
    ...{ status: 422, attempts, isRetryable: false },
    answer: {
      ...(statusCode === undefined ? {} : { statusCode, headers: {} }),
      content: { ...valueOf(reply), text: cutText(said, 16_000), data: [], files: [], state },
    },
  });
}

function taskOf({ taskId = '' }: AgentReply): string {
  return taskId === '' ? 'task' : `task ${cutText(taskId.replaceAll(/\p{Cc}+/gu, ' '), 100)}`;
}
