import process from 'node:process';
import { StopRequest } from '../kernel/stop-request.ts';

const lookMs = 500;

/**
 * Aborts once npm, if that started this process, is gone: killed hard, it passes no signal on, and what it started
 * would keep the port and the data folder without a terminal to end it from.
 */
export function untilParentGone(env: NodeJS.ProcessEnv = process.env): AbortSignal {
  const controller = new AbortController();
  if (env['npm_lifecycle_event'] === undefined || process.platform === 'win32')
    return controller.signal;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    controller.abort(new StopRequest('npm is gone'));
  }, lookMs).unref();
  return controller.signal;
}
