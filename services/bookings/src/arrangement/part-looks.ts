import {
  BookingId,
  type Bookings,
  type BookingView,
  type PartKind,
  SeriesId,
  type SeriesView,
  StayId,
  type StayView,
} from '@adempauze/contracts';
import type { Outcome } from '@adempauze/kernel';
import { rejection } from '../calls.ts';
import type { AskedPart } from './arrangement.events.ts';

/** What a part is made of, as it is now; undefined where nothing was ever made. */
export type PartThing =
  | { readonly kind: 'booking'; readonly view: BookingView }
  | { readonly kind: 'series'; readonly view: SeriesView; readonly bookings: readonly BookingView[] }
  | { readonly kind: 'stay'; readonly view: StayView };
export type PartThings = ReadonlyMap<string, PartThing>;

/** How what is there already stands: it waits for the caregiver, or had their yes. */
type Standing = Outcome<'held' | 'agreed'>;
const yes = (value: 'held' | 'agreed'): Standing => ({ accepted: true, position: undefined, value });
const over: readonly BookingView['status'][] = [
  ...(['cancelled', 'declined', 'expired', 'refused', 'delivered', 'not-given'] as const),
];

export type PartLooks = {
  find(kind: PartKind, thingId: string): Promise<PartThing | undefined>;
  /** Whether what is there already can be part of a plan. Rejected once it is over. */
  isThere(kind: PartKind, thingId: string): Promise<Standing>;
  /** What a plan has to know of what joins it. Rejected when it is over, or of another household. */
  join(
    kind: PartKind,
    thingId: string,
    householdId: string,
  ): Promise<Outcome<Pick<AskedPart, 'offerId' | 'providerId' | 'form' | 'span'>>>;
};

/** Looks at what parts have become, each in its own stream. */
export const createPartLooks = ({
  findBooking,
  findSeries,
  findStay,
}: Pick<Bookings, 'findSeries' | 'findStay'> & {
  readonly findBooking: (it: { readonly bookingId: BookingId }) => ReturnType<Bookings['findBooking']>;
}): PartLooks => {
  const find: PartLooks['find'] = async (kind, thingId) => {
    if (kind === 'booking') {
      const view = await findBooking({ bookingId: BookingId.parse(thingId) });
      return view && { kind, view };
    }
    if (kind === 'stay') {
      const view = await findStay({ stayId: StayId.parse(thingId) });
      return view && { kind, view };
    }
    const view = await findSeries({ seriesId: SeriesId.parse(thingId) });
    if (view === undefined) return undefined;
    const ids = view.dates.flatMap(({ bookingId }) => (bookingId === null ? [] : [bookingId]));
    const bookings = await Promise.all(ids.map((bookingId) => findBooking({ bookingId })));
    return { kind, view, bookings: bookings.filter((it) => it !== undefined) };
  };
  const standingOf = (thing: PartThing): Standing => {
    const { status } = thing.view;
    if (thing.kind === 'booking') {
      if (over.includes(thing.view.status)) return rejection('booking-ended');
      return yes(status === 'held' ? 'held' : 'agreed');
    }
    if (status === 'ended' || status === 'refused')
      return rejection(thing.kind === 'series' ? 'series-ended' : 'stay-ended');
    return yes(status === 'confirmed' ? 'agreed' : 'held');
  };

  return {
    find,
    async isThere(kind, thingId) {
      const thing = await find(kind, thingId);
      return thing === undefined ? rejection(`${kind}-not-found`) : standingOf(thing);
    },
    async join(kind, thingId, householdId) {
      const thing = await find(kind, thingId);
      if (thing === undefined || thing.view.householdId !== householdId) return rejection(`${kind}-not-found`);
      const standing = standingOf(thing);
      if (!standing.accepted) return standing;
      const { offerId, providerId, form } = thing.view;
      const span = thing.kind === 'booking' ? { span: thing.view.span } : {};
      return { accepted: true, position: undefined, value: { offerId, providerId, form, ...span } };
    },
  };
};
