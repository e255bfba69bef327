import type { Services } from '../../context.ts';
import { storableText } from '../../../kernel/storable.ts';
import type { ClaimedStream } from './claim-streams.ts';
import type { Batch } from './read-batch.ts';

type Needs = Pick<Services, 'database'>;

const maxErrorChars = 500;
const firstWaitMs = 1_000;
const longestWaitMs = 300_000;
/** The longest that a receiver may ask for, milliseconds. */
const maxAskedMs = 3_600_000;

/** Notes where the batch ends, before it is sent; false where the claim has ended meanwhile. */
export async function noteBatch(
  { database }: Needs,
  { tenantId, id, claim }: ClaimedStream,
  { upTo }: Batch,
): Promise<boolean> {
  const noted = await database.asSystem(
    (tx) => tx.$executeRaw`
      update audit.stream set batch_to = ${upTo}
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid and claim = ${claim} and lease_until is not null`,
  );
  return noted > 0;
}

/** What follows a batch has its turn after `waitMs`. */
export async function settleSent(
  { database }: Needs,
  { tenantId, id, claim }: ClaimedStream,
  { batch, waitMs }: { readonly batch: Batch; readonly waitMs: number },
): Promise<void> {
  await database.asSystem(
    (tx) => tx.$executeRaw`
      update audit.stream set sent = ${batch.upTo}, batch_to = null, skipped = skipped + ${batch.skipped},
        failures = 0, failing_since = null, error = null, sent_at = clock_timestamp(), lease_until = null,
        next_at = clock_timestamp() + ${waitMs} * interval '1 millisecond'
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid and claim = ${claim} and lease_until is not null`,
  );
}

/** The same batch is tried again, ever later up to five minutes apart, and no sooner than the receiver asks for. */
export async function settleFailed(
  { database }: Needs,
  { tenantId, id, claim, failures }: ClaimedStream,
  { error, askedMs = 0 }: { readonly error: string; readonly askedMs?: number | undefined },
): Promise<void> {
  const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(failures, 20));
  const waitMs = Math.round(
    Math.max(wait * (0.9 + Math.random() / 5), Math.min(askedMs, maxAskedMs)),
  );
  await database.asSystem(
    (tx) => tx.$executeRaw`
      update audit.stream set failures = failures + 1, failing_since = coalesce(failing_since, clock_timestamp()),
        error = ${cut(error)}, lease_until = null, next_at = clock_timestamp() + ${waitMs} * interval '1 millisecond'
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid and claim = ${claim} and lease_until is not null`,
  );
}

/** What this process broke off is no failure: whoever comes next goes on. */
export async function giveBackStream(
  { database }: Needs,
  { tenantId, id, claim }: ClaimedStream,
): Promise<void> {
  await database.asSystem(
    (tx) => tx.$executeRaw`
      update audit.stream set lease_until = null
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid and claim = ${claim} and lease_until is not null`,
  );
}

/** What came of a test; one that was asked for since is done after it. */
export async function settleTest(
  { database }: Needs,
  { tenantId, id, claim, testAskedAt }: ClaimedStream,
  error: string | null,
): Promise<void> {
  await database.asSystem(
    (tx) => tx.$executeRaw`
      update audit.stream set lease_until = null, tested_at = clock_timestamp(), test_error = ${error && cut(error)},
        test_asked_at = case when date_trunc('milliseconds', test_asked_at) > ${testAskedAt}::timestamptz then test_asked_at end
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid and claim = ${claim} and lease_until is not null`,
  );
}

function cut(text: string): string {
  return storableText(text).slice(0, maxErrorChars);
}
