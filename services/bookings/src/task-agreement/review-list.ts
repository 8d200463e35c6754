import { HouseholdId, TaskAgreementId } from '@adempauze/contracts';
import type { Projection, ReadDatabase, SourceEvent } from '@adempauze/event-store';
import { dayOf, type Instant } from '@adempauze/kernel';
import { z } from 'zod';
import { isStored } from '../integration/stored.ts';

/** On which day an agreement is to be looked at again; which act it is about is not in it. */
const tables = `
  CREATE TABLE agreement_reviews (
    agreementId TEXT PRIMARY KEY, householdId TEXT NOT NULL, reviewOn TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX agreement_reviews_by_day ON agreement_reviews (reviewOn);
`;

export const reviewListProjection: Projection<SourceEvent> = {
  name: 'agreement-reviews-1',
  tables,
  project(event) {
    if (!isStored(event)) return undefined;
    switch (event.type) {
      case 'TaskAgreed': {
        const { agreementId, householdId, reviewOn } = event.data;
        return ['INSERT OR IGNORE INTO agreement_reviews VALUES (?, ?, ?)', agreementId, householdId, reviewOn];
      }
      case 'TaskDeclined':
      case 'TaskWithdrawn':
      case 'TaskReviewDue':
        return ['DELETE FROM agreement_reviews WHERE agreementId = ?', event.data.agreementId];
      default:
        return undefined;
    }
  },
};

const Row = z.object({ agreementId: TaskAgreementId, householdId: HouseholdId, reviewOn: z.string() });

export const dueReviews = (db: ReadDatabase, now: Instant, limit: number): z.infer<typeof Row>[] =>
  db
    .all('SELECT * FROM agreement_reviews WHERE reviewOn <= ? ORDER BY reviewOn LIMIT ?', dayOf(now), limit)
    .map((row) => Row.parse(row));
