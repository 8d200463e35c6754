import type { BookingId, MakeWish, MunicipalityCode, OfferId } from '@adempauze/contracts';
import { accept, type Decider, type Decision, type Instant, type Rejection, reject } from '@adempauze/kernel';
import type { WishData, WishEvent } from './wish.events.ts';

type OfPlace = { readonly offerId: OfferId; readonly placeId: string };
export type FoundList = WishData<'ListsFound'>['lists'][number];

export type WishCommand = { readonly now: Instant } & (
  | { readonly type: 'MakeWish'; readonly data: MakeWish & { readonly homeMunicipality: MunicipalityCode } }
  /** What suits now; those that it stands on already are no news. */
  | { readonly type: 'FindLists'; readonly lists: readonly FoundList[] }
  /** `joined`: no, when the list would not have it. */
  | { readonly type: 'RecordJoined'; readonly offerId: OfferId; readonly joined: boolean }
  /** A list is about to offer it a place. Refused while it thinks about another one. */
  | ({ readonly type: 'ClaimPlace'; readonly bookingId: BookingId } & OfPlace)
  | ({ readonly type: 'EndClaim' } & OfPlace)
  /** The place is theirs. */
  | ({ readonly type: 'TakePlace' } & OfPlace)
  | { readonly type: 'EndWish'; readonly why: 'left' | 'forgotten' }
  | { readonly type: 'RecordLeft'; readonly offerId: OfferId }
  /** Nothing new: the process looks at what is still outstanding. */
  | { readonly type: 'GoOn' }
);

export type Wish = {
  readonly made: WishData<'WishMade'>;
  readonly ended: WishData<'WishEnded'> | null;
  /** Whether it has looked around since it was made. */
  readonly isLooked: boolean;
  /** By offer. */
  readonly lists: ReadonlyMap<OfferId, FoundList & { readonly status: 'found' | 'joined' | 'left' }>;
  readonly claim: (OfPlace & { readonly bookingId: BookingId }) | null;
};
export type WishState = Wish | undefined;
export type WishRejection = Rejection<
  'already-exists' | 'wish-not-found' | 'wish-ended' | 'wish-elsewhere' | 'time-in-the-past'
>;

/** Lists that one wish stands on; more would be no more than a longer wait for everybody. */
const mostLists = 20;

/**
 * A wish waits at many offers and takes one place (R35, issue 5). Each place is given away by the list of its own offer;
 * the wish only says, in one decision, that it may be offered this one now. So no order of events gives it two.
 */
export const wishDecider: Decider<WishCommand, WishState, WishEvent, WishRejection> = {
  initialState: undefined,

  evolve(state, { type, data }) {
    if (type === 'WishMade') return { made: data, ended: null, isLooked: false, lists: new Map(), claim: null };
    if (state === undefined) return state;
    switch (type) {
      case 'ListsFound': {
        const found = data.lists.map((it) => [it.offerId, { ...it, status: 'found' as const }] as const);
        return { ...state, isLooked: true, lists: new Map([...state.lists, ...found]) };
      }
      case 'ListJoined':
        return withList(state, data.offerId, 'joined');
      case 'ListLeft':
        return withList(state, data.offerId, 'left');
      case 'PlaceClaimed': {
        const { offerId, placeId, bookingId } = data;
        return { ...state, claim: { offerId, placeId, bookingId } };
      }
      case 'ClaimEnded':
        return { ...state, claim: null };
      case 'WishEnded':
        return { ...state, ended: data };
    }
  },

  decide(command, state) {
    const { now } = command;
    if (command.type === 'MakeWish') return make(state, command.data, now);
    if (state === undefined) return reject('wish-not-found');
    const { wishId, householdId } = state.made;
    switch (command.type) {
      case 'FindLists': {
        if (state.ended !== null) return accept();
        const room = Math.max(0, mostLists - state.lists.size);
        const lists = command.lists.filter(({ offerId }) => !state.lists.has(offerId)).slice(0, room);
        if (lists.length === 0 && state.isLooked) return accept();
        return accept({ type: 'ListsFound', data: { wishId, lists, foundAt: now } });
      }
      case 'RecordJoined': {
        const { offerId, joined } = command;
        if (state.lists.get(offerId)?.status !== 'found') return accept();
        if (!joined) return accept({ type: 'ListLeft', data: { wishId, offerId, leftAt: now } });
        return accept({ type: 'ListJoined', data: { wishId, offerId, joinedAt: now } });
      }
      case 'ClaimPlace': {
        const { offerId, placeId, bookingId } = command;
        if (isClaim(state, command)) return accept();
        if (state.ended !== null) return reject('wish-ended');
        if (state.claim !== null) return reject('wish-elsewhere');
        return accept({ type: 'PlaceClaimed', data: { wishId, offerId, placeId, bookingId, claimedAt: now } });
      }
      case 'EndClaim': {
        if (!isClaim(state, command)) return accept();
        const { offerId, placeId } = command;
        return accept({ type: 'ClaimEnded', data: { wishId, offerId, placeId, endedAt: now } });
      }
      case 'TakePlace': {
        if (!isClaim(state, command)) return accept();
        const { offerId, placeId } = command;
        const over: WishEvent = { type: 'ClaimEnded', data: { wishId, offerId, placeId, endedAt: now } };
        if (state.ended !== null) return accept(over);
        const data = { wishId, householdId, why: 'served' as const, offerId, endedAt: now };
        return accept<WishEvent>(over, { type: 'WishEnded', data });
      }
      case 'EndWish':
        if (state.ended !== null) return accept();
        return accept({ type: 'WishEnded', data: { wishId, householdId, why: command.why, endedAt: now } });
      case 'RecordLeft': {
        const { offerId } = command;
        const status = state.lists.get(offerId)?.status;
        if (status === undefined || status === 'left') return accept();
        return accept({ type: 'ListLeft', data: { wishId, offerId, leftAt: now } });
      }
      case 'GoOn':
        return accept();
    }
  },
};

