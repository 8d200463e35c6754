import { formOf, integrationEvents, OfferId, type Offers, type OfferView, type WishId } from '@adempauze/contracts';
import { parseOpen, type Reaction, type Reactions } from '@adempauze/event-bus';
import type { CommandHandler, ReadModel, SourceEvent } from '@adempauze/event-store';
import { type Clock, derivedId, Instant } from '@adempauze/kernel';
import { travelKm } from '@adempauze/places';
import { z } from 'zod';
import { householdsOfPerson } from '../households/households-by-account.ts';
import type { HouseholdBriefs } from '../requesting/household-brief.ts';
import type { UnderWay } from '../under-way.ts';
import type { Corrections } from '../waiting/corrections.ts';
import type { WaitingCommand, WaitingList } from '../waiting/waiting.decider.ts';
import { hasListToSpare, mayFind, type Wish } from './wish.decider.ts';
import { livingWishes, wishesForForm } from './wish-list.ts';
import type { TakeWaiting, Wishes } from './wishes.ts';

const Ended = z.object({ householdId: z.string(), from: Instant });
const Answered = z.object({ offerId: OfferId, placeId: z.string(), waitingId: z.string() });

/** How a wish hears what became of a place that it was offered, and of offers that are new, or may suit more than before. */
export const wishReactions = ({
  wishes,
  lists,
  takeWaiting,
  briefs,
  offers,
  readModel,
  isCorrected,
  underWay,
  clock,
}: {
  readonly wishes: Pick<Wishes, 'take' | 'look' | 'handler'>;
  readonly lists: Pick<CommandHandler<WaitingCommand, WaitingList>, 'load'>;
  readonly takeWaiting: TakeWaiting;
  readonly briefs: HouseholdBriefs;
  readonly offers: Pick<Offers, 'findOffer'>;
  readonly readModel: Pick<ReadModel, 'db'>;
  readonly isCorrected: Corrections;
  readonly underWay: UnderWay;
  readonly clock: Clock;
}): Reactions => {
  const ofWish = async ({ data }: SourceEvent) => {
    const { offerId, placeId, waitingId } = Answered.parse(data);
    const entry = (await lists.load(offerId)).state.entries.get(waitingId);
    return entry?.wishId === undefined ? undefined : { offerId, placeId, wishId: entry.wishId, entry };
  };
  const goOn: Reactions[string] = async (event, reaction) => {
    const wishId = String(event.data.wishId);
    await underWay.ended(wishId);
    await wishes.take(wishId, { type: 'GoOn', now: clock() }, reaction.callFor('go-on'));
  };
  /**
   * Places that nobody else wanted while this wish thought about another one, and that may still be free: each comes round
   * once more. Whoever has it by now has it; the hold says so.
   */
  const offerAgain = async (wishId: WishId, reaction: Reaction): Promise<void> => {
    const { state } = await wishes.handler.load(wishId);
    if (state === undefined || state.ended !== null || state.claim !== null) return;
    const now = clock();
    for (const { offerId, waitingId } of state.lists.values()) {
      for (const place of (await lists.load(offerId)).state.places.values()) {
        const { resourceId, span, status, offers, cause, isFound } = place;
        const missed = offers.some((it) => it.data.waitingId === waitingId && it.outcome === 'elsewhere');
        if (status !== 'nobody' || span.from <= now || !missed) continue;
        const placeId = derivedId('again', place.placeId, waitingId);
        const found = isFound ? { found: true as const } : {};
        const again = { type: 'FreePlace', offerId, placeId, resourceId, span, cause, ...found, now } as const;
        await takeWaiting(offerId, again, reaction.callFor(`again-${placeId}`));
      }
    }
  };
  const endAll = async (
    householdId: string,
    why: 'left' | 'forgotten',
    isOver: (windowFrom: Instant) => boolean,
    reaction: Reaction,
  ): Promise<void> => {
    for (const wishId of livingWishes(readModel.db, householdId)) {
      const { state } = await wishes.handler.load(wishId);
      if (state === undefined || state.ended !== null || !isOver(state.made.window.from)) continue;
      await wishes.take(wishId, { type: 'EndWish', why, now: clock() }, reaction.callFor(`end-${wishId}`));
    }
  };
  /** Whether it is near enough, as far as that is known: of all of a form in the country most are too far, and are not asked of. */
  const isInReach = async ({ form, place, travelKm: comesKm, nationwide }: OfferView, { made }: Wish) => {
    const brief = await briefs.find(made.householdId);
    if (brief === undefined || brief === 'forgotten') return true;
    const km = travelKm(place.point, brief.recipientPlace.point);
    return formOf(form).atHome ? nationwide || km <= comesKm : km <= made.maxKm;
  };
  /** Wishes that may wait at an offer from now on; those that do already hear of it by its list. */
  const mayWaitAt = async ({ form, offerId }: { form: string; offerId: OfferId }, reaction: Reaction) => {
    const offer = await offers.findOffer({ offerId });
    if (offer === undefined || offer.status === 'withdrawn') return;
    for (const wishId of wishesForForm(readModel.db, form, clock())) {
      const { state } = await wishes.handler.load(wishId);
      if (state === undefined || !mayFind(state, offerId) || !(await isInReach(offer, state))) continue;
      await wishes.take(wishId, await wishes.look(state, offerId), reaction.callFor(`look-${wishId}`));
    }
  };

  /** What they need or where they live is otherwise: so may be where a wish could wait. It leaves no list for it. */
  const lookAnew: Reactions[string] = async (event, reaction) => {
    if (!(await isCorrected(event))) return;
    for (const wishId of livingWishes(readModel.db, String(event.data.householdId))) {
      const { state } = await wishes.handler.load(wishId);
      if (state === undefined || !hasListToSpare(state) || state.made.window.until <= clock()) continue;
      await wishes.take(wishId, await wishes.look(state), reaction.callFor(`look-${wishId}`));
    }
  };

  return {
    WishMade: goOn,
    ListsFound: goOn,
    WishEnded: goOn,
    OfferTaken: async (event, reaction) => {
      const of = await ofWish(event);
      if (of === undefined) return;
      const { wishId, offerId, placeId } = of;
      await wishes.take(wishId, { type: 'TakePlace', offerId, placeId, now: clock() }, reaction.callFor('taken'));
    },
    OfferPassed: async (event, reaction) => {
      const of = await ofWish(event);
      if (of === undefined) return;
      const { wishId, offerId, placeId, entry } = of;
      await wishes.take(wishId, { type: 'EndClaim', offerId, placeId, now: clock() }, reaction.callFor('passed'));
      if (event.data.why !== 'elsewhere') await offerAgain(wishId, reaction);
      if ((await briefs.find(entry.householdId)) !== 'forgotten') return;
      await wishes.take(wishId, { type: 'EndWish', why: 'forgotten', now: clock() }, reaction.callFor('forgotten'));
    },
    PersonForgotten: async (event, reaction) => {
      for (const householdId of householdsOfPerson(readModel.db, String(event.data.personId)))
        await endAll(householdId, 'forgotten', () => true, reaction);
    },
    CareEnded: async (event, reaction) => {
      const { householdId, from } = Ended.parse(event.data);
      // What was wished before a later end is still wanted until then.
      const isOver = (windowFrom: Instant) => from <= clock() || windowFrom >= from;
      await endAll(householdId, 'left', isOver, reaction);
    },
    CareNeedChanged: lookAnew,
    'offers.offer-published.v1': ({ data }, reaction) =>
      mayWaitAt(parseOpen(integrationEvents['offers.offer-published.v1'], data), reaction),
    'offers.offer-widened.v1': ({ data }, reaction) =>
      mayWaitAt(parseOpen(integrationEvents['offers.offer-widened.v1'], data), reaction),
  };
};
