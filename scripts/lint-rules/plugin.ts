import { exactJson } from './exact-json.ts';
import { membersAlone } from './members-alone.ts';
import { thinResolver } from './thin-resolver.ts';
import { verbGuards } from './verb-guards.ts';

/** Our own rules, as the linter loads them. */
export default {
  meta: { name: 'operandi' },
  rules: {
    'exact-json': exactJson,
    'members-alone': membersAlone,
    'thin-resolver': thinResolver,
    'verb-guards': verbGuards,
  },
};
