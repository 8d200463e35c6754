import type { RegisterPolicy } from '@adempauze/contracts';
import { accept, type Day, type Decider, type Instant, plusMonths, type Rejection, reject } from '@adempauze/kernel';
import { sameContent } from '../same-content.rules.ts';
import type { Award, FundingEvent } from './funding.events.ts';

export type FundingCommand =
  | { readonly type: 'AwardScheme'; readonly data: Omit<Award, 'awardedAt'>; readonly now: Instant }
  | { readonly type: 'ExtendAward'; readonly data: { readonly entitlementId: string }; readonly now: Instant }
  | { readonly type: 'RegisterPolicy'; readonly data: RegisterPolicy; readonly now: Instant };

export type FundingState = {
  /** Oldest period first. */
  readonly awards: readonly Award[];
  /** In the order in which they were registered; at one moment, by their ids. */
  readonly policies: readonly RegisteredPolicy[];
};
export type RegisteredPolicy = RegisterPolicy & { readonly registeredAt: Instant };
const ageOf = ({ registeredAt, policyId }: RegisteredPolicy) => `${registeredAt} ${policyId}`;

export type FundingRejection = Rejection<
  'already-exists' | 'entitlement-overlaps' | 'entitlement-not-found' | 'scheme-not-extendable'
>;

const overlap = (a: { from: Day; until: Day }, b: { from: Day; until: Day }) => a.from < b.until && b.from < a.until;

/**
 * One stream a household, so that what it has is one look, and no scheme is awarded twice for one period however many
 * professionals decide at once.
 */
export const fundingDecider: Decider<FundingCommand, FundingState, FundingEvent, FundingRejection> = {
  initialState: { awards: [], policies: [] },
  evolve(state, { type, data }) {
    switch (type) {
      case 'SchemeAwarded':
        return { ...state, awards: [...state.awards, data].sort((a, b) => (a.from < b.from ? -1 : 1)) };
      case 'AwardExtended':
        return {
          ...state,
          awards: state.awards.map((it) =>
            it.entitlementId === data.entitlementId ? { ...it, until: data.until } : it,
          ),
        };
      case 'PolicyRegistered':
        return { ...state, policies: [...state.policies, data].sort((a, b) => (ageOf(a) < ageOf(b) ? -1 : 1)) };
    }
  },
  decide({ type, data, now }, { awards, policies }) {
    switch (type) {
      case 'AwardScheme': {
        const same = awards.find((it) => it.entitlementId === data.entitlementId);
        if (same !== undefined) return same.rateCents === data.rateCents ? accept() : reject('already-exists');
        const inTheWay = awards.find((it) => it.schemeId === data.schemeId && overlap(it, data));
        if (inTheWay !== undefined)
          return reject('entitlement-overlaps', { from: inTheWay.from, until: inTheWay.until });
        return accept({ type: 'SchemeAwarded', data: { ...data, awardedAt: now } });
      }
      case 'ExtendAward': {
        const award = awards.find((it) => it.entitlementId === data.entitlementId);
        if (award === undefined) return reject('entitlement-not-found');
        if (!award.rules.extendable) return reject('scheme-not-extendable');
        const until = plusMonths(award.until, award.rules.periodMonths);
        const inTheWay = awards.find(
          (it) => it.schemeId === award.schemeId && it !== award && overlap(it, { from: award.until, until }),
        );
        if (inTheWay !== undefined)
          return reject('entitlement-overlaps', { from: inTheWay.from, until: inTheWay.until });
        const { householdId, entitlementId } = award;
        return accept({ type: 'AwardExtended', data: { householdId, entitlementId, until, extendedAt: now } });
      }
      case 'RegisterPolicy': {
        const same = policies.find((it) => it.policyId === data.policyId);
        if (same !== undefined) {
          return sameContent(same, { ...data, registeredAt: same.registeredAt }) ? accept() : reject('already-exists');
        }
        return accept({ type: 'PolicyRegistered', data: { ...data, registeredAt: now } });
      }
    }
  },
};
