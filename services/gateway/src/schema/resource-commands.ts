import {
  CloseDays,
  HouseholdId,
  OpenResource,
  OverrideCapacity,
  PublishTimes,
  ReadCalendar,
  ReopenDays,
  type ResourceView,
  RosterWorker,
  SetAvailability,
  SetCapacity,
  UnrosterWorker,
  WithdrawTimes,
} from '@adempauze/contracts';
import { type Outcome, plusMs } from '@adempauze/kernel';
import { refuse } from '../context.ts';
import { actsForProvider } from '../policy/sight.ts';
import { builder } from './builder.ts';
import { idOf, maybeIdOf } from './ids.ts';
import { checked } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { findOwn, HolidaysEnum, OverrideReasonEnum, ResourceType, RuleKindEnum } from './resources.ts';
import { AcclimatisationStepEnum, PlaceOfServiceEnum, placeDescription, placeOf, TimeSpanInput } from './vocabulary.ts';

/* What a provider does with its calendars, rooms and beds. */

commandMutation('openResource', {
  description: 'A worker’s calendar, a room or a house with beds, that serves one or more of your offers.',
  input: commandInput('OpenResource', (t) => ({
    resourceId: t.id({ required: false, description: 'A UUID of your choice.' }),
    providerId: t.id({ required: false, description: 'Your own organisation when left out.' }),
    offerIds: t.idList(),
    capacity: t.int(),
    bufferMinutes: t.int({ required: false, description: 'Kept free after each booking.' }),
    travelMinutes: t.int({ required: false, description: 'Kept free before each booking.' }),
  })),
  answers: { field: 'resource', type: ResourceType },
  run: (
    { resourceId, providerId, offerIds, capacity, bufferMinutes, travelMinutes },
    { viewer, services, call, newId },
  ) => {
    const input = checked(OpenResource, {
      resourceId: maybeIdOf('Resource', resourceId) ?? newId('resource'),
      providerId: maybeIdOf('Provider', providerId) ?? viewer.organisation,
      offerIds: offerIds.map((it) => idOf('Offer', it)),
      capacity,
      bufferMinutes,
      travelMinutes,
    });
    if (!actsForProvider(viewer, input.providerId)) return refuse('provider-not-found');
    return services.offers.openResource(input, call);
  },
});

commandMutation('publishTimes', {
  description: 'Times at which it can be booked.',
  input: commandInput('PublishTimes', (t) => ({ resourceId: t.id(), spans: t.field({ type: [TimeSpanInput] }) })),
  answers: { field: 'resource', type: ResourceType },
  run: async ({ resourceId, spans }, it) => {
    const input = checked(PublishTimes, { resourceId: idOf('Resource', resourceId), spans });
    if (!(await findOwn(input.resourceId, it))) return refuse('resource-not-found');
    return it.services.offers.publishTimes(input, it.call);
  },
});

commandMutation('withdrawTimes', {
  description: 'Takes times back; what is held or booked in them stands.',
  input: commandInput('WithdrawTimes', (t) => ({ resourceId: t.id(), spans: t.field({ type: [TimeSpanInput] }) })),
  answers: { field: 'resource', type: ResourceType },
  run: async ({ resourceId, spans }, it) => {
    const input = checked(WithdrawTimes, { resourceId: idOf('Resource', resourceId), spans });
    if (!(await findOwn(input.resourceId, it))) return refuse('resource-not-found');
    return it.services.offers.withdrawTimes(input, it.call);
  },
});

commandMutation('setCapacity', {
  description: 'How many fit: in a span, or without one at all other times. Fewer than are booked is refused.',
  input: commandInput('SetCapacity', (t) => ({
    resourceId: t.id(),
    capacity: t.int(),
    span: t.field({ type: TimeSpanInput, required: false }),
  })),
  answers: { field: 'resource', type: ResourceType },
  run: async ({ resourceId, capacity, span }, it) => {
    const input = checked(SetCapacity, { resourceId: idOf('Resource', resourceId), capacity, span });
    if (!(await findOwn(input.resourceId, it))) return refuse('resource-not-found');
    return it.services.offers.setCapacity(input, it.call);
  },
});

const AvailabilityRuleInput = builder.inputType('AvailabilityRuleInput', {
  description: '`WEEKLY` with a weekday; `STAY` for a house: every night, in at `opensAt`, out by `closesAt`.',
  fields: (t) => ({
    kind: t.field({ type: RuleKindEnum }),
    weekday: t.int({ required: false, description: '1 is Monday.' }),
    everyWeeks: t.int({ required: false }),
    opensAt: t.string({ description: 'HH:MM in Amsterdam.' }),
    closesAt: t.string({ description: 'HH:MM; no later than `opensAt` is the next day.' }),
    startsOn: t.field({ type: 'Day' }),
    endsOn: t.field({ type: 'Day', required: false, description: 'The last day, or the day of the last arrival.' }),
  }),
});

commandMutation('setAvailability', {
  description: 'When it can be booked, as rules in place of earlier rules; what is booked stands.',
  input: commandInput('SetAvailability', (t) => ({
    resourceId: t.id(),
    rules: t.field({ type: [AvailabilityRuleInput] }),
    exceptDays: t.field({ type: ['Day'], required: false }),
    holidays: t.field({
      type: HolidaysEnum,
      required: false,
      description: 'Dutch public holidays; closed when left out.',
    }),
    aheadDays: t.int({ required: false, description: 'How far ahead; 371 when left out.' }),
  })),
  answers: { field: 'resource', type: ResourceType },
  run: async ({ resourceId, rules, exceptDays, holidays, aheadDays }, it) => {
    const input = checked(SetAvailability, {
      resourceId: idOf('Resource', resourceId),
      rules: rules.map(({ kind, opensAt, closesAt, weekday, everyWeeks, ...days }) =>
        kind === 'stay'
          ? { kind, arriveAt: opensAt, departAt: closesAt, weekday, everyWeeks, ...days }
          : { kind, from: opensAt, until: closesAt, weekday, everyWeeks, ...days },
      ),
      ...{ exceptDays, holidays, aheadDays },
    });
    if (!(await findOwn(input.resourceId, it))) return refuse('resource-not-found');
    return it.services.offers.setAvailability(input, it.call);
  },
});

