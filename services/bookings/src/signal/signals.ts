import type { Bookings, SignalId, SignalView } from '@adempauze/contracts';
import { type CommandHandler, createCommandHandler, type EventStore, type ReadModel } from '@adempauze/event-store';
import { type CallContext, type Clock, derivedId, isRedacted, type Outcome, orWhenRedacted } from '@adempauze/kernel';
import { PersonForgottenError } from '@adempauze/personal-data';
import { rejection } from '../calls.ts';
import type { Codecs } from '../codecs.ts';
import type { HouseholdCommand, HouseholdState } from '../household/household.decider.ts';
import type { PersonCommand, PersonState } from '../person/person.decider.ts';
import type { Sweep } from '../processes.ts';
import { type Signal, type SignalCommand, signalDecider } from './signal.decider.ts';
import { signalStream } from './signal.events.ts';
import { dueSignals, signalsForContact, signalsOfReferrer } from './signal-list.ts';

type SignalApi = Pick<Bookings, 'signalCaregiver' | 'takeUpSignal' | 'closeSignal' | 'findSignal' | 'listSignals'>;

/** How long a list may wait for its read model. */
const waitMs = 2000;

/** Caregivers who were noticed before there was any request (R01): who looks after them, and until when. */
export const createSignals = ({
  store,
  codecs,
  households,
  persons,
  readModel,
  clock,
}: {
  readonly store: EventStore;
  readonly codecs: Pick<Codecs, 'signal'>;
  readonly households: Pick<CommandHandler<HouseholdCommand, HouseholdState>, 'load'>;
  readonly persons: Pick<CommandHandler<PersonCommand, PersonState>, 'load'>;
  readonly readModel: Pick<ReadModel, 'db' | 'waitFor'>;
  readonly clock: Clock;
}) => {
  const handler = createCommandHandler({
    ...{ store, clock, decider: signalDecider, codec: codecs.signal, streamOf: signalStream },
    cachedStreams: 1000,
  });
  const find = async (signalId: SignalId): Promise<SignalView | undefined> => {
    const { state, revision } = await handler.load(signalId);
    return state === undefined || revision === undefined ? undefined : viewOf(state, revision);
  };
  const send = async (
    signalId: SignalId,
    command: SignalCommand,
    context: CallContext,
  ): Promise<Outcome<SignalView>> => {
    try {
      const outcome = await handler.handle(signalId, command, context);
      if (!outcome.accepted) return outcome;
      const { state, revision } = outcome.value;
      if (state === undefined || revision === undefined) return rejection('signal-not-found');
      return { accepted: true, position: outcome.position, value: viewOf(state, revision) };
    } catch (error) {
      if (error instanceof PersonForgottenError) return rejection('person-forgotten');
      throw error;
    }
  };

  const api: SignalApi = {
    async signalCaregiver(data, context) {
      if ((await persons.load(data.caregiver.personId)).state.forgotten) return rejection('person-forgotten');
      return send(data.signalId, { type: 'Signal', data, now: clock() }, context);
    },
    async takeUpSignal({ signalId, householdId, by }, context) {
      if ((await households.load(householdId)).state === undefined) return rejection('household-not-found');
      return send(signalId, { type: 'TakeUp', householdId, by, now: clock() }, context);
    },
    closeSignal: ({ signalId, reason, by }, context) =>
      send(signalId, { type: 'Close', reason, by, now: clock() }, context),
    findSignal: ({ signalId }) => find(signalId),
    async listSignals({ of, accountId, waitFor }) {
      if (waitFor !== undefined) await readModel.waitFor(waitFor, waitMs);
      const list = of === 'referrer' ? signalsOfReferrer : signalsForContact;
      const found = await Promise.all(list(readModel.db, accountId).map(find));
      return found.filter((it) => it !== undefined);
    },
  };
  const sweep: Sweep = {
    name: 'signal-deadlines',
    due: (now, limit) => dueSignals(readModel.db, now, limit),
    async act({ id, deadlineAt }) {
      const commandId = derivedId('signal-deadlines', id, deadlineAt);
      const context = { commandId, correlationId: commandId, actor: 'signal-deadlines' };
      await handler.handle(id, { type: 'MissContact', now: clock() }, context);
    },
  };
  return { api, sweep, forget: () => handler.forget() };
};

const viewOf = ({ signalled, status, overdue, takenUp, closed }: Signal, revision: number): SignalView => {
  const { signalId, caregiverId, accountId = null, municipality, profile, consents, source } = signalled;
  const {
    name = null,
    phone = null,
    email = null,
    birthYear = null,
    place = null,
  } = isRedacted(profile) ? {} : profile;
  return {
    ...{ signalId, status, municipality, consents, source },
    caregiver: {
      ...{ personId: caregiverId, name, phone, email, birthYear, place },
      accountId: isRedacted(profile) ? null : accountId,
    },
    note: orWhenRedacted(profile, { note: null }).note,
    referredBy: signalled.referredBy,
    contactPerson: signalled.contactPerson,
    ...{ dueAt: signalled.dueAt, overdue, signalledAt: signalled.signalledAt },
    ...{ takenUpAt: takenUp?.takenUpAt ?? null, householdId: takenUp?.householdId ?? null },
    ...{ closedAt: closed?.closedAt ?? null, closeReason: closed?.reason ?? null },
    revision,
  };
};
