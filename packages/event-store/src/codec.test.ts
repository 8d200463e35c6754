import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { derivedId, event, redacted } from '@adempauze/kernel';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { BookingEvent, bookingUpcasters, simpleVault } from './booking.fixtures.ts';
import { createEventCodec } from './codec.ts';
import type { NewEvent, RecordedEvent } from './port.ts';
import { keepSealed, openSealed } from './sealed.ts';
import { upcasterFixtures } from './testing.ts';

const stream = 'booking-b1';
const metadata = { at: '2027-01-04T00:00:00.000Z', commandId: 'command-1' };
const ids = (count: number) => Array.from({ length: count }, (_, n) => derivedId('codec', n));
const recorded = (events: readonly NewEvent[], of = stream): RecordedEvent[] =>
  events.map((it, revision) => ({ ...it, stream: of, revision, position: `${revision}` }));
const requested: BookingEvent = {
  type: 'BookingRequested',
  data: {
    bookingId: 'b1',
    caregiverId: 'c1',
    form: 'F01',
    note: 'He walks at night.',
    contact: { personId: 'p2', address: { street: 'Lindelaan 1', place: 'Vught' } },
  },
};
const setUp = () => {
  const vault = simpleVault();
  return { vault, codec: createEventCodec({ schema: BookingEvent, upcasters: bookingUpcasters, vault }) };
};

describe('encode and decode', () => {
  test('give back what went in, with the version of the schema', async () => {
    const { codec } = setUp();
    const events: BookingEvent[] = [requested, { type: 'BookingConfirmed', data: { bookingId: 'b1' } }];
    const encoded = await codec.encode(stream, events, { ids: ids(2), metadata });
    expect(encoded.map((it) => [it.id, it.metadata.v])).toEqual([
      [ids(2)[0], 3],
      [ids(2)[1], 1],
    ]);
    expect(await codec.decode(recorded(encoded))).toEqual(events);
  });
  test('seal each personal field with the key of its own person, prepared before', async () => {
    const { codec, vault } = setUp();
    const [encoded] = await codec.encode(stream, [requested], { ids: ids(1), metadata });
    expect(JSON.stringify(encoded)).not.toMatch(/walks|Lindelaan|Vught/);
    expect(encoded?.data).toMatchObject({ bookingId: 'b1', note: { $sealed: expect.stringMatching(/^c1\./) } });
    expect(encoded?.data).toMatchObject({
      contact: { personId: 'p2', address: { $sealed: expect.stringMatching(/^p2\./) } },
    });
    expect(vault.calls).toEqual(['prepare c1,p2']);
  });
  test('give what is left when one person was forgotten', async () => {
    const { codec, vault } = setUp();
    const encoded = await codec.encode(stream, [requested], { ids: ids(1), metadata });
    vault.forget('c1');
    const [decoded] = await codec.decode(recorded(encoded));
    expect(decoded?.data).toMatchObject({ note: redacted, contact: { address: { street: 'Lindelaan 1' } } });
  });
  test('pass on what a forgotten person left, without a key', async () => {
    const { codec, vault } = setUp();
    const again: BookingEvent = {
      type: 'BookingRequested',
      data: { bookingId: 'b1', caregiverId: 'c1', form: 'F01', note: redacted },
    };
    const encoded = await codec.encode(stream, [again], { ids: ids(1), metadata });
    expect(await codec.decode(recorded(encoded))).toEqual([again]);
    expect(vault.calls).toEqual([]);
  });
  test('refuse a sealed value that was moved to another event', async () => {
    const { codec } = setUp();
    const encoded = await codec.encode(stream, [requested], { ids: ids(1), metadata });
    await expect(codec.decode(recorded(encoded, 'booking-other'))).rejects.toThrow('Sealed at');
  });
  test('refuse an event that does not fit its schema', async () => {
    const { codec } = setUp();
    const wrong = { type: 'BookingCounted', data: { count: 1.5 } } as const;
    await expect(codec.encode(stream, [wrong], { ids: ids(1), metadata })).rejects.toBeInstanceOf(z.ZodError);
  });
  test('refuse a type that no schema knows, and a version of the future', async () => {
    const { codec } = setUp();
    const [known] = await codec.encode(stream, [{ type: 'BookingCounted', data: { count: 1 } }], {
      ids: ids(1),
      metadata,
    });
    const counted = known as NewEvent;
    await expect(codec.decode(recorded([{ ...counted, type: 'BookingSung' }]))).rejects.toThrow('BookingSung');
    const later = { ...counted, metadata: { ...metadata, v: 2 } };
    await expect(codec.decode(recorded([later]))).rejects.toThrow('was stored in version 2');
  });
});

