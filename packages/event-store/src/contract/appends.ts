import { describe, expect, test } from '@jest/globals';
import { AppendRefusedError, StreamDeletedError, WrongRevisionError } from '../errors.ts';
import { appendLimits, type Expected } from '../port.ts';
import { anEvent, type Setting, someEvents } from './setting.ts';

export const describeAppends = ({ store, stream }: Setting): void => {
  describe('append', () => {
    const streamOf = async (count: number) => {
      const name = stream();
      const events = someEvents(count);
      await store().append(name, events, { expected: 'no_stream' });
      return { name, events };
    };
    const refused = async (name: string, expected: Expected, actual: number | 'no_stream', events = someEvents(1)) => {
      const before = await store().read(name);
      const error = await store()
        .append(name, events, { expected })
        .then(
          () => undefined,
          (it: unknown) => it,
        );
      expect(error).toBeInstanceOf(WrongRevisionError);
      expect(error).toMatchObject({ stream: name, expected, actual });
      expect(await store().read(name)).toEqual(before);
    };

    test('a new stream begins at revision 0', async () => {
      const name = stream();
      expect(await store().append(name, someEvents(1), { expected: 'no_stream' })).toMatchObject({ revision: 0 });
      expect(await store().append(name, someEvents(3), { expected: 0 })).toMatchObject({ revision: 3 });
    });
    test('positions grow, in the order of their text', async () => {
      const { name } = await streamOf(1);
      const first = await store().append(name, someEvents(2), { expected: 0 });
      const second = await store().append(stream(), someEvents(1), { expected: 'any' });
      expect(second.position > first.position).toBe(true);
    });
    test('the position answered is that of the last event', async () => {
      const name = stream();
      const { position } = await store().append(name, someEvents(3), { expected: 'no_stream' });
      expect((await store().read(name)).events.at(-1)?.position).toBe(position);
    });
    test('no_stream on a stream with events is refused', async () => {
      const { name } = await streamOf(2);
      await refused(name, 'no_stream', 1);
    });
    test('an exact revision on a stream that is not there is refused', () => refused(stream(), 0, 'no_stream'));
    test('an exact revision behind the head is refused', async () => {
      const { name } = await streamOf(3);
      await refused(name, 1, 2);
    });
    test('an exact revision ahead of the head is refused', async () => {
      const { name } = await streamOf(1);
      await refused(name, 7, 0);
    });
    test('any takes a new stream and an old one', async () => {
      const name = stream();
      expect(await store().append(name, someEvents(2), { expected: 'any' })).toMatchObject({ revision: 1 });
      expect(await store().append(name, someEvents(2), { expected: 'any' })).toMatchObject({ revision: 3 });
    });
    test('stream_exists takes an old stream', async () => {
      const { name } = await streamOf(1);
      expect(await store().append(name, someEvents(1), { expected: 'stream_exists' })).toMatchObject({ revision: 1 });
    });
    test('stream_exists refuses a new stream', () => refused(stream(), 'stream_exists', 'no_stream'));
    test('stream_exists takes a stream that only has a retention', async () => {
      const name = stream();
      await store().setRetention(name, { maxCount: 10 });
      expect(await store().append(name, someEvents(1), { expected: 'stream_exists' })).toMatchObject({ revision: 0 });
    });
    test('no_stream takes a stream that only has a retention', async () => {
      const name = stream();
      await store().setRetention(name, { maxCount: 10 });
      expect(await store().append(name, someEvents(1), { expected: 'no_stream' })).toMatchObject({ revision: 0 });
    });
    test('several events are written whole and side by side', async () => {
      const name = stream();
      const events = someEvents(40);
      await Promise.all([
        store().append(name, events, { expected: 'no_stream' }),
        ...Array.from({ length: 20 }, () => store().append(stream(), someEvents(3), { expected: 'no_stream' })),
      ]);
      const read = await store().read(name);
      expect(read.events.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
      expect(read.events.map(({ revision }) => revision)).toEqual(events.map((_, index) => index));
    });
    test('of 20 that race for one revision, one wins', async () => {
      const { name } = await streamOf(1);
      const racers = Array.from({ length: 20 }, () => someEvents(2));
      const results = await Promise.allSettled(racers.map((events) => store().append(name, events, { expected: 0 })));
      const winners = results.flatMap((it, index) => (it.status === 'fulfilled' ? [racers[index] ?? []] : []));
      expect(winners).toHaveLength(1);
      for (const result of results) {
        if (result.status === 'rejected')
          expect(result.reason).toMatchObject({ name: 'WrongRevisionError', actual: 2 });
      }
      const { events } = await store().read(name, { fromRevision: 1 });
      expect(events.map(({ id }) => id)).toEqual(winners[0]?.map(({ id }) => id));
    });
    test('a conflict does not hurt its neighbours', async () => {
      const { name } = await streamOf(2);
      const others = Array.from({ length: 10 }, () => stream());
      const [conflict, ...rest] = await Promise.allSettled([
        store().append(name, someEvents(1), { expected: 'no_stream' }),
        ...others.map((other) => store().append(other, someEvents(2), { expected: 'no_stream' })),
      ]);
      expect(conflict?.status).toBe('rejected');
      expect(rest.map((it) => it.status)).toEqual(others.map(() => 'fulfilled'));
    });
  });

  describe('the same append again', () => {
    test('is answered as the first time, and writes nothing', async () => {
      const name = stream();
      const events = someEvents(3);
      const first = await store().append(name, events, { expected: 'no_stream' });
      expect(await store().append(name, events, { expected: 'no_stream' })).toEqual(first);
      expect((await store().read(name)).events).toHaveLength(3);
    });
    test('is answered as the first time after the stream has grown', async () => {
      const name = stream();
      await store().append(name, someEvents(1), { expected: 'no_stream' });
      const events = someEvents(2);
      const first = await store().append(name, events, { expected: 0 });
      await store().append(name, someEvents(2), { expected: 2 });
      expect(await store().append(name, events, { expected: 0 })).toEqual(first);
      expect((await store().read(name)).events).toHaveLength(5);
    });
    test('with an event more than was written is a conflict', async () => {
      const name = stream();
      const events = someEvents(2);
      await store().append(name, events, { expected: 'no_stream' });
      const longer = [...events, ...someEvents(1)];
      await expect(store().append(name, longer, { expected: 'no_stream' })).rejects.toMatchObject({ actual: 1 });
      expect((await store().read(name)).events).toHaveLength(2);
    });
    test('with only the first event the same is a conflict', async () => {
      const name = stream();
      const events = someEvents(2);
      await store().append(name, events, { expected: 'no_stream' });
      const half = [...events.slice(0, 1), ...someEvents(1)];
      await expect(store().append(name, half, { expected: 'no_stream' })).rejects.toBeInstanceOf(WrongRevisionError);
    });
    test('with fewer events than were written is answered with the last of those', async () => {
      const name = stream();
      const events = someEvents(3);
      await store().append(name, events, { expected: 'no_stream' });
      const answer = await store().append(name, events.slice(0, 2), { expected: 'no_stream' });
      expect(answer.revision).toBe(1);
    });
    test('at the head is no repeat: ids are not looked at there', async () => {
      const name = stream();
      const [event = anEvent()] = someEvents(1);
      await store().append(name, [event], { expected: 'no_stream' });
      expect(await store().append(name, [event], { expected: 0 })).toMatchObject({ revision: 1 });
      expect((await store().read(name)).events).toHaveLength(2);
    });
    test('in another stream is another append', async () => {
      const [name, other] = [stream(), stream()];
      const events = someEvents(2);
      await store().append(name, events, { expected: 'no_stream' });
      expect(await store().append(other, events, { expected: 'no_stream' })).toMatchObject({ revision: 1 });
    });
    test('with any, at once, is absorbed', async () => {
      const { append } = store();
      const name = stream();
      const events = someEvents(2);
      const first = await append(name, events, { expected: 'any' });
      expect(await append(name, events, { expected: 'any' })).toMatchObject({ revision: first.revision });
      expect((await store().read(name)).events).toHaveLength(2);
    });
    test('with any, and only in part, is a conflict', async () => {
      const name = stream();
      const events = someEvents(2);
      await store().append(name, events, { expected: 'any' });
      const longer = [...events, ...someEvents(1)];
      await expect(store().append(name, longer, { expected: 'any' })).rejects.toBeInstanceOf(WrongRevisionError);
    });
    test('sent twice at the same time, is written once', async () => {
      const name = stream();
      const events = someEvents(2);
      const answers = await Promise.all([1, 2, 3].map(() => store().append(name, events, { expected: 'no_stream' })));
      expect(new Set(answers.map(({ revision }) => revision))).toEqual(new Set([1]));
      expect((await store().read(name)).events).toHaveLength(2);
    });
  });

  describe('limits', () => {
    const text = (bytes: number) => 'x'.repeat(bytes);
    const isRefused = (name: string, events = someEvents(1), expected: Expected = 'any') =>
      expect(store().append(name, events, { expected })).rejects.toBeInstanceOf(AppendRefusedError);

    test('an append without events is refused', () => isRefused(stream(), []));
    test('an event of 200 KiB is taken, one past the limit is refused', async () => {
      const name = stream();
      await store().append(name, [anEvent({ text: text(200 * 1024) })], { expected: 'no_stream' });
      await isRefused(name, [anEvent({ text: text(appendLimits.bytesPerEvent) })]);
      expect((await store().read(name)).events).toHaveLength(1);
    });
    test('an append past the limit of all its events together is refused', () =>
      isRefused(
        stream(),
        Array.from({ length: 6 }, () => anEvent({ text: text(200 * 1024) })),
      ));
    test('more events than the limit are refused, as many are taken', async () => {
      const name = stream();
      await isRefused(name, someEvents(appendLimits.eventsPerAppend + 1));
      const answer = await store().append(name, someEvents(appendLimits.eventsPerAppend), { expected: 'no_stream' });
      expect(answer.revision).toBe(appendLimits.eventsPerAppend - 1);
    });
    test.each([
      '',
      'booking',
      '-1',
      'Booking-1',
      '$system-1',
      '$$booking-1',
      'a b-1',
      'booking-',
      'booking-a b',
      `booking-${text(121)}`,
    ])('a stream is not named %j', (name) => isRefused(name));
    test.each([-1, 1.5, Number.NaN, Number.MAX_SAFE_INTEGER + 2])('%p is no revision', (expected) =>
      isRefused(stream(), someEvents(1), expected),
    );
    test('an id is a UUID', () => isRefused(stream(), [{ ...anEvent(), id: 'first' }]));
  });

  describe('tombstone', () => {
    test('the stream can neither be read nor written again, not even by a repeat', async () => {
      const name = stream();
      const events = someEvents(2);
      await store().append(name, events, { expected: 'no_stream' });
      await store().tombstone(name);
      await expect(store().append(name, someEvents(1), { expected: 1 })).rejects.toMatchObject({
        name: 'StreamDeletedError',
        stream: name,
      });
      for (const expected of ['no_stream', 'any', 'stream_exists'] as const) {
        await expect(store().append(name, events, { expected })).rejects.toBeInstanceOf(StreamDeletedError);
      }
      await expect(store().read(name)).rejects.toBeInstanceOf(StreamDeletedError);
    });
  });
};
