import { FormId, MunicipalityCode, type UnmetDemandRow } from '@adempauze/contracts';
import type { Projection, ReadDatabase, SourceEvent, Statement } from '@adempauze/event-store';
import { dayOf, monthOf } from '@adempauze/kernel';
import { z } from 'zod';
import type { About } from '../booking/booking.events.ts';
import { isStored } from '../integration/stored.ts';

/**
 * One row a request that found nobody: no place, a no, or no answer (R35). Counted where the recipient lives, so that a
 * municipality sees its own people's demand also when it bought nothing, and in the month of the care.
 */
const tables = `
  CREATE TABLE unmet (
    bookingId TEXT PRIMARY KEY, municipality TEXT NOT NULL, form TEXT NOT NULL, month TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX unmet_by_municipality ON unmet (municipality, form, month);
`;

export const unmetDemandProjection: Projection<SourceEvent> = {
  name: 'unmet-demand-1',
  tables,
  project(event) {
    if (!isStored(event)) return undefined;
    switch (event.type) {
      case 'BookingRefused':
        return count(event.data);
      case 'BookingDeclined':
        // A series that was declined in one action is one no.
        return event.data.countedWithSeries ? undefined : count(event.data);
      case 'BookingExpired':
        // A caregiver who let it go asked for nothing more, and what waited for a step had its place.
        return ['caregiver', 'outcome'].includes(event.data.awaited) ? undefined : count(event.data);
      default:
        return undefined;
    }
  },
};

const count = ({ bookingId, homeMunicipality, form, span }: About): Statement => [
  'INSERT OR IGNORE INTO unmet VALUES (?, ?, ?, ?)',
  bookingId,
  homeMunicipality,
  form,
  monthOf(dayOf(span.from)),
];

const Row = z.object({ form: FormId, municipality: MunicipalityCode, month: z.string(), count: z.number() });

/** Per municipality, form and month, in that order; of all municipalities unless one is named. */
export const unmetDemand = (db: ReadDatabase, municipality?: MunicipalityCode): UnmetDemandRow[] =>
  db
    .all(
      `SELECT form, municipality, month, count(*) AS count FROM unmet WHERE ?1 IS NULL OR municipality = ?1
       GROUP BY municipality, form, month`,
      municipality ?? null,
    )
    .map((row) => Row.parse(row));
