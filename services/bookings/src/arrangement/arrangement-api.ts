import {
  type ArrangementId,
  type ArrangementView,
  type Bookings,
  type EndParts,
  type HouseholdId,
  kindOfPart,
  type NewPart,
  type Offers,
  type PersonId,
} from '@adempauze/contracts';
import type { ProcessManager } from '@adempauze/event-bus';
import type { CommandHandler, ReadModel } from '@adempauze/event-store';
import type { CallContext, Clock, Outcome } from '@adempauze/kernel';
import { PersonForgottenError } from '@adempauze/personal-data';
import { latestFirst } from '../booking-overview/latest-first.ts';
import { rejection } from '../calls.ts';
import type { AtCost } from '../cancelling/charge.rules.ts';
import type { HouseholdBriefs } from '../requesting/household-brief.ts';
import type { ArrangementCommand } from './arrangement.decider.ts';
import type { AskedPart } from './arrangement.events.ts';
import { type ArrangementState, partsOf } from './arrangement.state.rules.ts';
import { arrangementView } from './arrangement.view.ts';
import { listedArrangements } from './arrangement-list.ts';
import { thingOfPart } from './arrangement-process.ts';
import type { PartLooks } from './part-looks.ts';

type ArrangementApi = Pick<
  Bookings,
  | 'planArrangement'
  | 'addArrangementParts'
  | 'confirmArrangement'
  | 'endArrangementParts'
  | 'findArrangement'
  | 'listArrangements'
>;
type Ending = {
  endArrangementParts(input: AtCost<EndParts>, context: CallContext): Promise<Outcome<ArrangementView>>;
};
/** Which plan parts are for; `state` once it is there. */
type Plan = {
  readonly arrangementId: ArrangementId;
  readonly householdId: HouseholdId;
  readonly state: ArrangementState;
};

const yes = <V>(value: V): Outcome<V> => ({ accepted: true, position: undefined, value });

