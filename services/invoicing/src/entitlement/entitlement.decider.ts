import type { DeliveryId, ReviewReason } from '@adempauze/contracts';
import {
  accept,
  type Day,
  type Decider,
  type Decision,
  dayOf,
  type Instant,
  mondayOf,
  type Rejection,
  reject,
} from '@adempauze/kernel';
import type { Award } from '../funding/funding.events.ts';
import { contributionLeft, coverOf, type Review, takesRoom, type Use, type Wish } from './cover.rules.ts';
import type { EntitlementEvent } from './entitlement.events.ts';

type BookingId = Extract<EntitlementEvent, { type: 'RoomKept' }>['data']['bookingId'];

export type ReserveRoom = Wish & { readonly bookingId: BookingId; readonly reservedUntil: Instant };
export type ConsumeRoom = Pick<Wish, 'quantity' | 'costCents' | 'unitPriceCents' | 'on'> & {
  readonly bookingId: BookingId;
  readonly deliveryId: DeliveryId;
  /** What the caregiver was shown; contributions beyond it are for the municipality (R46). */
  readonly mostContributionCents: number;
  /** Which time that the cost is divided; what was consumed in an earlier one is replaced. 0 unless told. */
  readonly round?: number;
  /** Where nothing was reserved, since the award came after the booking. */
  readonly found?: Pick<Wish, 'form' | 'unit' | 'municipality'>;
};

export type EntitlementCommand =
  | { readonly type: 'OpenEntitlement'; readonly data: Award; readonly now: Instant }
  | { readonly type: 'ExtendEntitlement'; readonly data: { readonly until: Day }; readonly now: Instant }
  | {
      readonly type: 'ReviewEntitlement';
      readonly data: { readonly endsOn: Day; readonly reason: ReviewReason };
      readonly now: Instant;
    }
  | { readonly type: 'ReserveRoom'; readonly data: ReserveRoom; readonly now: Instant }
  | {
      readonly type: 'KeepRoom' | 'ReleaseRoom';
      readonly data: { readonly bookingId: BookingId };
      readonly now: Instant;
    }
  | { readonly type: 'ConsumeRoom'; readonly data: ConsumeRoom; readonly now: Instant };

export type EntitlementState = {
  readonly award: Award | undefined;
  readonly review?: Review;
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
  | 'scheme-ended-not-eligible'
  | 'scheme-ended-other-law-pays'
  | 'scheme-ended-situation-changed'
  | 'award-ends-in-the-past'
  | 'award-ended-already'
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
      const { award, uses, review } = state;
      if (type === 'OpenEntitlement') {
        return award === undefined ? accept({ type: 'EntitlementOpened', data }) : accept();
      }
      if (award === undefined) return reject('entitlement-not-found');
      const { entitlementId } = award;
      switch (type) {
        case 'ExtendEntitlement':
          if (data.until <= award.until) return accept();
          return accept({ type: 'EntitlementExtended', data: { entitlementId, until: data.until, extendedAt: now } });
        case 'ReviewEntitlement': {
          if (review?.endsOn === data.endsOn && review.reason === data.reason) return accept();
          if (review !== undefined) return reject('award-ended-already', { endsOn: review.endsOn });
          // What was given on the strength of the award stays paid (S11, A08).
          if (data.endsOn < dayOf(now)) return reject('award-ends-in-the-past');
          return accept({ type: 'EntitlementReviewed', data: { entitlementId, ...data, reviewedAt: now } });
        }
        case 'ReserveRoom':
          return reserve(state, award, data, now);
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
          return consume(state, award, data, now);
      }
    },
  };

const othersOf = (uses: ReadonlyMap<string, Use>, bookingId: string, now: Instant): Use[] => {
  const others: Use[] = [];
  for (const use of uses.values()) if (use.bookingId !== bookingId && takesRoom(use, now)) others.push(use);
  return others;
};

type Answer = Decision<EntitlementEvent, EntitlementRejection>;

const reserve = ({ uses, review }: EntitlementState, award: Award, data: ReserveRoom, now: Instant): Answer => {
  const use = uses.get(data.bookingId);
  if (use !== undefined && takesRoom(use, now)) {
    const same = use.form === data.form && use.on === data.on && use.quantity === data.quantity;
    return same ? accept() : reject('already-exists');
  }
  const others = othersOf(uses, data.bookingId, now);
  const { coveredQuantity, coveredCents, refusal } = coverOf(award, data, others, review);
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

const consume = ({ uses, review }: EntitlementState, award: Award, data: ConsumeRoom, now: Instant): Answer => {
  const use = uses.get(data.bookingId);
  const { round = 0, found } = data;
  if (use?.status === 'consumed') {
    if (use.deliveryId !== data.deliveryId) return reject('already-exists');
    if ((use.round ?? 0) >= round) return accept();
  }
  // Nothing was reserved here, or it was given back: then this source takes nothing.
  const about = use ?? found;
  if (about === undefined) return accept();
  const others = othersOf(uses, data.bookingId, now);
  const { form, unit, municipality } = about;
  const cover = coverOf(award, { ...data, form, unit, municipality }, others, review);
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
        use?.reservedContributionCents ?? cover.coveredCents,
        data.mostContributionCents,
        contributionLeft(award, data.on, consumed),
      ),
      ...(round === 0 ? {} : { round }),
      ...(use === undefined ? { found: { form, unit, municipality, quantity: data.quantity } } : {}),
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
  'scheme-ended-not-eligible',
  'scheme-ended-other-law-pays',
  'scheme-ended-situation-changed',
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
    case 'EntitlementReviewed':
      return { ...state, review: { endsOn: data.endsOn, reason: data.reason } };
    case 'RoomReserved': {
      const { entitlementId: _id, reservedAt: _at, refusal, ...use } = data;
      const reserved = { status: 'reserved', monday: mondayOf(data.on), deliveryId: undefined, refusal } as const;
      const reservedContributionCents = use.contributionCents;
      return {
        ...state,
        uses: new Map(state.uses).set(data.bookingId, { ...use, ...reserved, reservedContributionCents }),
      };
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
    case 'RoomConsumed': {
      const use = state.uses.get(data.bookingId) ?? foundUse(data);
      if (use === undefined) return state;
      const consumed: Use = {
        ...use,
        status: 'consumed',
        on: data.deliveredOn,
        monday: mondayOf(data.deliveredOn),
        coveredQuantity: data.coveredQuantity,
        coveredCents: data.coveredCents,
        contributionCents: data.contributionCents,
        deliveryId: data.deliveryId,
        round: data.round,
      };
      return { ...state, uses: new Map(state.uses).set(data.bookingId, consumed) };
    }
  }
};

/** A use of which nothing was reserved. */
const foundUse = (data: Extract<EntitlementEvent, { type: 'RoomConsumed' }>['data']): Use | undefined =>
  data.found && {
    ...data.found,
    ...{ bookingId: data.bookingId, status: 'consumed', on: data.deliveredOn, monday: mondayOf(data.deliveredOn) },
    ...{ coveredQuantity: 0, coveredCents: 0, contributionCents: 0, reservedContributionCents: undefined },
    refusal: undefined,
    ...{ reservedUntil: data.consumedAt, deliveryId: data.deliveryId },
  };
