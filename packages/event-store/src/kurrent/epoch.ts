import { type Clock, derivedId } from '@adempauze/kernel';
import type { EncodedEvent } from '../check-append.ts';
import { WrongRevisionError } from '../errors.ts';
import type { AppendResult, ReadOptions, ReadResult } from '../port.ts';

/** A name that the port refuses, so that no category can hold it and no reader meets it. */
export const epochStream = 'AdempauzeLog';

export type EpochSettings = {
  readonly read: (stream: string, options: ReadOptions) => Promise<ReadResult>;
  readonly append: (
    stream: string,
    events: readonly EncodedEvent[],
    expected: 'no_stream' | number,
  ) => Promise<AppendResult>;
  readonly clock: Clock;
  readonly newId: () => string;
};

const last = async ({ read }: EpochSettings) => {
  const [event] = (await read(epochStream, { direction: 'backwards', maxCount: 1 })).events;
  return event && { epoch: String(event.data.epoch), revision: event.revision };
};

const nameLog = async (settings: EpochSettings, expected: 'no_stream' | number): Promise<void> => {
  const epoch = settings.newId();
  const metadata = JSON.stringify({ v: 1, at: settings.clock() });
  const event = { id: derivedId('epoch', epoch), type: 'LogNamed', data: JSON.stringify({ epoch }), metadata };
  try {
    await settings.append(epochStream, [event], expected);
  } catch (error) {
    // Another replica named it first.
    if (!(error instanceof WrongRevisionError)) throw error;
  }
};

/** The name of the log, given by whoever asks first: the last event of a technical stream of its own. */
export const readEpoch = async (settings: EpochSettings): Promise<string> => {
  let found = await last(settings);
  if (found === undefined) {
    await nameLog(settings, 'no_stream');
    found = await last(settings);
  }
  if (found === undefined) throw new Error('The log has no name, although it was given one.');
  return found.epoch;
};

/** For an operator who put a backup back: every reader then begins anew, since positions may mean something else. */
export const renewEpoch = async (settings: EpochSettings): Promise<string> => {
  await nameLog(settings, (await last(settings))?.revision ?? 'no_stream');
  return readEpoch(settings);
};
