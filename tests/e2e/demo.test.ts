import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const command = fileURLToPath(new URL('../../cli/operandi.cjs', import.meta.url));
const run = promisify(execFile);

describe('the demo', () => {
  it('tells the whole story on an empty machine and finds everything as expected', async () => {
    const { stdout } = await run(process.execPath, [command, 'demo'], {
      env: { PATH: process.env['PATH'] },
    });
    expect(stdout).toMatch(/All 28 invoices ended as expected.*What next:.*--keep.*npm start/s);
    expect(stdout).toMatch(/supplier look-ups\s+\d requests for 24 invoices/);
    expect(stdout).toContain('14 for 14 accepted invoices, 14 distinct idempotency keys');
    expect(stdout).toContain('Guten Tag Nordlicht Papier GmbH, Ihre Rechnung NP-2026-0532');
    expect(stdout).toMatch(/job\.submit\s+api_key Invoice demo/);
  });
});
