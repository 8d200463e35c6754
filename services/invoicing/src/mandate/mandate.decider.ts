import type { GrantSchemeMandate } from '@adempauze/contracts';
import { accept, type Decider, type Instant, isRedacted, type Rejection, reject } from '@adempauze/kernel';
import { sameContent } from '../same-content.rules.ts';
import type { MandateEvent } from './mandate.events.ts';

export type MandateCommand = {
  readonly type: 'GrantSchemeMandate';
  readonly data: GrantSchemeMandate;
  readonly now: Instant;
};
type Granted = Extract<MandateEvent, { type: 'SchemeMandateGranted' }>['data'];
export type MandateState = { readonly mandate: Omit<Granted, 'grantedAt'> | undefined };
export type MandateRejection = Rejection<'already-exists'>;

export const mandateDecider: Decider<MandateCommand, MandateState, MandateEvent, MandateRejection> = {
  initialState: { mandate: undefined },
  evolve(_state, { data: { grantedAt: _, ...mandate } }) {
    return { mandate };
  },
  decide({ data, now }, { mandate }) {
    if (mandate === undefined) return accept({ type: 'SchemeMandateGranted', data: { ...data, grantedAt: now } });
    // The name of a forgotten holder says nothing any more; the rest still tells whether it is the same mandate.
    const known = isRedacted(mandate.holder) ? { ...mandate, holder: data.holder } : mandate;
    return sameContent(known, data) ? accept() : reject('already-exists');
  },
};
