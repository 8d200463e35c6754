import type { BookingId, HoldPlace, OfferId, ResourceId, Terms } from '@adempauze/contracts';
import type { EventStore, Handled } from '@adempauze/event-store';
import { type CallContext, type Clock, msOf, type Outcome } from '@adempauze/kernel';
import { travelKm } from '@adempauze/places';
import { offerViewOf, resourceViewOf } from './catalogue/views.ts';
import type { Handlers } from './handlers.ts';
import type { Offer } from './offer/offer.state.rules.ts';
import type { CommandOf, OfferAsked, ResourceCommand } from './resource/resource.commands.ts';
import { resourceStream } from './resource/resource.events.ts';
import { findOccupation, type ResourceState } from './resource/resource.state.rules.ts';
import type { SearchIndex } from './search/search-index.ts';

type CalendarCommand =
  | 'PublishTimes'
  | 'WithdrawTimes'
  | 'SetCapacity'
  | 'SetAvailability'
  | 'CloseDays'
  | 'ReopenDays'
  | 'ReadCalendar'
  | 'RosterWorker'
  | 'UnrosterWorker';
type PlaceCommand = 'ExtendHold' | 'TakePlace' | 'ReleasePlace' | 'ReleasePlaces';

export type SendingDependencies = {
  readonly handlers: Handlers;
  readonly index: SearchIndex;
  readonly store: EventStore;
  readonly clock: Clock;
};
export type Sending = ReturnType<typeof createSending>;

/** How commands reach their streams, with what they must know, and what is answered to a yes. */
export const createSending = ({ handlers, index, store, clock }: SendingDependencies) => {
  const { codecs, providers, offers, resources } = handlers;

  /** An offer as it stands: where one process writes the index has it, else another may just have withdrawn it. */
  const offerOf = async (offerId: OfferId): Promise<Offer | undefined> => {
    const known = store.writer === undefined ? index.findOffer(offerId) : undefined;
    return known ?? (await offers.load(offerId)).state;
  };
  const providerNameOf = async (offer: Offer) => (await providers.load(offer.providerId)).state?.name ?? '';

  /** Sends to a resource, and has search know what came of it before anybody is answered. */
  const sendToResource = async (
    resourceId: ResourceId,
    command: ResourceCommand,
    context: CallContext,
  ): Promise<Outcome<Handled<ResourceState>>> => {
    const outcome = await resources.handle(resourceId, command, context);
    if (outcome.accepted) index.setResource(outcome.value.state, outcome.value.revision);
    return outcome;
  };
  const sendToOffer = async (offerId: OfferId, command: Parameters<typeof offers.handle>[1], context: CallContext) => {
    const outcome = await offers.handle(offerId, command, context);
    if (!outcome.accepted) return outcome;
    const { state, revision } = outcome.value;
    if (state === undefined) throw new TypeError('A yes about an offer leaves an offer.');
    index.setOffer(state, revision);
    return { ...outcome, value: offerViewOf(state, await providerNameOf(state)) };
  };
  const asView = (outcome: Outcome<Handled<ResourceState>>) => {
    if (!outcome.accepted) return outcome;
    const { state } = outcome.value;
    if (state === undefined) throw new TypeError('A yes about a resource leaves a resource.');
    return { ...outcome, value: resourceViewOf(state, msOf(clock())) };
  };
  const asNothing = (outcome: Outcome<Handled<ResourceState>>): Outcome =>
    outcome.accepted ? { ...outcome, value: undefined } : outcome;

  /** Terms of a hold that is long gone, for a repeat of its command. */
  const termsOfOld = async (resourceId: ResourceId, bookingId: BookingId): Promise<Terms> => {
    const { events } = await store.read(resourceStream(resourceId));
    for (const event of (await codecs.resource.decode(events)).toReversed()) {
      if ('terms' in event.data && event.data.bookingId === bookingId) return event.data.terms;
    }
    throw new TypeError('A hold that was answered with yes stands in the log.');
  };
  const askedOf = async (offerId: OfferId, at: HoldPlace['at']): Promise<OfferAsked> => {
    const offer = await offerOf(offerId);
    return { offer, journeyKm: offer && at && travelKm(offer.place.point, at) };
  };
  /** Sends a command about one booking's place, and answers with its terms. */
  const placed = async (
    command: CommandOf<'HoldPlace'> | CommandOf<'MovePlace'> | CommandOf<'OverrideCapacity'>,
    context: CallContext,
  ): Promise<Outcome<Terms>> => {
    const { resourceId, bookingId } = command.data;
    const outcome = await sendToResource(resourceId, command, context);
    if (!outcome.accepted) return outcome;
    const held = findOccupation(outcome.value.state, bookingId);
    return { ...outcome, value: held?.terms ?? (await termsOfOld(resourceId, bookingId)) };
  };
  const changed = async (command: ResourceCommand & { type: CalendarCommand }, context: CallContext) =>
    asView(await sendToResource(command.data.resourceId, command, context));
  const done = async (command: ResourceCommand & { type: PlaceCommand }, context: CallContext) =>
    asNothing(await sendToResource(command.data.resourceId, command, context));

  return { offerOf, providerNameOf, sendToResource, sendToOffer, asView, askedOf, placed, changed, done };
};
