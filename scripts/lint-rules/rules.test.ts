import { RuleTester } from 'oxlint/plugins-dev';
import { describe, it } from 'vitest';
import { thinResolver } from './thin-resolver.ts';
import { verbGuards } from './verb-guards.ts';

RuleTester.describe = describe;
RuleTester.it = it;

const tester = new RuleTester();

tester.run('thin-resolver', thinResolver, {
  valid: ['const job = (_, args, context) => present(cancelJob(context, args.input));'],
  invalid: [
    {
      code: 'const job = () => { try { load(); } catch { stop(); } };',
      errors: [{ messageId: 'noTry' }],
    },
    {
      code: 'const job = (_, args, context) => context.database.prisma.job.findMany();',
      errors: [{ messageId: 'noDatabase' }],
    },
  ],
});

tester.run('verb-guards', verbGuards, {
  valid: [
    'permit(c, "X"); database.withTenant(t, async (tx) => { await record(tx, c, e); });',
    'database.withTenant(t, (tx) => tx.job.findMany(), { isReadOnly: true });',
  ],
  invalid: [
    {
      code: 'database.withTenant(t, async (tx) => { await record(tx, c, e); });',
      errors: [{ messageId: 'noPermit' }],
    },
    {
      code: 'permit(c, "X"); database.withTenant(t, (tx) => tx.job.update());',
      errors: [{ messageId: 'noRecord' }],
    },
  ],
});
