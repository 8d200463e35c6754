import {
  accept,
  type Decider,
  event,
  personal,
  type Rejection,
  redacted,
  reject,
  type Sealed,
  type Vault,
} from '@adempauze/kernel';
import { z } from 'zod';

/** A small domain for the tests of this package: a booking that can be requested, annotated and confirmed once. */
export const BookingEvent = z.discriminatedUnion('type', [
  event(
    'BookingRequested',
    {
      bookingId: z.string(),
      caregiverId: z.string(),
      form: z.string(),
      note: personal(z.string().max(500), { of: 'caregiverId' }).optional(),
      contact: z
        .strictObject({
          personId: z.string(),
          address: personal(z.strictObject({ street: z.string(), place: z.string() }), { of: 'personId' }),
        })
        .optional(),
    },
    3,
  ),
  event('BookingCounted', { count: z.int() }),
  event('BookingConfirmed', { bookingId: z.string() }),
]);
export type BookingEvent = z.infer<typeof BookingEvent>;

export const bookingUpcasters = {
  BookingRequested: {
    1: ({ remark, ...data }: { readonly [key: string]: import('./port.ts').Json | undefined }) => ({
      ...data,
      note: remark,
    }),
    2: (data: { readonly [key: string]: import('./port.ts').Json | undefined }) => ({ ...data, form: 'F01' }),
  },
};

export type BookingState = {
  readonly status: 'absent' | 'requested' | 'confirmed';
  readonly count: number;
  readonly note?: unknown;
};
export type BookingCommand =
  | { readonly type: 'Request'; readonly bookingId: string; readonly note?: string }
  | { readonly type: 'Count'; readonly limit?: number }
  | { readonly type: 'Confirm'; readonly bookingId: string };

export const bookingDecider: Decider<BookingCommand, BookingState, BookingEvent, Rejection> = {
  initialState: { status: 'absent', count: 0 },
  evolve(state, it) {
    switch (it.type) {
      case 'BookingRequested':
        return { ...state, status: 'requested', ...(it.data.note === undefined ? {} : { note: it.data.note }) };
      case 'BookingCounted':
        return { ...state, count: state.count + it.data.count };
      case 'BookingConfirmed':
        return { ...state, status: 'confirmed' };
    }
  },
  decide(command, state) {
    switch (command.type) {
      case 'Request': {
        if (state.status !== 'absent') return accept();
        const { bookingId, note } = command;
        const data = { bookingId, caregiverId: 'caregiver-1', form: 'F01', ...(note === undefined ? {} : { note }) };
        return accept({ type: 'BookingRequested', data });
      }
      case 'Count':
        if (state.count >= (command.limit ?? Number.POSITIVE_INFINITY)) return reject('full', { count: state.count });
        return accept({ type: 'BookingCounted', data: { count: 1 } });
      case 'Confirm':
        if (state.status === 'absent') return reject('booking-not-found');
        if (state.status === 'confirmed') return reject('already-confirmed');
        return accept({ type: 'BookingConfirmed', data: { bookingId: command.bookingId } });
    }
  },
};

/** Enough of a vault to see what is sealed, where, and for whom; the real one is another package's. */
export const simpleVault = (): Vault & { readonly forget: (personId: string) => void; readonly calls: string[] } => {
  const keys = new Set<string>();
  const loaded = new Set<string>();
  const calls: string[] = [];
  return {
    calls,
    async prepare(personIds) {
      calls.push(`prepare ${personIds.join(',')}`);
      for (const id of personIds) {
        keys.add(id);
        loaded.add(id);
      }
    },
    async load(personIds) {
      calls.push(`load ${personIds.join(',')}`);
      for (const id of personIds) loaded.add(id);
    },
    seal(personId, place, value): Sealed {
      if (!keys.has(personId)) throw new Error(`No key was prepared for ${personId}.`);
      const text = Buffer.from(JSON.stringify([place, value])).toString('base64url');
      return { $sealed: `${personId}.${text}` };
    },
    open(place, { $sealed }) {
      const [personId = '', text = ''] = $sealed.split('.');
      if (!loaded.has(personId)) throw new Error(`The key of ${personId} was not loaded.`);
      if (!keys.has(personId)) return redacted;
      const [sealedAt, value] = JSON.parse(Buffer.from(text, 'base64url').toString()) as [string, unknown];
      if (sealedAt !== place) throw new Error(`Sealed at ${sealedAt}, opened at ${place}.`);
      return value;
    },
    forget: (personId) => void keys.delete(personId),
  };
};
