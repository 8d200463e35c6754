import type { DeliveryId } from '@adempauze/contracts';
import {
  accept,
  type Day,
  type Decider,
  type Decision,
  type Instant,
  mondayOf,
  type Rejection,
  reject,
} from '@adempauze/kernel';
import type { Award } from '../funding/funding.events.ts';
import { contributionLeft, coverOf, takesRoom, type Use, type Wish } from './cover.rules.ts';
import type { EntitlementEvent } from './entitlement.events.ts';

type BookingId = Extract<EntitlementEvent, { type: 'RoomKept' }>['data']['bookingId'];

export type ReserveRoom = Wish & { readonly bookingId: BookingId; readonly reservedUntil: Instant };
export type ConsumeRoom = Pick<Wish, 'quantity' | 'costCents' | 'unitPriceCents' | 'on'> & {
  readonly bookingId: BookingId;
  readonly deliveryId: DeliveryId;
  /** What the caregiver was shown; contributions beyond it are for the municipality (R46). */
  readonly mostContributionCents: number;
};

export type EntitlementCommand =
  | { readonly type: 'OpenEntitlement'; readonly data: Award; readonly now: Instant }
  | { readonly type: 'ExtendEntitlement'; readonly data: { readonly until: Day }; readonly now: Instant }
  | { readonly type: 'ReserveRoom'; readonly data: ReserveRoom; readonly now: Instant }
  | {
      readonly type: 'KeepRoom' | 'ReleaseRoom';
      readonly data: { readonly bookingId: BookingId };
      readonly now: Instant;
    }
  | { readonly type: 'ConsumeRoom'; readonly data: ConsumeRoom; readonly now: Instant };

export type EntitlementState = {
  readonly award: Award | undefined;
  readonly uses: ReadonlyMap<string, Use>;
};

/** A reservation that covers nothing is refused with the code of the limit; see `coverOf`. */
export type EntitlementRejection = Rejection<
  | 'already-exists'
  | 'entitlement-not-found'
  | 'scheme-form-not-covered'
  | 'scheme-outside-area'
  | 'scheme-period-not-begun'
  | 'scheme-period-over'
  | 'scheme-cap-reached'
  | 'scheme-hours-used'
  | 'scheme-week-full'
>;

/**
 * Guards caps, weeks and period of one award while bookings race for its room (R42). Room is reserved with the quote,
 * kept when the booking is confirmed, given back when it is not to be, and consumed by what was delivered.
 */
export const entitlementDecider: Decider<EntitlementCommand, EntitlementState, EntitlementEvent, EntitlementRejection> =
  {
    initialState: { award: undefined, uses: new Map() },
    evolve: (state, event) => evolve(state, event),
    decide({ type, data, now }, state) {
      const { award, uses } = state;
      if (type === 'OpenEntitlement') {
        return award === undefined ? accept({ type: 'EntitlementOpened', data }) : accept();
      }
      if (award === undefined) return reject('entitlement-not-found');
      const { entitlementId } = award;
      switch (type) {
        case 'ExtendEntitlement':
          if (data.until <= award.until) return accept();
          return accept({ type: 'EntitlementExtended', data: { entitlementId, until: data.until, extendedAt: now } });
        case 'ReserveRoom':
          return reserve(award, uses, data, now);
        case 'KeepRoom': {
          const use = uses.get(data.bookingId);
          if (use === undefined || use.status === 'kept' || use.status === 'consumed') return accept();
          const about = { entitlementId, bookingId: data.bookingId };
          if (fits(award, uses, use, now)) return accept({ type: 'RoomKept', data: { ...about, keptAt: now } });
          return use.status === 'lapsed' ? accept() : accept({ type: 'RoomLapsed', data: { ...about, lapsedAt: now } });
        }
        case 'ReleaseRoom': {
          const use = uses.get(data.bookingId);
          // What was delivered stays delivered, whatever is said of the booking afterwards.
          if (use === undefined || use.status === 'consumed') return accept();
          return accept({ type: 'RoomReleased', data: { entitlementId, bookingId: data.bookingId, releasedAt: now } });
        }
        case 'ConsumeRoom':
          return consume(award, uses, data, now);
      }
    },
  };

const othersOf = (uses: ReadonlyMap<string, Use>, bookingId: string, now: Instant): Use[] => {
  const others: Use[] = [];
  for (const use of uses.values()) if (use.bookingId !== bookingId && takesRoom(use, now)) others.push(use);
  return others;
};

type Answer = Decision<EntitlementEvent, EntitlementRejection>;

