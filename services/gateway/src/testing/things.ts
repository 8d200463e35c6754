import type { Rule } from '../policy/access-table.ts';
import { Role } from '../policy/roles.ts';

/* Who asks in the generated tests, and what is theirs in the fake marketplace. */

export type Asker = Role | 'visitor';
export const askers: readonly Asker[] = [...Role.options, 'visitor'];
export const accountOf = (asker: Asker): string | undefined => (asker === 'visitor' ? undefined : asker);
/** What is theirs, by type and role; `own` for whoever is not named. */
export const things: Readonly<Record<string, { own: string; other: string } & Partial<Record<Role, string>>>> = {
  Provider: { own: 'provider', other: 'other-provider' },
  Offer: { own: 'offer', other: 'other-offer', coordinator: 'offer-helper' },
  Resource: { own: 'resource', other: 'other-resource', coordinator: 'organisation-resource' },
  Household: { own: 'household', other: 'other-household' },
  Booking: { own: 'booking-delivered', other: 'other-booking', coordinator: 'booking-helper-delivered' },
  Stay: { own: 'stay', other: 'other-stay', coordinator: 'stay-helper' },
  Series: { own: 'series', other: 'other-series', coordinator: 'series-helper' },
  UrgentCase: { own: 'urgent', other: 'other-urgent' },
  Proposal: { own: 'proposal', other: 'other-proposal' },
  Arrangement: { own: 'arrangement', other: 'other-arrangement' },
  Activation: { own: 'activation', other: 'other-activation' },
  Match: { own: 'match', other: 'other-match' },
  Helper: { own: 'helper', other: 'other-helper' },
  Scheme: { own: 'scheme', other: 'other-scheme' },
  Entitlement: { own: 'entitlement', other: 'other-entitlement' },
  Budget: { own: 'budget', other: 'other-budget' },
  Pot: { own: 'pot', other: 'other-pot' },
  Claim: {
    own: 'booking-delivered-delivery',
    other: 'other-booking-delivery',
    coordinator: 'booking-helper-delivered-delivery',
  },
  Invoice: {
    own: 'invoice-municipality',
    other: 'other-invoice',
    insurer: 'invoice-insurer',
    caregiver: 'invoice-caregiver',
    professional: 'invoice-caregiver',
  },
};
export const ownOf = (type: string, asker: Asker) => {
  const thing = things[type];
  return (asker === 'visitor' ? undefined : thing?.[asker]) ?? thing?.own ?? '';
};

export const may = (rule: Rule | undefined, asker: Asker): boolean => rule?.[asker] !== undefined;
export const firstOf = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);
export const step = (value: unknown, key: string): unknown => {
  const it = firstOf(value);
  return typeof it === 'object' && it !== null ? Reflect.get(it, key) : undefined;
};
