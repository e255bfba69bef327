import { cloudEventOf } from '../../core/audit/formats/cloud-event.ts';
import { memberOf, textOf } from '../../core/audit/formats/event-members.ts';
import { readEvents } from '../../sdk/src/verify/index.ts';

/** The lines of an export as CloudEvents of OCSF API Activity, one a line; begins after a number. */
export async function* ocsfOf(folder: string, after = 0n): AsyncGenerator<string, void, undefined> {
  for await (const event of readEvents(folder)) {
    if (BigInt(textOf(memberOf(event.event, 'seq')) || 0) <= after) continue;
    yield `${JSON.stringify(cloudEventOf(event, 'OCSF'))}\n`;
  }
}
