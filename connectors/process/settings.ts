/** Whom processes run as: within a sandbox and, where the worker may change the user, without. */
export const nobody = 65_534;

/** What processes of definitions may do on this machine. */
export interface ProcessSettings {
  /** Where programs are looked for, as in PATH; within a sandbox only in the folders of the system. */
  readonly path: string;
  /** `unsafe`: as the user of the worker, who sees all that the worker sees. */
  readonly isolation: 'bubblewrap' | 'unsafe';
  /** `host`: all that this machine reaches, past the guard of calls. */
  readonly network: 'none' | 'host';
  /** Images of containers: whole names, or their beginnings with a `*` at the end. */
  readonly images: readonly string[];
  /** Folders of this machine of which containers may mount something. */
  readonly volumes: readonly string[];
  /** Processes with all they start, at once. */
  readonly concurrency: number;
  /** Of one process, and of the files that it writes. */
  readonly memoryMb: number;
  /** Of one process. */
  readonly cpuSeconds: number;
  /** What one may start, itself included. */
  readonly tasks: number;
}
