import type { Operations } from '../dependencies.ts';
import { at, embeddedAccountId, type Kit } from './fake-basics.ts';

/** What an operator may see and do. */
export const fakeOperations = ({ called }: Kit) =>
  ({
    listParked: async () => ({
      items: [
        {
          cursor: 'c0',
          item: {
            id: 'invoicing:1',
            consumer: 'invoicing',
            key: 'booking-1',
            type: 'bookings.care-delivered.v1',
            reason: 'ZodError at #/quantity',
            parkedAt: at('2027-05-01T00:00:00Z'),
            attempts: 3,
          },
        },
      ],
      hasMore: false,
    }),
    listActions: async () => ({
      items: [
        {
          cursor: 'c0',
          item: {
            action: 'discarded',
            messageId: 'invoicing:0',
            consumer: 'invoicing/invoicing',
            key: 'booking-1',
            type: 'bookings.care-delivered.v1',
            reason: 'Dubbel ontvangen.',
            at: at('2027-05-01T00:00:00Z'),
            by: embeddedAccountId('operator'),
          },
        },
      ],
      hasMore: false,
    }),
    replayParked: async (id) => {
      called.push({ operation: 'replayParked', input: id, commandId: '' });
      return id === 'invoicing:1' ? { replayed: 1, left: 0, failure: undefined } : undefined;
    },
    discardParked: async (id) => {
      called.push({ operation: 'discardParked', input: id, commandId: '' });
      return id === 'invoicing:1';
    },
    status: async () => ({ 'bookings-read-model': { ok: true, detail: 'live' } }),
  }) satisfies Operations;
