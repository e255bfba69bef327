import { runUntilStopped } from '../../kernel/shutdown.ts';
import { createPerformCall } from '../perform-call.ts';
import { runLane } from './run-lane.ts';

void runUntilStopped((signal) => runLane(signal, createPerformCall));