export const createArrangementApi = ({
  handler,
  process,
  looks,
  briefs,
  offers,
  readModel,
  clock,
}: {
  readonly handler: Pick<CommandHandler<ArrangementCommand, ArrangementState>, 'load'>;
  readonly process: Pick<ProcessManager<ArrangementCommand, ArrangementState>, 'take'>;
  readonly looks: Pick<PartLooks, 'find' | 'join'>;
  readonly briefs: HouseholdBriefs;
  readonly offers: Pick<Offers, 'findOffer'>;
  readonly readModel: Pick<ReadModel, 'db' | 'waitFor'>;
  readonly clock: Clock;
}): ArrangementApi & Ending => {
  const find = async (arrangementId: ArrangementId): Promise<ArrangementView | undefined> => {
    const { state, revision } = await handler.load(arrangementId);
    if (state === undefined || revision === undefined) return undefined;
    const found = await Promise.all(
      partsOf(state).map(
        async (part) => [part.asked.partId, await looks.find(part.asked.kind, part.asked.thingId)] as const,
      ),
    );
    const things = new Map(found.flatMap(([id, thing]) => (thing === undefined ? [] : [[id, thing] as const])));
    return arrangementView(state, things, revision, clock());
  };

  const take = async (
    arrangementId: ArrangementId,
    command: ArrangementCommand,
    context: CallContext,
  ): Promise<Outcome<ArrangementView>> => {
    try {
      const outcome = await process.take(arrangementId, command, context);
      if (!outcome.accepted) return outcome;
      const value = await find(arrangementId);
      return value === undefined ? rejection('arrangement-not-found') : { ...outcome, value };
    } catch (error) {
      if (error instanceof PersonForgottenError) return rejection('person-forgotten');
      throw error;
    }
  };

  /** What an arrangement has to know of a part. A question that cannot be asked of an offer is a no for all of them. */
  const askedPart = async (part: NewPart, of: Plan, requestedBy: string): Promise<Outcome<AskedPart>> => {
    const known = of.state?.parts.get(part.partId)?.asked;
    const { ask } = part;
    const about = { ...part, kind: kindOfPart(ask), requestedBy: known?.requestedBy ?? requestedBy };
    const answer = (it: Omit<AskedPart, keyof typeof about>) => yes<AskedPart>({ ...about, ...it });
    // Asked again it is what it was then; only what was sent can differ.
    if (known !== undefined) {
      const { thingId, span, offerId, providerId, form } = known;
      return answer({ thingId, ...(span && { span }), offerId, providerId, form });
    }
    if (ask.kind === 'existing') {
      const joined = await looks.join(ask.of, ask.id, of.householdId);
      return joined.accepted ? answer({ ...joined.value, thingId: ask.id }) : joined;
    }
    const offer = await offers.findOffer({ offerId: ask.offerId });
    if (offer === undefined) return rejection('offer-not-found');
    if (ask.resourceId === undefined && !offer.needsHelper) return rejection('resource-required');
    const { providerId, form } = offer;
    const span = ask.kind === 'booking' ? { span: ask.span } : {};
    const thingId = thingOfPart(of.arrangementId, part.partId);
    return answer({ thingId, ...span, offerId: ask.offerId, providerId, form });
  };
  const asked = async (parts: readonly NewPart[], of: Plan, requestedBy: string): Promise<Outcome<AskedPart[]>> => {
    const found: AskedPart[] = [];
    for (const part of parts) {
      const outcome = await askedPart(part, of, requestedBy);
      if (!outcome.accepted) return outcome;
      found.push(outcome.value);
    }
    return yes(found);
  };
  /** Whose household it is, unless somebody of it was forgotten: what is asked again needs nobody. */
  const caregiverOf = async (householdId: HouseholdId): Promise<Outcome<PersonId>> => {
    const brief = await briefs.find(householdId);
    if (brief === undefined) return rejection('household-not-found');
    return brief === 'forgotten' ? rejection('person-forgotten') : yes(brief.caregiverId);
  };

  return {
    async planArrangement({ parts, purpose, ...data }, context) {
      const { arrangementId, householdId } = data;
      const { state } = await handler.load(arrangementId);
      const outcome = state === undefined ? await caregiverOf(householdId) : yes(state.planned.caregiverId);
      if (!outcome.accepted) return outcome;
      const known = await asked(parts, { arrangementId, householdId, state }, data.requestedBy);
      if (!known.accepted) return known;
      const planned = {
        ...{ ...data, caregiverId: outcome.value, parts: known.value },
        purpose: purpose === '' ? null : purpose,
      };
      return take(data.arrangementId, { type: 'PlanArrangement', data: planned, now: clock() }, context);
    },
    async addArrangementParts({ arrangementId, parts, requestedBy }, context) {
      const { state } = await handler.load(arrangementId);
      if (state === undefined) return rejection('arrangement-not-found');
      const { householdId } = state.planned;
      const isNew = parts.some(({ partId }) => !state.parts.has(partId));
      const outcome = isNew ? await caregiverOf(householdId) : yes(state.planned.caregiverId);
      if (!outcome.accepted) return outcome;
      const known = await asked(parts, { arrangementId, householdId, state }, requestedBy);
      if (!known.accepted) return known;
      return take(arrangementId, { type: 'AddParts', parts: known.value, now: clock() }, context);
    },
    confirmArrangement: ({ arrangementId }, context) =>
      take(arrangementId, { type: 'ConfirmArrangement', now: clock() }, context),
    async endArrangementParts({ arrangementId, partIds, from, charges = [] }: AtCost<EndParts>, context) {
      const { state } = await handler.load(arrangementId);
      const now = clock();
      for (const partId of partIds) {
        const part = state?.parts.get(partId);
        if (part?.asked.kind !== 'booking') continue;
        const thing = await looks.find('booking', part.asked.thingId);
        const hasBegun = thing?.kind === 'booking' && thing.view.status === 'confirmed' && thing.view.span.from <= now;
        if (hasBegun) return rejection('booking-already-begun');
      }
      const since = from === undefined ? {} : { from };
      return take(arrangementId, { type: 'EndParts', partIds, ...since, charges, now }, context);
    },
    findArrangement: ({ arrangementId }) => find(arrangementId),
    listArrangements: ({ householdId, waitFor, page }) =>
      latestFirst(
        readModel,
        { waitFor, page },
        (before, limit) => listedArrangements(readModel.db, householdId, before, limit),
        (row) => find(row.arrangementId),
      ),
  };
};
