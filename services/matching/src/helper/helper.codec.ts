import { createEventCodec, type SourceEvent } from '@adempauze/event-store';
import type { Vault } from '@adempauze/kernel';
import { HelperEvent, helperCategory } from './helper.events.ts';

export const createHelperCodec = (vault: Vault) => createEventCodec({ schema: HelperEvent, vault });

/** As it stands in the log: checked when it was written; name, phone and place are sealed. */
export const isHelperEvent = (event: SourceEvent): event is SourceEvent & HelperEvent =>
  event.stream.startsWith(`${helperCategory}-`);
