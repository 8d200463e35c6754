import type { Bookings, HouseholdId, HouseholdView, PersonId } from '@adempauze/contracts';
import type { CommandHandler } from '@adempauze/event-store';
import type { CallContext, Clock, Outcome } from '@adempauze/kernel';
import { PersonForgottenError } from '@adempauze/personal-data';
import { rejection } from '../calls.ts';
import type { PersonCommand, PersonState } from '../person/person.decider.ts';
import type { HouseholdCommand, HouseholdState } from './household.decider.ts';
import { householdView } from './household.view.ts';

type HouseholdCommands = Pick<
  Bookings,
  | 'registerHousehold'
  | 'changeCareNeed'
  | 'sayBriefConsent'
  | 'changeContactPerson'
  | 'announceHandOver'
  | 'grantMandate'
  | 'withdrawMandate'
>;

/** The household's own commands. A person who was forgotten, even while it was being written, is never written again. */
export const createHouseholdCommands = ({
  households,
  persons,
  changed,
  clock,
}: {
  readonly households: CommandHandler<HouseholdCommand, HouseholdState>;
  readonly persons: Pick<CommandHandler<PersonCommand, PersonState>, 'load'>;
  /** Something else is known of a household: what is at hand of it is of before. */
  readonly changed: (householdId: HouseholdId) => void;
  readonly clock: Clock;
}): HouseholdCommands => {
  const send = async (
    householdId: string,
    command: HouseholdCommand,
    context: CallContext,
  ): Promise<Outcome<HouseholdView>> => {
    try {
      const outcome = await households.handle(householdId, command, context);
      if (!outcome.accepted) return outcome;
      const { state } = outcome.value;
      if (state === undefined) return rejection('household-not-found');
      return { accepted: true, position: outcome.position, value: householdView(state) };
    } catch (error) {
      if (error instanceof PersonForgottenError) return rejection('person-forgotten');
      throw error;
    }
  };
  const isForgotten = async (personId: PersonId) => (await persons.load(personId)).state.forgotten;

  return {
    async registerHousehold(data, context) {
      const { caregiver, recipient } = data;
      const anyForgotten = (await isForgotten(caregiver.personId)) || (await isForgotten(recipient.personId));
      return send(data.householdId, { type: 'RegisterHousehold', data, anyForgotten, now: clock() }, context);
    },
    async changeCareNeed(data, context) {
      const outcome = await send(data.householdId, { type: 'ChangeCareNeed', data, now: clock() }, context);
      changed(data.householdId);
      return outcome;
    },
    sayBriefConsent: (data, context) =>
      send(data.householdId, { type: 'SayBriefConsent', data, now: clock() }, context),
    announceHandOver: (data, context) =>
      send(data.householdId, { type: 'AnnounceHandOver', data, now: clock() }, context),
    changeContactPerson: (data, context) =>
      send(data.householdId, { type: 'ChangeContactPerson', data, now: clock() }, context),
    grantMandate: (data, context) => send(data.householdId, { type: 'GrantMandate', data, now: clock() }, context),
    withdrawMandate: (data, context) =>
      send(data.householdId, { type: 'WithdrawMandate', data, now: clock() }, context),
  };
};