const make = (
  state: WishState,
  data: Extract<WishCommand, { type: 'MakeWish' }>['data'],
  now: Instant,
): Decision<WishEvent, WishRejection> => {
  if (state !== undefined) return isSameWish(state.made, data) ? accept() : reject('already-exists');
  if (data.window.until <= now) return reject('time-in-the-past');
  return accept({ type: 'WishMade', data: { ...data, madeAt: now } });
};

const isSameWish = (a: WishData<'WishMade'>, b: MakeWish): boolean =>
  a.householdId === b.householdId &&
  a.forms.join() === b.forms.join() &&
  a.maxKm === b.maxKm &&
  a.window.from === b.window.from &&
  a.window.until === b.window.until &&
  a.minMinutes === b.minMinutes &&
  a.maxMinutes === b.maxMinutes &&
  a.lane === b.lane &&
  a.caregiverJoins === b.caregiverJoins;

/** Whether this offer would be news to it: it looks for more lists, and is not on this one. */
export const mayFind = (wish: Wish, offerId: OfferId): boolean => hasListToSpare(wish) && !wish.lists.has(offerId);

export const hasListToSpare = ({ ended, lists }: Wish): boolean => ended === null && lists.size < mostLists;

const isClaim = ({ claim }: Wish, { offerId, placeId }: OfPlace): boolean =>
  claim !== null && claim.offerId === offerId && claim.placeId === placeId;

const withList = (state: Wish, offerId: OfferId, status: 'joined' | 'left'): Wish => {
  const known = state.lists.get(offerId);
  return known === undefined ? state : { ...state, lists: new Map(state.lists).set(offerId, { ...known, status }) };
};

export type WishAsk = { readonly id: string; readonly wish: Wish } & (
  | { readonly kind: 'look' }
  | { readonly kind: 'join' | 'leave'; readonly list: FoundList }
);

/** What the wish wants of others: to look around once, to stand on each list found, and in the end on none. */
export const asksOfWish = (wish: WishState): WishAsk[] => {
  if (wish === undefined) return [];
  const { ended } = wish;
  const asks: WishAsk[] = ended !== null || wish.isLooked ? [] : [{ id: 'look', kind: 'look', wish }];
  for (const { status, ...list } of wish.lists.values()) {
    const { offerId } = list;
    if (ended === null && status === 'found') asks.push({ id: `join-${offerId}`, kind: 'join', wish, list });
    // The list where it was served has seen to it by itself.
    if (ended !== null && status !== 'left' && offerId !== ended.offerId)
      asks.push({ id: `leave-${offerId}`, kind: 'leave', wish, list });
  }
  return asks;
};