describe('upcasters', () => {
  test('lift an old event step by step, sealed fields and all', async () => {
    const { codec, vault } = setUp();
    await vault.prepare(['c1']);
    const id = ids(1)[0] ?? '';
    // A `remark` of version 1 became a `note` in version 2: the place that is bound in stays the old one.
    const remark = vault.seal('c1', `${stream}|${id}|remark`, 'He walks at night.');
    const old = {
      id,
      type: 'BookingRequested',
      data: { bookingId: 'b1', caregiverId: 'c1', remark },
      metadata: { ...metadata, v: 1 },
    };
    expect(await codec.decode(recorded([old]))).toEqual([
      {
        type: 'BookingRequested',
        data: { bookingId: 'b1', caregiverId: 'c1', form: 'F01', note: 'He walks at night.' },
      },
    ]);
  });
  test('what they make is checked', async () => {
    const codec = createEventCodec({
      schema: z.discriminatedUnion('type', [event('Weighed', { grams: z.int() }, 2)]),
      upcasters: { Weighed: { 1: ({ kilos }) => ({ grams: `${kilos}000` }) } },
    });
    const old = { id: ids(1)[0] ?? '', type: 'Weighed', data: { kilos: 2 }, metadata: { ...metadata, v: 1 } };
    await expect(codec.decode(recorded([old]))).rejects.toBeInstanceOf(z.ZodError);
  });
  test('one that is missing, or too many, is said at once', () => {
    const vault = simpleVault();
    const { 1: first } = bookingUpcasters.BookingRequested;
    expect(() =>
      createEventCodec({ schema: BookingEvent, vault, upcasters: { BookingRequested: { 1: first } } }),
    ).toThrow('BookingRequested is at version 3 and has no upcaster from 2');
    expect(() =>
      createEventCodec({ schema: BookingEvent, vault, upcasters: { ...bookingUpcasters, Gone: { 1: (it) => it } } }),
    ).toThrow('Gone');
    expect(() => createEventCodec({ schema: BookingEvent, upcasters: bookingUpcasters })).toThrow('needs a vault');
  });
});

describe('stored fixtures', () => {
  const folder = fileURLToPath(new URL('./booking.fixtures', import.meta.url));
  const codec = createEventCodec({ schema: BookingEvent, upcasters: bookingUpcasters, vault: simpleVault() });
  const inACopy = async (change: (copy: string) => void) => {
    const copy = mkdtempSync(join(tmpdir(), 'adempauze-fixtures-'));
    cpSync(folder, copy, { recursive: true });
    change(copy);
    try {
      return await upcasterFixtures(codec, copy);
    } finally {
      rmSync(copy, { recursive: true });
    }
  };

  test('all decode as they should', async () => expect(await upcasterFixtures(codec, folder)).toBe(2));
  test('one that is deleted is missed', () =>
    expect(inACopy((copy) => rmSync(join(copy, 'BookingRequested.v1.json')))).rejects.toThrow(
      'has no BookingRequested.v1.json',
    ));
  test('one that decodes otherwise is named', () =>
    expect(
      inACopy((copy) =>
        writeFileSync(
          join(copy, 'BookingRequested.v2.json'),
          JSON.stringify({ type: 'BookingRequested', v: 2, data: { bookingId: 'b1', caregiverId: 'c1' }, decoded: {} }),
        ),
      ),
    ).rejects.toThrow('BookingRequested.v2.json decodes as'));
});

describe('sealed values outside their event', () => {
  test('are kept as text and opened later, or are gone', async () => {
    const { codec, vault } = setUp();
    const [encoded] = recorded(await codec.encode(stream, [requested], { ids: ids(1), metadata }));
    const { note } = codec.upcast(encoded as RecordedEvent).data;
    const kept = keepSealed(note);
    expect(kept).not.toMatch(/walks/);
    await vault.load(['c1']);
    expect(openSealed(vault, kept)).toBe('He walks at night.');
    vault.forget('c1');
    expect(openSealed(vault, kept)).toEqual(redacted);
  });
  test('absent and redacted ones are kept as null, and read as redacted', () => {
    expect([keepSealed(undefined), keepSealed(null), keepSealed(redacted)]).toEqual([null, null, null]);
    expect(openSealed(simpleVault(), null)).toEqual(redacted);
  });
  test('a value in the clear is never kept', () => {
    for (const value of ['He walks at night.', { street: 'Lindelaan 1' }, 7, { $sealed: 'c1.no-place' }]) {
      expect(() => keepSealed(value)).toThrow(TypeError);
    }
  });
});
