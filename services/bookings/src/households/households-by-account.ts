import { HouseholdId } from '@adempauze/contracts';
import type { Projection, ReadDatabase, SourceEvent } from '@adempauze/event-store';
import { z } from 'zod';
import { isStored } from '../integration/stored.ts';

/**
 * Which household an account may see, and as what; which persons a household is about. Ids only. `ref` tells apart
 * what an account holds more than once: the id of a mandate.
 */
const tables = `
  CREATE TABLE household_accounts (
    accountId TEXT, householdId TEXT, role TEXT, ref TEXT, PRIMARY KEY (accountId, householdId, role, ref)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX accounts_of_household ON household_accounts (householdId, role, ref);
  CREATE TABLE household_persons (
    personId TEXT, householdId TEXT, role TEXT NOT NULL, forgotten INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (personId, householdId)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX forgotten_households ON household_persons (householdId) WHERE forgotten = 1;
`;

const addAccount = 'INSERT OR IGNORE INTO household_accounts VALUES (?, ?, ?, ?)';
const dropAccounts = 'DELETE FROM household_accounts WHERE householdId = ? AND role = ? AND ref = ?';
const addPerson = `INSERT OR IGNORE INTO household_persons (personId, householdId, role) VALUES (?, ?, ?)`;
const markForgotten = 'UPDATE household_persons SET forgotten = 1 WHERE personId = ?';
const dropCaregiver = `DELETE FROM household_accounts WHERE role = 'caregiver' AND householdId IN
  (SELECT householdId FROM household_persons WHERE personId = ? AND role = 'caregiver')`;

export const householdsByAccountProjection: Projection<SourceEvent> = {
  name: 'households-by-account-1',
  tables,
  project(event) {
    if (!isStored(event)) return undefined;
    switch (event.type) {
      case 'HouseholdRegistered': {
        const { householdId, caregiver, recipient, contactPerson, mandates } = event.data;
        return [
          ...(caregiver.accountId === undefined
            ? []
            : [[addAccount, caregiver.accountId, householdId, 'caregiver', ''] as const]),
          [addAccount, contactPerson.accountId, householdId, 'contact', ''],
          ...mandates.map((it) => [addAccount, it.accountId, householdId, 'mandate', it.mandateId] as const),
          [addPerson, caregiver.personId, householdId, 'caregiver'],
          [addPerson, recipient.personId, householdId, 'recipient'],
        ];
      }
      case 'ContactPersonChanged': {
        const { householdId, contactPerson } = event.data;
        return [
          [dropAccounts, householdId, 'contact', ''],
          [addAccount, contactPerson.accountId, householdId, 'contact', ''],
        ];
      }
      case 'MandateGranted':
        return [addAccount, event.data.accountId, event.data.householdId, 'mandate', event.data.mandateId];
      case 'MandateWithdrawn':
        return [dropAccounts, event.data.householdId, 'mandate', event.data.mandateId];
      case 'PersonForgotten':
        return [
          [markForgotten, event.data.personId],
          [dropCaregiver, event.data.personId],
        ];
      default:
        return undefined;
    }
  },
};

const Row = z.object({ householdId: HouseholdId });

/** Households of an account, as caregiver, contact person or by mandate, in the order of their ids. */
export const householdsOfAccount = (db: ReadDatabase, accountId: string, after: string, limit: number): HouseholdId[] =>
  db
    .all(
      `SELECT DISTINCT householdId FROM household_accounts WHERE accountId = ? AND householdId > ?
       ORDER BY householdId LIMIT ?`,
      accountId,
      after,
      limit,
    )
    .map((row) => Row.parse(row).householdId);

/** Households in which this person is caregiver or recipient. */
export const householdsOfPerson = (db: ReadDatabase, personId: string): HouseholdId[] =>
  db
    .all('SELECT householdId FROM household_persons WHERE personId = ? ORDER BY householdId', personId)
    .map((row) => Row.parse(row).householdId);
