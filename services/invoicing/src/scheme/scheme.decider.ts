import type { PublishScheme } from '@adempauze/contracts';
import { accept, type Decider, type Instant, type Rejection, reject } from '@adempauze/kernel';
import { sameContent } from '../same-content.rules.ts';
import type { SchemeEvent } from './scheme.events.ts';

export type SchemeCommand = { readonly type: 'PublishScheme'; readonly data: PublishScheme; readonly now: Instant };
export type SchemeState = { readonly scheme: PublishScheme | undefined };
export type SchemeRejection = Rejection<'already-exists'>;

/** A scheme never changes: other rules are another scheme, so that what was awarded keeps its rules (R45). */
export const schemeDecider: Decider<SchemeCommand, SchemeState, SchemeEvent, SchemeRejection> = {
  initialState: { scheme: undefined },
  evolve(_state, { data: { publishedAt: _, ...scheme } }) {
    return { scheme };
  },
  decide({ data, now }, { scheme }) {
    if (scheme === undefined) return accept({ type: 'SchemePublished', data: { ...data, publishedAt: now } });
    return sameContent(scheme, data) ? accept() : reject('already-exists');
  },
};
