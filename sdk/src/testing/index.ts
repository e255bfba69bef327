export {
  createTestPlatform,
  type TestPlatform,
  type TestPlatformOptions,
} from './create-test-platform.ts';
export {
  type AgentScript,
  JobFailure,
  type Question,
  type ScriptedDecision,
  type ScriptedJob,
} from './script.ts';
