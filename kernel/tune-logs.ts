import process from 'node:process';
import { stepLogLevel, type Logger } from './logger.ts';

/** Each SIGUSR2 makes the lines of a process chattier by a step, until it is told to stop; Windows has no such signal. */
export function tuneLogs(log: Logger, signal: AbortSignal): void {
  const step = (): void => {
    const level = stepLogLevel(log);
    log.warn({ logLevel: level }, 'lines are logged from another level on');
  };
  process.on('SIGUSR2', step);
  signal.addEventListener('abort', () => void process.off('SIGUSR2', step), { once: true });
}
