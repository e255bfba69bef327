// Runs the integration tests with databases on either side of Greenwich and on a day when the clock goes back.
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { zoneWithChange } from '../tests/support/session-settings.ts';

const zones = ['Australia/Lord_Howe', 'America/St_Johns', zoneWithChange(new Date())];
const files = process.argv.slice(2);
let isOk = true;
for (const zone of zones) {
  process.stdout.write(`databases in ${zone}\n`);
  const env = { ...process.env, OPERANDI_TEST_TIMEZONE: zone };
  const { status } = spawnSync('npm', ['run', 'test:integration', '--', ...files], {
    stdio: 'inherit',
    env,
  });
  isOk &&= status === 0;
}
process.exitCode = isOk ? 0 : 1;
