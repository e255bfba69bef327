import { readFileSync } from 'node:fs';
import process from 'node:process';
import { StopRequest } from '../kernel/stop-request.ts';

const lookMs = 200;

/**
 * Aborts once npm, if that started this process, is gone. npm passes signals to its shell, which ends of them alone, and
 * killed hard it passes none; the port and the data folder would stay taken without a terminal to end it from.
 */
export function untilParentGone(env: NodeJS.ProcessEnv = process.env): AbortSignal {
  const controller = new AbortController();
  if (env['npm_lifecycle_event'] === undefined || process.platform === 'win32')
    return controller.signal;
  const parent = process.ppid;
  const npm = parentOfShell(parent);
  const timer = setInterval(() => {
    if (process.ppid === parent && (npm === undefined || parentOfShell(parent) === npm)) return;
    clearInterval(timer);
    controller.abort(new StopRequest('npm is gone'));
  }, lookMs).unref();
  return controller.signal;
}

/** The parent of a shell; undefined where there is no shell between, or no telling. */
function parentOfShell(pid: number): number | undefined {
  try {
    const [, name = '', parent] =
      /^\d+ \((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return /^(?:ba|da|z|a|k)?sh$/.test(name) ? Number(parent) : undefined;
  } catch {
    return undefined;
  }
}
