import { MandateId, SchemeId } from '@adempauze/contracts';
import { Day, event, Instant, personal } from '@adempauze/kernel';
import { z } from 'zod';

const AccountId = z.string().min(1).max(100);

/** A municipality lets a professional decide on a scheme (R06). Their name is theirs, so it is sealed. */
export const MandateEvent = z.discriminatedUnion('type', [
  event('SchemeMandateGranted', {
    mandateId: MandateId,
    schemeId: SchemeId,
    accountId: AccountId,
    holder: personal(z.string(), { of: 'accountId' }),
    from: Day,
    until: Day,
    grantedAt: Instant,
  }),
]);
export type MandateEvent = z.infer<typeof MandateEvent>;

export const mandateStream = (mandateId: string) => `mandate-${mandateId}`;
