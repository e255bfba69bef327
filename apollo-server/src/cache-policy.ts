import type { GatewayCacheHint, GatewayCachePolicy } from '@apollo/server-gateway-interface';

/** Restricts the policy of an answer by the `cache-control` of one of its parts; a part without is not cached. */
export function restrictCachePolicy(
  policy: GatewayCachePolicy,
  header: string | null | undefined,
): void {
  const hint: GatewayCacheHint = { maxAge: 0 };
  for (const directive of (header ?? '').split(',')) {
    const [name = '', value = ''] = directive.trim().split(/\s*=\s*/, 2);
    if (name === 'max-age' && /^"?\d+"?$/.test(value))
      hint.maxAge = Number(value.replaceAll('"', ''));
    if (value === '' && (name === 'private' || name === 'public')) {
      hint.scope = name.toUpperCase();
    }
  }
  policy.restrict(hint);
}