const reserve = (award: Award, uses: ReadonlyMap<string, Use>, data: ReserveRoom, now: Instant): Answer => {
  const use = uses.get(data.bookingId);
  if (use !== undefined && takesRoom(use, now)) {
    const same = use.form === data.form && use.on === data.on && use.quantity === data.quantity;
    return same ? accept() : reject('already-exists');
  }
  const others = othersOf(uses, data.bookingId, now);
  const { coveredQuantity, coveredCents, refusal } = coverOf(award, data, others);
  if (coveredQuantity === 0 && refusal !== undefined) return reject(codeOf(refusal.code), refusal.facts);
  const { bookingId, form, unit, quantity, on, municipality, reservedUntil } = data;
  return accept({
    type: 'RoomReserved',
    data: {
      entitlementId: award.entitlementId,
      ...{ bookingId, form, unit, quantity, on, municipality, reservedUntil, coveredQuantity, coveredCents },
      contributionCents: Math.min(coveredCents, contributionLeft(award, on, others)),
      ...(refusal === undefined ? {} : { refusal }),
      reservedAt: now,
    },
  });
};

const consume = (award: Award, uses: ReadonlyMap<string, Use>, data: ConsumeRoom, now: Instant): Answer => {
  const use = uses.get(data.bookingId);
  if (use?.status === 'consumed') return use.deliveryId === data.deliveryId ? accept() : reject('already-exists');
  // Nothing was reserved here, or it was given back: then this source takes nothing.
  if (use === undefined) return accept();
  const others = othersOf(uses, data.bookingId, now);
  const { form, unit, municipality } = use;
  const cover = coverOf(award, { ...data, form, unit, municipality }, others);
  const consumed = others.filter(({ status }) => status === 'consumed');
  return accept({
    type: 'RoomConsumed',
    data: {
      entitlementId: award.entitlementId,
      bookingId: data.bookingId,
      deliveryId: data.deliveryId,
      deliveredOn: data.on,
      coveredQuantity: cover.coveredQuantity,
      coveredCents: cover.coveredCents,
      contributionCents: Math.min(
        cover.coveredCents,
        use.contributionCents,
        data.mostContributionCents,
        contributionLeft(award, data.on, consumed),
      ),
      consumedAt: now,
    },
  });
};

/**
 * Whether a reservation can be kept. It can while it lasts; one that has passed can when its room was not given to
 * another. Looked at afresh each time, so that no clock of any process can make the cap overflow.
 */
const fits = (award: Award, uses: ReadonlyMap<string, Use>, use: Use, now: Instant): boolean => {
  const wish = {
    ...use,
    quantity: use.coveredQuantity,
    costCents: use.coveredCents,
    unitPriceCents: use.coveredQuantity === 0 ? 0 : (use.coveredCents * 100) / use.coveredQuantity,
  };
  const others = othersOf(uses, use.bookingId, now);
  if (contributionLeft(award, use.on, others) < use.contributionCents) return false;
  return coverOf(award, wish, others).coveredQuantity === use.coveredQuantity;
};

const codes = [
  'scheme-form-not-covered',
  'scheme-outside-area',
  'scheme-period-not-begun',
  'scheme-period-over',
  'scheme-cap-reached',
  'scheme-hours-used',
  'scheme-week-full',
] as const;
const codeOf = (code: string) => codes.find((it) => it === code) ?? 'scheme-form-not-covered';

const evolve = (state: EntitlementState, { type, data }: EntitlementEvent): EntitlementState => {
  const change = (bookingId: string, next: (use: Use) => Use): EntitlementState => {
    const use = state.uses.get(bookingId);
    return use === undefined ? state : { ...state, uses: new Map(state.uses).set(bookingId, next(use)) };
  };
  switch (type) {
    case 'EntitlementOpened':
      return { ...state, award: data };
    case 'EntitlementExtended':
      return state.award === undefined ? state : { ...state, award: { ...state.award, until: data.until } };
    case 'RoomReserved': {
      const { entitlementId: _id, reservedAt: _at, refusal, ...use } = data;
      const reserved = { status: 'reserved', monday: mondayOf(data.on), deliveryId: undefined, refusal } as const;
      return { ...state, uses: new Map(state.uses).set(data.bookingId, { ...use, ...reserved }) };
    }
    case 'RoomKept':
      return change(data.bookingId, (use) => ({ ...use, status: 'kept' }));
    case 'RoomLapsed':
      return change(data.bookingId, (use) => ({ ...use, status: 'lapsed' }));
    case 'RoomReleased': {
      const uses = new Map(state.uses);
      uses.delete(data.bookingId);
      return { ...state, uses };
    }
    case 'RoomConsumed':
      return change(data.bookingId, (use) => ({
        ...use,
        status: 'consumed',
        on: data.deliveredOn,
        monday: mondayOf(data.deliveredOn),
        coveredQuantity: data.coveredQuantity,
        coveredCents: data.coveredCents,
        contributionCents: data.contributionCents,
        deliveryId: data.deliveryId,
      }));
  }
};
