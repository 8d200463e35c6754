import type { NextRule, PlaceCause, WaitingOutcome } from './waiting.ts';

/* Why somebody was next for a place, in words that everybody may see: of the rule, and of nobody's care. */

type InTwoLanguages = { readonly nl: string; readonly en: string };

/** To the household that is offered a place, before the one behind it. */
export const nextRuleToHousehold: Readonly<Record<NextRule, InTwoLanguages>> = {
  urgent: { nl: 'U bent aan de beurt, want het is dringend.', en: 'You are next, because it is urgent.' },
  'eight-weeks': {
    nl: 'U bent aan de beurt, want u wacht al langer dan acht weken.',
    en: 'You are next, because you have waited longer than eight weeks.',
  },
  familiar: {
    nl: 'U bent aan de beurt, want u bent hier al eerder geweest. Het is vertrouwd.',
    en: 'You are next, because you have been here before. It is familiar.',
  },
  exact: {
    nl: 'U bent aan de beurt, want deze plek is precies zo lang als u vroeg.',
    en: 'You are next, because this place is exactly as long as you asked.',
  },
  near: {
    nl: 'U bent aan de beurt, want het is voor u minder ver dan voor anderen.',
    en: 'You are next, because it is less far for you than for others.',
  },
  longest: {
    nl: 'U bent aan de beurt, want u wacht het langst.',
    en: 'You are next, because you have waited longest.',
  },
  only: {
    nl: 'U bent aan de beurt. De plek past nu bij niemand anders die wacht.',
    en: 'You are next. The place fits nobody else who waits now.',
  },
};

/** The same, once there is nothing to choose any more. */
export const nextRuleAfterwards: Readonly<Record<NextRule, InTwoLanguages>> = {
  urgent: { nl: 'U was aan de beurt, want het was dringend.', en: 'You were next, because it was urgent.' },
  'eight-weeks': {
    nl: 'U was aan de beurt, want u wachtte al langer dan acht weken.',
    en: 'You were next, because you had waited longer than eight weeks.',
  },
  familiar: {
    nl: 'U was aan de beurt, want u was hier al eerder geweest. Het was vertrouwd.',
    en: 'You were next, because you had been here before. It was familiar.',
  },
  exact: {
    nl: 'U was aan de beurt, want deze plek was precies zo lang als u vroeg.',
    en: 'You were next, because this place was exactly as long as you asked.',
  },
  near: {
    nl: 'U was aan de beurt, want het was voor u minder ver dan voor anderen.',
    en: 'You were next, because it was less far for you than for others.',
  },
  longest: {
    nl: 'U was aan de beurt, want u wachtte het langst.',
    en: 'You were next, because you had waited longest.',
  },
  only: {
    nl: 'U was aan de beurt. De plek paste toen bij niemand anders die wachtte.',
    en: 'You were next. The place fitted nobody else who waited then.',
  },
};

/** To the household: what became of a place that it was offered. */
export const outcomeToHousehold: Readonly<Record<WaitingOutcome, InTwoLanguages>> = {
  offered: { nl: 'Deze plek is nog voor u. U kunt kiezen.', en: 'This place is still yours. You can choose.' },
  taken: { nl: 'U nam deze plek.', en: 'You took this place.' },
  declined: {
    nl: 'U liet deze plek gaan. Daarna mocht iemand anders kiezen.',
    en: 'You let this place go. After that it was for somebody else.',
  },
  silent: {
    nl: 'Er kwam op tijd geen antwoord. Daarna mocht iemand anders kiezen.',
    en: 'No answer came in time. After that it was for somebody else.',
  },
  refused: {
    nl: 'U kon deze plek toch niet krijgen. Hij paste niet bij wat u vroeg, of was al weg.',
    en: 'You could not have this place after all. It did not fit what you asked, or was gone already.',
  },
  elsewhere: {
    nl: 'U dacht toen na over een andere plek. Daarom is deze niet voor u vastgehouden.',
    en: 'You were thinking about another place then. So this one was not held for you.',
  },
};

/** To the provider of the offer: the same of a household without a name. */
export const nextRuleToProvider: Readonly<Record<NextRule, InTwoLanguages>> = {
  urgent: { nl: 'Voor dit huishouden is het dringend.', en: 'It is urgent for this household.' },
  'eight-weeks': {
    nl: 'Dit huishouden wacht al langer dan acht weken.',
    en: 'This household has waited longer than eight weeks.',
  },
  familiar: { nl: 'Dit huishouden was hier al eerder.', en: 'This household was here before.' },
  exact: {
    nl: 'De plek is precies zo lang als dit huishouden vroeg.',
    en: 'The place is exactly as long as this household asked.',
  },
  near: {
    nl: 'Voor dit huishouden is het minder ver dan voor anderen.',
    en: 'It is less far for this household than for others.',
  },
  longest: { nl: 'Dit huishouden wacht het langst.', en: 'This household has waited longest.' },
  only: {
    nl: 'De plek past nu bij niemand anders die wacht.',
    en: 'The place fits nobody else who waits now.',
  },
};

/** Where the place came from. */
export const placeCauseWords: Readonly<Record<PlaceCause, InTwoLanguages>> = {
  booking: {
    nl: 'Een afspraak ging niet door, of werd verzet.',
    en: 'A booking did not go on, or was moved.',
  },
  times: { nl: 'Er zijn nieuwe tijden bij gekomen.', en: 'New times were added.' },
  capacity: { nl: 'Er kunnen nu meer mensen terecht.', en: 'There is room for more people now.' },
  calendar: {
    nl: 'In de agenda is een tijd vrij gekomen.',
    en: 'A time came free in the calendar.',
  },
  'other-offer': {
    nl: 'Een andere afspraak op deze plek ging niet door, of werd verzet.',
    en: 'Another booking of this place did not go on, or was moved.',
  },
  free: { nl: 'Deze plek was al vrij.', en: 'This place was free already.' },
};
