import { FormId, MunicipalityCode, type UnmetBySource, UnmetSource } from '@adempauze/contracts';
import type { Projection, ReadDatabase, SourceEvent, Statement } from '@adempauze/event-store';
import { dayOf, monthOf } from '@adempauze/kernel';
import { z } from 'zod';
import type { About } from '../booking/booking.events.ts';
import { isStored } from '../integration/stored.ts';

/**
 * Demand that was not met, by what showed it (R35): one row for each thing and form. An empty `form`: any would have done.
 * Beside `unmet`, which is requests only.
 */
const tables = `
  CREATE TABLE unmet_by_source (
    id TEXT NOT NULL, form TEXT NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL,
    municipality TEXT NOT NULL, month TEXT NOT NULL,
    PRIMARY KEY (id, form)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX unmet_by_source_area ON unmet_by_source (municipality, month, source, reason, form);
`;

export const unmetBySourceProjection: Projection<SourceEvent> = {
  name: 'unmet-by-source-1',
  tables,
  project(event) {
    if (!isStored(event)) return undefined;
    switch (event.type) {
      case 'BookingRefused':
        return ofBooking('request', event.data.reason, event.data);
      case 'BookingDeclined':
        return event.data.countedWithSeries ? undefined : ofBooking('declined', event.data.reason, event.data);
      case 'BookingCancelled':
        // A provider who takes its word back leaves the same question.
        return event.data.by === 'provider'
          ? ofBooking('declined', event.data.reason ?? 'other', event.data)
          : undefined;
      case 'BookingExpired':
        // A caregiver who let it go asked for nothing more, and what waited for a step had its place.
        return ['caregiver', 'outcome'].includes(event.data.awaited)
          ? undefined
          : ofBooking('request', 'no-answer', event.data);
      case 'ProposalDeclined': {
        // No need is no demand; a no because of when, what, where or the price is (R35).
        const { proposalId, round, reason = 'not-now', forms, homeMunicipality: municipality, declinedAt } = event.data;
        if (reason === 'not-now') return undefined;
        const month = monthOf(dayOf(declinedAt));
        return rowsOf({ id: `${proposalId}/${round}`, source: 'declined', reason, forms, municipality, month });
      }
      case 'NothingFound': {
        const { searchId, forms, municipality, month, urgent } = event.data;
        const reason = urgent === true ? 'urgent' : '';
        return rowsOf({ id: searchId, source: 'search', reason, forms, municipality, month });
      }
      case 'WaitingJoined': {
        const { waitingId, form, homeMunicipality: municipality, window } = event.data;
        // Of lists joined before it was recorded which form and where, nothing is known here.
        if (form === undefined || municipality === undefined) return undefined;
        const month = monthOf(dayOf(window.from));
        return rowsOf({ id: waitingId, source: 'waiting', reason: '', forms: [form], municipality, month });
      }
      case 'WishMade': {
        const { wishId, forms, homeMunicipality: municipality, window } = event.data;
        const month = monthOf(dayOf(window.from));
        return rowsOf({ id: wishId, source: 'waiting', reason: '', forms, municipality, month });
      }
      default:
        return undefined;
    }
  },
};

type Rows = {
  readonly id: string;
  readonly source: UnmetSource;
  readonly reason: string;
  readonly forms: readonly FormId[];
  readonly municipality: string;
  readonly month: string;
};

const rowsOf = ({ id, source, reason, forms, municipality, month }: Rows): Statement[] =>
  (forms.length === 0 ? [''] : forms).map((form) => [
    'INSERT OR IGNORE INTO unmet_by_source VALUES (?, ?, ?, ?, ?, ?)',
    ...[id, form, source, reason, municipality, month],
  ]);

const ofBooking = (
  source: UnmetSource,
  reason: string,
  { bookingId, form, homeMunicipality: municipality, span }: About,
): Statement[] =>
  rowsOf({ id: bookingId, source, reason, forms: [form], municipality, month: monthOf(dayOf(span.from)) });

const Row = z.object({
  source: UnmetSource,
  reason: z.string().transform((it) => (it === '' ? null : it)),
  form: z
    .string()
    .transform((it) => (it === '' ? null : it))
    .pipe(FormId.nullable()),
  municipality: MunicipalityCode,
  month: z.string(),
  count: z.number(),
});

/** Per municipality, month, source, reason and form, in that order; of all municipalities unless one is named. */
export const unmetBySource = (db: ReadDatabase, municipality?: MunicipalityCode): UnmetBySource[] =>
  db
    .all(
      `SELECT source, reason, form, municipality, month, count(*) AS count FROM unmet_by_source
       WHERE ?1 IS NULL OR municipality = ?1
       GROUP BY municipality, month, source, reason, form`,
      municipality ?? null,
    )
    .map((row) => Row.parse(row));
