import { ProposalId } from '@adempauze/contracts';
import type { Projection, ReadDatabase, SourceEvent } from '@adempauze/event-store';
import type { Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { isStored } from '../integration/stored.ts';

/** Which proposals a household has, and until when they stand. Ids only. */
const tables = `
  CREATE TABLE proposals (
    place INTEGER PRIMARY KEY, proposalId TEXT NOT NULL UNIQUE, householdId TEXT NOT NULL, deadlineAt TEXT
  ) STRICT;
  CREATE INDEX proposals_by_household ON proposals (householdId);
  CREATE INDEX proposals_by_deadline ON proposals (deadlineAt) WHERE deadlineAt IS NOT NULL;
`;

export const proposalListProjection: Projection<SourceEvent> = {
  name: 'proposal-list-1',
  tables,
  project(event) {
    if (!isStored(event)) return undefined;
    switch (event.type) {
      case 'ProposalMade': {
        const { proposalId, householdId, until } = event.data;
        return [
          'INSERT OR IGNORE INTO proposals (proposalId, householdId, deadlineAt) VALUES (?, ?, ?)',
          ...[proposalId, householdId, until],
        ];
      }
      case 'ProposedAgain':
        return ['UPDATE proposals SET deadlineAt = ? WHERE proposalId = ?', event.data.until, event.data.proposalId];
      case 'ProposalAccepted':
      case 'ProposalDeclined':
      case 'ProposalExpired':
      case 'ProposalEnded':
        return ['UPDATE proposals SET deadlineAt = NULL WHERE proposalId = ?', event.data.proposalId];
      default:
        return undefined;
    }
  },
};

const Row = z.object({ place: z.number(), proposalId: ProposalId });

/** The one made last first, before `before`. */
export const listedProposals = (
  db: ReadDatabase,
  householdId: string,
  before: number,
  limit: number,
): z.infer<typeof Row>[] =>
  db
    .all(
      'SELECT place, proposalId FROM proposals WHERE householdId = ? AND place < ? ORDER BY place DESC LIMIT ?',
      householdId,
      before,
      limit,
    )
    .map((row) => Row.parse(row));

const Due = z.object({ id: z.string(), deadlineAt: z.string() });

/** Those that have stood long enough. */
export const dueProposals = (db: ReadDatabase, now: Instant, limit: number): z.infer<typeof Due>[] =>
  db
    .all(
      'SELECT proposalId AS id, deadlineAt FROM proposals WHERE deadlineAt <= ? ORDER BY deadlineAt LIMIT ?',
      now,
      limit,
    )
    .map((row) => Due.parse(row));
