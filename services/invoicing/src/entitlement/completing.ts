import type { Reaction, Reactions } from '@adempauze/event-bus';
import { UnexpectedRejectionError } from '@adempauze/event-bus';
import type { CommandHandler } from '@adempauze/event-store';
import type { Clock } from '@adempauze/kernel';
import { Award, AwardExtended } from '../funding/funding.events.ts';
import type { EntitlementCommand, EntitlementState } from './entitlement.decider.ts';

/**
 * What is awarded stands in two streams: first the household's list, then the entitlement itself. Stopped in between, it
 * is finished here; otherwise there is nothing left to do. Each reaction can run again.
 */
export const completingAwards = ({
  entitlements,
  clock,
}: {
  readonly entitlements: Pick<CommandHandler<EntitlementCommand, EntitlementState>, 'handle'>;
  readonly clock: Clock;
}): Reactions => {
  const send = async (entitlementId: string, command: EntitlementCommand, { callFor }: Reaction): Promise<void> => {
    const outcome = await entitlements.handle(entitlementId, command, callFor(command.type));
    if (!outcome.accepted) throw new UnexpectedRejectionError(outcome.rejection.code);
  };
  return {
    SchemeAwarded: async (event, reaction) => {
      const data = Award.parse(event.data);
      await send(data.entitlementId, { type: 'OpenEntitlement', data, now: clock() }, reaction);
    },
    AwardExtended: async (event, reaction) => {
      const { entitlementId, until } = AwardExtended.parse(event.data);
      await send(entitlementId, { type: 'ExtendEntitlement', data: { until }, now: clock() }, reaction);
    },
  };
};
