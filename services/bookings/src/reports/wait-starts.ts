import type { Projection, SourceEvent, Statement } from '@adempauze/event-store';
import { dayOf, monthOf } from '@adempauze/kernel';
import type { EndingEvent } from '../ending/ending.events.ts';
import type { HouseholdEvent } from '../household/household.events.ts';
import type { PersonEvent } from '../person/person.events.ts';
import type { ProposalEvent } from '../proposal/proposal.events.ts';
import type { SignalEvent } from '../signal/signal.events.ts';

/**
 * What a wait can be measured from besides a request (R10), and what ends every wait of a household. A signal that somebody
 * needs relief is of any form and provider (both empty), and until it is taken up it has no household: then its own id
 * stands there, and it counts where the caregiver lives; after that where the recipient does. A proposal has a row for each form and provider. `letGoOn`: the family wanted it no more, or let it pass;
 * `declinedIn`: in which month, and the reason if they said one (R36). Nobody waits any more once the care at home has ended,
 * or somebody of the household was forgotten.
 */
const tables = `
  CREATE TABLE wait_starts (
    startId TEXT NOT NULL, form TEXT NOT NULL, providerId TEXT NOT NULL, since TEXT NOT NULL, householdId TEXT NOT NULL,
    home TEXT NOT NULL, startedOn TEXT NOT NULL, letGoOn TEXT, declinedIn TEXT, reason TEXT, revision INTEGER NOT NULL,
    PRIMARY KEY (startId, form, providerId)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX wait_starts_declined ON wait_starts (providerId, declinedIn) WHERE declinedIn IS NOT NULL;
  CREATE TABLE wait_households (householdId TEXT PRIMARY KEY, home TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE wait_persons (
    householdId TEXT NOT NULL, personId TEXT NOT NULL, PRIMARY KEY (householdId, personId)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE wait_forgotten (personId TEXT PRIMARY KEY, endedOn TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE wait_ends (householdId TEXT NOT NULL, endedOn TEXT NOT NULL, PRIMARY KEY (householdId, endedOn))
    STRICT, WITHOUT ROWID;
`;
const start = 'INSERT OR IGNORE INTO wait_starts VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL, ?)';
const letGo = `UPDATE wait_starts SET letGoOn = ?1, declinedIn = ?2, reason = ?3, revision = ?4
  WHERE startId = ?5 AND revision < ?4`;
const takeUp = 'UPDATE wait_starts SET householdId = ?1, revision = ?2 WHERE startId = ?3 AND revision < ?2';
const person = 'INSERT OR IGNORE INTO wait_persons VALUES (?, ?)';

type Heard = (ProposalEvent | SignalEvent | EndingEvent | HouseholdEvent | PersonEvent) & Pick<SourceEvent, 'revision'>;
const types = new Set<string>([
  'ProposalMade',
  'ProposedAgain',
  'ProposalDeclined',
  'ProposalExpired',
  'CaregiverSignalled',
  'SignalTakenUp',
  'SignalClosed',
  'CareEnded',
  'HouseholdRegistered',
  'PersonForgotten',
] satisfies Heard['type'][]);
const isHeard = (event: SourceEvent | Heard): event is Heard => types.has(event.type);

export const waitStartsProjection: Projection<SourceEvent> = {
  name: 'wait-starts-1',
  tables,
  project(event) {
    if (!isHeard(event)) return undefined;
    const { revision } = event;
    switch (event.type) {
      case 'CaregiverSignalled': {
        const { signalId, caregiverId, municipality, signalledAt } = event.data;
        return [
          [start, signalId, '', '', 'signal', signalId, municipality, dayOf(signalledAt), revision],
          [person, signalId, caregiverId],
        ];
      }
      case 'SignalTakenUp':
        return [takeUp, event.data.householdId, revision, event.data.signalId];
      case 'SignalClosed':
        return [letGo, dayOf(event.data.closedAt), null, null, revision, event.data.signalId];
      case 'ProposalMade': {
        const { proposalId, householdId, homeMunicipality, parts, proposedAt } = event.data;
        return parts.map(
          ({ form, providerId }): Statement => [
            start,
            ...[proposalId, form, providerId, 'proposal', householdId, homeMunicipality, dayOf(proposedAt), revision],
          ],
        );
      }
      case 'ProposedAgain':
        return [letGo, null, null, null, revision, event.data.proposalId];
      case 'ProposalDeclined': {
        const { proposalId, reason, declinedAt } = event.data;
        const on = dayOf(declinedAt);
        return [letGo, on, monthOf(on), reason ?? '', revision, proposalId];
      }
      case 'ProposalExpired':
        return [letGo, dayOf(event.data.expiredAt), null, null, revision, event.data.proposalId];
      case 'CareEnded':
        return ['INSERT OR IGNORE INTO wait_ends VALUES (?, ?)', event.data.householdId, event.data.on];
      case 'HouseholdRegistered': {
        const { householdId, caregiver, recipient } = event.data;
        return [
          ['INSERT OR IGNORE INTO wait_households VALUES (?, ?)', householdId, recipient.municipality],
          ...[caregiver, recipient].map(({ personId }): Statement => [person, householdId, personId]),
        ];
      }
      case 'PersonForgotten': {
        const { personId, forgottenAt } = event.data;
        return ['INSERT OR IGNORE INTO wait_forgotten VALUES (?, ?)', personId, dayOf(forgottenAt)];
      }
      default:
        return undefined;
    }
  },
};
