import type { NextRule, PlaceCause } from './waiting.ts';

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
