import type { Job, RunOptions, SubmitOptions } from './jobs.ts';

/**
 * Inputs and outputs of agents, by their names. It is empty until a file that `operandi types` has written is among the
 * sources; then the compiler checks what those agents are given and knows what they answer.
 */
// oxlint-disable-next-line typescript/no-empty-object-type -- filled by declaration merging
export interface Agents {}

/** `namespace/name` of an agent, or its name alone while no other has it. */
// oxlint-disable-next-line typescript/no-redundant-type-constituents -- `Agents` gets its keys elsewhere
export type AgentName = keyof Agents | (string & {});

/** What an agent is submitted with. */
export type InputOf<Name extends AgentName> = Name extends keyof Agents
  ? Agents[Name] extends { readonly input: infer Input }
    ? Input
    : unknown
  : unknown;

/** What an agent answers. */
export type OutputOf<Name extends AgentName> = Name extends keyof Agents
  ? Agents[Name] extends { readonly output: infer Output }
    ? Output
    : unknown
  : unknown;

/** A job of an agent; `output` is there when it has succeeded. */
export type JobOf<Name extends AgentName> = Omit<Job, 'output'> & {
  readonly output: OutputOf<Name> | null;
};

/** A job that has succeeded. */
export type DoneJobOf<Name extends AgentName> = Omit<Job, 'output'> & {
  readonly output: OutputOf<Name>;
};

/** One agent of the tenant. */
export interface AgentClient<Name extends AgentName> {
  /** Submits a job and answers as soon as it is durable; throws `RefusedError` with every problem. */
  submit(input: InputOf<Name>, options?: SubmitOptions): Promise<JobOf<Name>>;
  /** Submits a job and answers when it has succeeded; any other end is a `JobEndedError`. */
  run(input: InputOf<Name>, options?: RunOptions): Promise<DoneJobOf<Name>>;
}