commandMutation('closeDays', {
  description: 'Nothing can be booked from one day up to another; what is booked stands.',
  input: commandInput('CloseDays', (t) => ({
    resourceId: t.id(),
    from: t.field({ type: 'Day' }),
    until: t.field({ type: 'Day' }),
  })),
  answers: { field: 'resource', type: ResourceType },
  run: async ({ resourceId, from, until }, it) => {
    const input = checked(CloseDays, { resourceId: idOf('Resource', resourceId), days: { from, until } });
    if (!(await findOwn(input.resourceId, it))) return refuse('resource-not-found');
    return it.services.offers.closeDays(input, it.call);
  },
});

commandMutation('reopenDays', {
  description: 'The times that the rules give on these days come back.',
  input: commandInput('ReopenDays', (t) => ({
    resourceId: t.id(),
    from: t.field({ type: 'Day' }),
    until: t.field({ type: 'Day' }),
  })),
  answers: { field: 'resource', type: ResourceType },
  run: async ({ resourceId, from, until }, it) => {
    const input = checked(ReopenDays, { resourceId: idOf('Resource', resourceId), days: { from, until } });
    if (!(await findOwn(input.resourceId, it))) return refuse('resource-not-found');
    return it.services.offers.reopenDays(input, it.call);
  },
});

commandMutation('rosterWorker', {
  description: 'Who is on duty when, so that guests meet a face that they know (R14).',
  input: commandInput('RosterWorker', (t) => ({
    resourceId: t.id(),
    workerId: t.string({ description: 'A UUID that your own register knows the name of.' }),
    span: t.field({ type: TimeSpanInput }),
  })),
  answers: { field: 'resource', type: ResourceType },
  run: async ({ resourceId, workerId, span }, it) => {
    const input = checked(RosterWorker, { resourceId: idOf('Resource', resourceId), workerId, span });
    if (!(await findOwn(input.resourceId, it))) return refuse('resource-not-found');
    return it.services.offers.rosterWorker(input, it.call);
  },
});

commandMutation('unrosterWorker', {
  description: 'Somebody is not on duty after all.',
  input: commandInput('UnrosterWorker', (t) => ({
    resourceId: t.id(),
    workerId: t.string(),
    span: t.field({ type: TimeSpanInput }),
  })),
  answers: { field: 'resource', type: ResourceType },
  run: async ({ resourceId, workerId, span }, it) => {
    const input = checked(UnrosterWorker, { resourceId: idOf('Resource', resourceId), workerId, span });
    if (!(await findOwn(input.resourceId, it))) return refuse('resource-not-found');
    return it.services.offers.unrosterWorker(input, it.call);
  },
});

commandMutation('readCalendar', {
  description:
    'What another calendar says is taken, as iCalendar text. Only when somebody is busy is kept, not with what.',
  input: commandInput('ReadCalendar', (t) => ({ resourceId: t.id(), text: t.string() })),
  answers: { field: 'resource', type: ResourceType },
  run: async ({ resourceId, text }, it) => {
    const input = checked(ReadCalendar, { resourceId: idOf('Resource', resourceId), text });
    if (!(await findOwn(input.resourceId, it))) return refuse('resource-not-found');
    return it.services.offers.readCalendar(input, it.call);
  },
});

/** How long a place beyond capacity waits for the family's request. */
const overrideForMs = 48 * 3_600_000;

commandMutation('overrideCapacity', {
  description:
    'Holds a place for a family for two days, knowingly beyond what was published. Recorded with its reason. ' +
    'The family asks for it with the same booking id.',
  input: commandInput('OverrideCapacity', (t) => ({
    resourceId: t.id(),
    bookingId: t.id(),
    householdId: t.id(),
    offerId: t.id(),
    span: t.field({ type: TimeSpanInput }),
    step: t.field({ type: AcclimatisationStepEnum, required: false }),
    placeOfService: t.field({ type: PlaceOfServiceEnum, required: false }),
    at: t.string({ required: false, description: placeDescription }),
    reason: t.field({ type: OverrideReasonEnum }),
  })),
  answers: { field: 'resource', type: ResourceType },
  run: async (
    { resourceId, bookingId, householdId, offerId, at, span, step, placeOfService, reason },
    it,
  ): Promise<Outcome<ResourceView>> => {
    const { services, call } = it;
    const input = checked(OverrideCapacity, {
      resourceId: idOf('Resource', resourceId),
      bookingId: idOf('Booking', bookingId),
      householdId: checked(HouseholdId, idOf('Household', householdId), '#/input/householdId'),
      offerId: idOf('Offer', offerId),
      ...{ span, step, placeOfService, reason, conditions: [], highRiskActs: [] },
      ...(at ? { at: placeOf(services.places, at, '#/input/at').point } : {}),
      expiresAt: plusMs(services.clock(), overrideForMs),
    });
    if (!(await findOwn(input.resourceId, it))) return refuse('resource-not-found');
    const outcome = await services.offers.overrideCapacity(input, call);
    if (!outcome.accepted) return outcome;
    const resource = await services.offers.findResource({ resourceId: input.resourceId });
    return resource === undefined ? refuse('resource-not-found') : { ...outcome, value: resource };
  },
});
