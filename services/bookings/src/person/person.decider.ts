import type { PersonId } from '@adempauze/contracts';
import { accept, type Decider, type Instant } from '@adempauze/kernel';
import type { PersonEvent } from './person.events.ts';

export type PersonCommand = { readonly type: 'ForgetPerson'; readonly personId: PersonId; readonly now: Instant };
export type PersonState = { readonly forgotten: boolean };

/** Anybody may be forgotten, known here or not: helpers are persons too. Nobody is remembered again. */
export const personDecider: Decider<PersonCommand, PersonState, PersonEvent, never> = {
  initialState: { forgotten: false },
  evolve: () => ({ forgotten: true }),
  decide: ({ personId, now }, { forgotten }) =>
    forgotten ? accept() : accept({ type: 'PersonForgotten', data: { personId, forgottenAt: now } }),
};
