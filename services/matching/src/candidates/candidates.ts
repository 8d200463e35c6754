import { type Candidate, HelperAbout, type MatchWishes, type MunicipalityCode, Place } from '@adempauze/contracts';
import type { ReadDatabase } from '@adempauze/event-store';
import { dayOf, type Instant, instantOn, mondayOf, plusDays, type Span, type Vault } from '@adempauze/kernel';
import { type Places, type Point, travelKm } from '@adempauze/places';
import { z } from 'zod';
import { timesWithHouseholdSql } from '../familiar-faces/familiar-faces.ts';
import { fitFor, withTravel } from '../helper/availability.rules.ts';
import { AssignmentRow, HelperRow, openColumn } from '../helper-list/helper-list.ts';
import type { OpenedMatch } from '../match/match.decider.ts';
import { knownFirst, rankCandidates } from './rank.rules.ts';

/** Helpers looked at for one request: familiar faces first, then those asked least recently. Each costs an unsealing. */
export const mostConsidered = 300;

const Considered = HelperRow.extend({ timesWithHousehold: z.int() });

/**
 * Who of the organisation could come, best first, at most `first`. Who does not give this form is left out. Names and
 * places are unsealed here and kept nowhere. What it says may be a moment old: proposing and assigning check again.
 */
export const listCandidates = async (
  { db, vault, centreOf }: { db: ReadDatabase; vault: Vault; centreOf: (code: MunicipalityCode) => Point | undefined },
  { request, refusedBy, notWanted }: Pick<OpenedMatch, 'request' | 'refusedBy' | 'notWanted'>,
  first: number,
  wishes?: MatchWishes,
): Promise<Candidate[]> => {
  const { organisationId, householdId, form, span, matchId, languages, municipality, faces } = request;
  const rows = z.array(Considered).parse(
    db.all(
      `SELECT h.*, ${timesWithHouseholdSql} AS timesWithHousehold FROM helpers h
       WHERE h.organisationId = ? AND h.forgotten = 0 AND EXISTS (SELECT 1 FROM json_each(h.forms) WHERE value = ?)
       ORDER BY timesWithHousehold DESC, h.askedAt, h.helperId LIMIT ?`,
      householdId,
      organisationId,
      form,
      mostConsidered,
    ),
  );
  const assignments = assignmentsAround(db, rows, span);
  const fitIn = fitFor(span, matchId);
  const home = centreOf(municipality);
  await vault.load(rows.map((row) => row.helperId));
  const facts = rows.flatMap((row) => {
    const place = openColumn(vault, row.place, Place);
    if (place === null) return [];
    const { helperId, timesWithHousehold, askedAt } = row;
    const about = openColumn(vault, row.about, HelperAbout);
    const spoken = wishes?.languages ?? languages;
    return {
      helperId,
      timesWithHousehold,
      askedAt,
      travelKm: home === undefined ? undefined : travelKm(place.point, home),
      fit: fitIn({ ...row, assignments: assignments.get(helperId) ?? [] }),
      speaksLanguage: row.languages.some((language) => spoken.includes(language)),
      knowsCulture: about?.cultures.some((it) => wishes?.cultures.includes(it)) === true,
      isWoman: wishes?.womanPreferred === true && about?.woman === true,
      saidNo: refusedBy.includes(helperId),
      notWanted: notWanted.includes(helperId),
    };
  });
  const names = new Map(rows.map((row) => [row.helperId, row.name]));
  const best = rankCandidates(faces === 'known-first' ? knownFirst(facts) : facts).slice(0, first);
  return best.map((it) => ({ ...it, name: openColumn(vault, names.get(it.helperId) ?? null, z.string()) }));
};

/** All appointments in the weeks that the span touches, of these helpers, in one look. */
const assignmentsAround = (db: ReadDatabase, rows: readonly { helperId: string }[], span: Span) => {
  const { from, until } = wholeWeeksOf(withTravel(span));
  const found = db.all(
    `SELECT * FROM assignments
     WHERE helperId IN (SELECT value FROM json_each(?)) AND untilAt > ? AND fromAt < ? ORDER BY fromAt, matchId`,
    JSON.stringify(rows.map((row) => row.helperId)),
    from,
    until,
  );
  const spans = z
    .array(AssignmentRow)
    .parse(found)
    .map(({ matchId, helperId, fromAt, untilAt }) => ({
      matchId,
      helperId,
      span: { from: fromAt, until: untilAt },
    }));
  return Map.groupBy(spans, (it) => it.helperId);
};

const weekOf = (at: Instant) => mondayOf(dayOf(at));
const wholeWeeksOf = ({ from, until }: Span): Span => ({
  from: instantOn(weekOf(from)),
  until: instantOn(plusDays(weekOf(until), 7)),
});

/**
 * Where a municipality's people are: its place of the same name, else the middle of all its places. Undefined for a
 * code that is no municipality of this year.
 */
export const createCentres = (places: Places): ((code: MunicipalityCode) => Point | undefined) => {
  const known = new Map<string, Point | undefined>();
  const find = (code: string): Point | undefined => {
    const municipality = places.municipality(code);
    if (municipality === undefined) return undefined;
    const main = places.findPlace(municipality.name);
    if (main?.municipality === code) return { lat: main.lat, lon: main.lon };
    const all = places.listPlaces('', Number.POSITIVE_INFINITY).filter((it) => it.municipality === code);
    if (all.length === 0) return undefined;
    const middle = (of: (it: Point) => number) => all.reduce((sum, it) => sum + of(it), 0) / all.length;
    return { lat: middle((it) => it.lat), lon: middle((it) => it.lon) };
  };
  return (code) => {
    if (!known.has(code)) known.set(code, find(code));
    return known.get(code);
  };
};
