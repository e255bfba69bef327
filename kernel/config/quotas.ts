import { z } from 'zod';

/** What a tenant may have so many of, unless a setting or the tenant itself says otherwise. */
export const standardQuotas = {
  keys: 200,
  members: 2_000,
  agents: 500,
  secrets: 500,
  integrations: 200,
  schedules: 1_000,
  providers: 10,
  roles: 100,
  /** That are not over. */
  jobs: 1_000_000,
} as const;

export type QuotaKind = keyof typeof standardQuotas;

export type Quotas = Readonly<Record<QuotaKind, number>>;

/** Most that can be set. */
const largestQuota = 100_000_000;

const assignment = z.tuple([
  z.string(),
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
]);
const quotas = z.strictObject(
  // Each kind is optional; zod infers the keys from an object of this shape.
  Object.fromEntries(
    Object.keys(standardQuotas).map((kind) => [kind, z.int().max(largestQuota).optional()]),
  ) as Record<QuotaKind, z.ZodOptional<z.ZodInt>>,
);

/** Reads `keys=500,members=10000`; throws a ZodError for what it does not know. */
export function parseQuotas(text: string): Partial<Quotas> {
  const pairs = text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => assignment.parse(part.split('=').map((side) => side.trim())));
  const parsed = quotas.parse(Object.fromEntries(pairs));
  return Object.fromEntries(Object.entries(parsed).filter(([, most]) => most !== undefined));
}

/** What tenants may have where nobody has said so of one alone. */
export const quotaVariables = {
  OPERANDI_TENANT_QUOTAS: z
    .string()
    .default('')
    .transform((text, context): Quotas => {
      try {
        return { ...standardQuotas, ...parseQuotas(text) };
      } catch {
        context.addIssue({ code: 'custom', message: 'is no list of quotas' });
        return z.NEVER;
      }
    })
    .meta({
      expected: `\`kind=number\`, several separated by commas; kinds are ${Object.keys(standardQuotas).join(', ')}`,
      meaning:
        'Most of each kind that a tenant may have, unless `operandi tenant quota` says otherwise of it.',
      otherwise: Object.entries(standardQuotas)
        .map(([kind, most]) => `${kind} ${String(most)}`)
        .join(', '),
    }),
};
