import { byStream, type Fact } from './history.ts';

/** Happen at most once in the life of their stream. */
const onceOnly = new Set([
  'HouseholdRegistered',
  'ProviderRegistered',
  'OfferPublished',
  'ResourceOpened',
  'HelperRegistered',
  'SchemePublished',
  'BudgetOpened',
  'EntitlementOpened',
  'BookingRequested',
  'BookingRefused',
  'AcceptanceAsked',
  'HelperWanted',
  'BookingConfirmed',
  'BookingDeclined',
  'BookingExpired',
  'BookingCancelled',
  'CareDelivered',
  'MatchOpened',
  'ClaimOpened',
  'ClaimSettled',
]);

/**
 * The log itself: positions rise, every id stands once, revisions of a stream count from 0 without a gap, one command
 * wrote to one stream in one append only, and what happens once in a life happened once.
 */
export const checkLog = (log: readonly Fact[]): string[] => {
  const violations: string[] = [];
  const ids = new Set<string>();
  let last = '';
  for (const { id, position } of log) {
    if (position <= last) violations.push(`Position ${position} stands after ${last}.`);
    last = position;
    if (ids.has(id)) violations.push(`Event ${id} stands twice in the log.`);
    ids.add(id);
  }
  for (const [stream, events] of byStream(log)) {
    const types = new Set<string>();
    const commands = new Map<string, number>();
    for (const [index, { revision, type, metadata }] of events.entries()) {
      if (revision !== index) violations.push(`${stream} has revision ${revision} where ${index} should be.`);
      if (onceOnly.has(type) && types.has(type)) violations.push(`${type} happened twice in ${stream}.`);
      types.add(type);
      const { commandId } = metadata;
      if (commandId === undefined) continue;
      const before = commands.get(commandId);
      if (before !== undefined && before !== index - 1) {
        violations.push(`Command ${commandId} wrote to ${stream} at ${before} and again at ${index}.`);
      }
      commands.set(commandId, index);
    }
  }
  return violations;
};
