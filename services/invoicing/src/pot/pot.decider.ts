import type { OpenPot } from '@adempauze/contracts';
import { accept, type Decider, type Instant, type Rejection, reject } from '@adempauze/kernel';
import { sameContent } from '../same-content.rules.ts';
import type { PotEvent } from './pot.events.ts';

export type PotCommand = { readonly type: 'OpenPot'; readonly data: OpenPot; readonly now: Instant };
export type PotState = { readonly pot: OpenPot | undefined };
export type PotRejection = Rejection<'already-exists'>;

export const potDecider: Decider<PotCommand, PotState, PotEvent, PotRejection> = {
  initialState: { pot: undefined },
  evolve(_state, { data: { openedAt: _, ...pot } }) {
    return { pot };
  },
  decide({ data, now }, { pot }) {
    if (pot === undefined) return accept({ type: 'PotOpened', data: { ...data, openedAt: now } });
    return sameContent(pot, data) ? accept() : reject('already-exists');
  },
};
