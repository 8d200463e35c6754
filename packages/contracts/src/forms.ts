import { z } from 'zod';
import type { TakeoverLevel, Unit } from './vocabulary.ts';

export type RespiteForm = {
  readonly id: string;
  readonly identifier: string;
  readonly nl: string;
  readonly en: string;
  readonly unit: Unit;
  /** How far it takes the care over (domain.md, section 1), unless an offer says otherwise. */
  readonly takeover: TakeoverLevel;
  /** Given at home: shown before forms elsewhere (R13). */
  readonly atHome: boolean;
};

/** The forms of respite, domain.md section 3. F31 is a purpose of a booking and cannot be offered. */
export const forms = [
  {
    id: 'F01',
    identifier: 'BlockCare',
    nl: 'Blokzorg',
    en: 'Care in blocks of hours',
    unit: 'hour',
    takeover: 'partial',
    atHome: true,
  },
  {
    id: 'F02',
    identifier: 'PresenceCare',
    nl: 'Aanwezigheidszorg',
    en: 'Somebody present',
    unit: 'part-day',
    takeover: 'presence',
    atHome: true,
  },
  {
    id: 'F03',
    identifier: 'FullTakeoverAtHome',
    nl: 'Volledige overname thuis',
    en: 'Full takeover at home',
    unit: 'hour',
    takeover: 'full',
    atHome: true,
  },
  {
    id: 'F04',
    identifier: 'LiveInReplacement',
    nl: 'Vervangende mantelzorg aan huis',
    en: 'Live-in replacement',
    unit: 'night',
    takeover: 'full',
    atHome: true,
  },
  {
    id: 'F05',
    identifier: 'SupplementaryInformalCare',
    nl: 'Aanvullende mantelzorg',
    en: 'Supplementary care',
    unit: 'hour',
    takeover: 'partial',
    atHome: true,
  },
  {
    id: 'F06',
    identifier: 'InformalRespite',
    nl: 'Vrijwilliger aan huis',
    en: 'Volunteer at home',
    unit: 'hour',
    takeover: 'partial',
    atHome: true,
  },
  {
    id: 'F07',
    identifier: 'StudentVisit',
    nl: 'Student aan huis',
    en: 'Student visit',
    unit: 'hour',
    takeover: 'presence',
    atHome: true,
  },
  {
    id: 'F08',
    identifier: 'CareSitter',
    nl: 'Zorgoppas',
    en: 'Care sitter',
    unit: 'hour',
    takeover: 'full',
    atHome: true,
  },
  {
    id: 'F09',
    identifier: 'NightCare',
    nl: 'Nachtzorg thuis',
    en: 'Night care at home',
    unit: 'night',
    takeover: 'full',
    atHome: true,
  },
  {
    id: 'F10',
    identifier: 'WeekendCare',
    nl: 'Weekendzorg thuis',
    en: 'Weekend care at home',
    unit: 'hour',
    takeover: 'full',
    atHome: true,
  },
  {
    id: 'F11',
    identifier: 'NursingHomeStay',
    nl: 'Logeren in een verpleeghuis',
    en: 'Stay in a nursing home',
    unit: 'night',
    takeover: 'full',
    atHome: false,
  },
  {
    id: 'F12',
    identifier: 'GuestHouseStay',
    nl: 'Logeren in een logeerhuis',
    en: 'Stay in a guest house',
    unit: 'night',
    takeover: 'full',
    atHome: false,
  },
  {
    id: 'F13',
    identifier: 'DayPlusStay',
    nl: 'Logeren bij de dagbesteding',
    en: 'Stay at the day centre',
    unit: 'night',
    takeover: 'full',
    atHome: false,
  },
  {
    id: 'F14',
    identifier: 'HostFamilyStay',
    nl: 'Logeren in een gastgezin',
    en: 'Stay with a host family',
    unit: 'night',
    takeover: 'full',
    atHome: false,
  },
  {
    id: 'F15',
    identifier: 'ChildStay',
    nl: 'Logeerplek voor kinderen',
    en: 'Stay for children',
    unit: 'night',
    takeover: 'full',
    atHome: false,
  },
  {
    id: 'F16',
    identifier: 'HeavyCareBed',
    nl: 'Spoedbed',
    en: 'Urgent care bed',
    unit: 'night',
    takeover: 'full',
    atHome: false,
  },
  {
    id: 'F17',
    identifier: 'DayProgramme',
    nl: 'Dagbesteding',
    en: 'Day programme',
    unit: 'part-day',
    takeover: 'partial',
    atHome: false,
  },
  {
    id: 'F18',
    identifier: 'MeetingPlace',
    nl: 'Inloop',
    en: 'Meeting place',
    unit: 'visit',
    takeover: 'relief',
    atHome: false,
  },
  {
    id: 'F19',
    identifier: 'HouseholdHelp',
    nl: 'Hulp in het huishouden',
    en: 'Household help',
    unit: 'hour',
    takeover: 'relief',
    atHome: true,
  },
  {
    id: 'F20',
    identifier: 'LightRespite',
    nl: 'Activiteit voor uw naaste',
    en: 'Activity',
    unit: 'visit',
    takeover: 'presence',
    atHome: false,
  },
  { id: 'F21', identifier: 'Buddy', nl: 'Maatje', en: 'Buddy', unit: 'visit', takeover: 'relief', atHome: true },
  {
    id: 'F22',
    identifier: 'BrokerHours',
    nl: 'Hulp bij regelen',
    en: 'Help with arranging',
    unit: 'hour',
    takeover: 'relief',
    atHome: true,
  },
  {
    id: 'F23',
    identifier: 'CoachingOrCourse',
    nl: 'Coaching of cursus',
    en: 'Coaching or course',
    unit: 'visit',
    takeover: 'relief',
    atHome: false,
  },
  {
    id: 'F24',
    identifier: 'Transport',
    nl: 'Vervoer',
    en: 'Transport',
    unit: 'visit',
    takeover: 'relief',
    atHome: false,
  },
  {
    id: 'F25',
    identifier: 'BackupCover',
    nl: 'Achterwacht',
    en: 'Backup',
    unit: 'hour',
    takeover: 'full',
    atHome: true,
  },
  {
    id: 'F26',
    identifier: 'CareSwap',
    nl: 'Ruilen met een andere mantelzorger',
    en: 'Care swap',
    unit: 'hour',
    takeover: 'partial',
    atHome: true,
  },
  {
    id: 'F27',
    identifier: 'GuidanceAtHome',
    nl: 'Begeleiding thuis',
    en: 'Guidance at home',
    unit: 'hour',
    takeover: 'partial',
    atHome: true,
  },
  {
    id: 'F28',
    identifier: 'SocialTakeover',
    nl: 'Samen naar club of kerk',
    en: 'Club or church takes over',
    unit: 'visit',
    takeover: 'presence',
    atHome: false,
  },
  {
    id: 'F29',
    identifier: 'DigiBuddy',
    nl: 'Digimaatje',
    en: 'Digital buddy',
    unit: 'visit',
    takeover: 'relief',
    atHome: true,
  },
  {
    id: 'F30',
    identifier: 'PeerSupport',
    nl: 'Contact met lotgenoten',
    en: 'Peer support',
    unit: 'visit',
    takeover: 'relief',
    atHome: false,
  },
] as const satisfies readonly RespiteForm[];

export const FormId = z.enum(
  forms.map((form) => form.id) as [(typeof forms)[number]['id'], ...(typeof forms)[number]['id'][]],
);
export type FormId = z.infer<typeof FormId>;

/** The most that are named at once: every form there is, and those that come. */
export const mostForms = 60;

const byId = new Map<string, RespiteForm>(forms.map((form) => [form.id, form]));

/** The form of an id. @throws RangeError for an id that is no form, which `FormId` refuses at the edge. */
export const formOf = (id: FormId): RespiteForm => {
  const form = byId.get(id);
  if (!form) throw new RangeError(`There is no form ${id}.`);
  return form;
};
