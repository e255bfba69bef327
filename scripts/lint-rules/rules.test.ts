import { RuleTester } from 'oxlint/plugins-dev';
import { describe, it } from 'vitest';
import { exactJson } from './exact-json.ts';
import { membersAlone } from './members-alone.ts';
import { thinResolver } from './thin-resolver.ts';
import { verbGuards } from './verb-guards.ts';

RuleTester.describe = describe;
RuleTester.it = it;

const tester = new RuleTester();

tester.run('exact-json', exactJson, {
  valid: ['const value = parseJson(text);', 'const text = JSON.stringify(value);'],
  invalid: [{ code: 'const value = JSON.parse(text);', errors: [{ messageId: 'parse' }] }],
});

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

tester.run('members-alone', membersAlone, {
  valid: [
    'const loader = new DataLoader(isolating(load));',
    'for (const one of due) await database.asSystem((tx) => tick(tx, one));',
    'database.asSystem(async (tx) => { for (const one of due) await inSavepoint(tx, () => tick(tx, one)); });',
  ],
  invalid: [
    { code: 'const loader = new DataLoader(load);', errors: [{ messageId: 'loader' }] },
    {
      code: 'const loader = new DataLoader(async (ids) => ids.map(find));',
      errors: [{ messageId: 'loader' }],
    },
    {
      code: 'database.asSystem(async (tx) => { for (const one of due) await tick(tx, one); });',
      errors: [{ messageId: 'loop' }],
    },
    {
      code: 'services.database.asSystem(async (tx) => { while (await more(tx)) await tick(tx); });',
      errors: [{ messageId: 'loop' }],
    },
  ],
});
