/**
 * Every way in which a rule says no: the code, and what a person reads. `{name}` is filled from the rejection's facts;
 * a name ending in `Cents` is shown in euros, an instant or day the way people write it. Plain Dutch, B1, u-form.
 * Codes ending in `-not-found` also answer for what is there and not the caller's: the two look the same.
 */
export const problems = {
  // anything that is not there, or not yours
  'not-found': { nl: 'Dit is niet gevonden.', en: 'This was not found.' },
  'not-allowed': { nl: 'Dit kunt u met deze rol niet doen.', en: 'This cannot be done in this role.' },
  'already-exists': {
    nl: 'Dit nummer is al in gebruik voor iets anders.',
    en: 'This id is already in use for something else.',
  },

  // offers
  'provider-not-found': { nl: 'Deze aanbieder is niet gevonden.', en: 'This provider was not found.' },
  'offer-not-found': { nl: 'Dit aanbod is niet gevonden.', en: 'This offer was not found.' },
  'offer-withdrawn': { nl: 'Dit aanbod is niet meer te boeken.', en: 'This offer can no longer be booked.' },
  'form-unit-mismatch': { nl: 'Deze vorm rekent per {unit}.', en: 'This form is counted per {unit}.' },
  'tariff-in-the-past': {
    nl: 'Een nieuw tarief gaat op zijn vroegst vandaag in.',
    en: 'A new tariff starts today at the earliest.',
  },
  'tariff-missing': { nl: 'Voor deze dag is nog geen tarief bekend.', en: 'No tariff is known for this day.' },
  'resource-not-found': { nl: 'Deze plek is niet gevonden.', en: 'This place was not found.' },
  'time-not-offered': { nl: 'Dit moment is niet te boeken.', en: 'This time is not on offer.' },
  'time-in-the-past': { nl: 'Dit moment is al voorbij of al begonnen.', en: 'This time has passed or has begun.' },
  'place-taken': {
    nl: 'Iemand anders was net eerder. Kies een ander moment.',
    en: 'Somebody else was just before you. Please choose another time.',
  },
  'hold-expired': {
    nl: 'De plek was voor u vastgezet tot {expiresAt}. Vraag hem opnieuw aan.',
    en: 'The place was held for you until {expiresAt}. Please ask again.',
  },
  'hold-not-found': { nl: 'Er is geen plek voor u vastgezet.', en: 'No place is held for you.' },
  'block-too-short': {
    nl: 'Dit aanbod duurt minstens {minMinutes} minuten.',
    en: 'This offer lasts at least {minMinutes} minutes.',
  },
  'block-too-long': {
    nl: 'Dit aanbod duurt hoogstens {maxMinutes} minuten.',
    en: 'This offer lasts at most {maxMinutes} minutes.',
  },
  'uneven-quantity': {
    nl: 'Kies een tijd in hele kwartieren.',
    en: 'Please choose a time in whole quarters of an hour.',
  },
  'condition-not-served': {
    nl: 'Dit aanbod past niet bij de zorg die uw naaste nodig heeft.',
    en: 'This offer does not fit the care that is needed.',
  },
  'act-not-served': {
    nl: 'Voor een zorghandeling die nodig is, is hier geen bevoegde medewerker.',
    en: 'No qualified worker is there for a care act that is needed.',
  },
  'lengths-mismatch': {
    nl: 'De langste duur is korter dan de kortste.',
    en: 'The longest is shorter than the shortest.',
  },
  'stay-too-short': {
    nl: 'Dit aanbod duurt minstens {minNights} nachten.',
    en: 'This offer lasts at least {minNights} nights.',
  },
  'stay-too-long': {
    nl: 'Dit aanbod duurt hoogstens {maxNights} nachten.',
    en: 'This offer lasts at most {maxNights} nights.',
  },
  'asked-too-late': {
    nl: 'Dit moet u minstens {leadTimeHours} uur van tevoren vragen.',
    en: 'This must be asked at least {leadTimeHours} hours before.',
  },
  'step-not-offered': {
    nl: 'Deze manier van wennen is er hier niet.',
    en: 'This way of getting used to the place is not offered here.',
  },
  'capacity-in-use': {
    nl: 'Er zijn al {occupied} plekken bezet of vastgezet. Minder kan niet.',
    en: '{occupied} places are taken or held already. Fewer is not possible.',
  },
  'too-many-holds': {
    nl: 'U heeft hier al {holds} momenten vastgezet. Bevestig ze eerst, of zeg er een af.',
    en: '{holds} times are held for you here. Please confirm them first, or cancel one.',
  },
  'day-closed': { nl: 'Op {day} is het gesloten.', en: 'It is closed on {day}.' },
  'calendar-busy': {
    nl: 'De agenda van de medewerker is op dat moment niet meer vrij.',
    en: 'The worker’s calendar is no longer free then.',
  },
  'calendar-unreadable': {
    nl: 'Deze agenda kon niet worden gelezen.',
    en: 'This calendar could not be read.',
  },
  'outside-travel-range': {
    nl: 'De woonplaats ligt te ver weg: {km} km. De medewerker reist hoogstens {travelKm} km.',
    en: 'The place is too far away: {km} km. The worker travels at most {travelKm} km.',
  },
  'helper-offer-has-no-places': {
    nl: 'Voor dit aanbod zoekt een coördinator iemand. Losse plekken zijn er niet.',
    en: 'A coordinator finds somebody for this offer. It has no places of its own.',
  },

  // bookings
  'household-not-found': { nl: 'Dit huishouden is niet gevonden.', en: 'This household was not found.' },
  'person-forgotten': { nl: 'De gegevens van deze persoon zijn gewist.', en: 'This person’s data were erased.' },
  'person-not-found': { nl: 'Deze persoon is niet gevonden.', en: 'This person was not found.' },
  'mandate-not-found': { nl: 'Deze machtiging is niet gevonden.', en: 'This mandate was not found.' },
  'booking-not-found': { nl: 'Deze afspraak is niet gevonden.', en: 'This booking was not found.' },
  'booking-not-held': {
    nl: 'Deze afspraak kan niet meer worden bevestigd.',
    en: 'This booking can no longer be confirmed.',
  },
  'booking-not-awaiting-acceptance': {
    nl: 'Op deze afspraak wordt geen antwoord meer verwacht.',
    en: 'No answer is awaited on this booking.',
  },
  'booking-already-begun': {
    nl: 'De zorg is al begonnen. Bel de aanbieder.',
    en: 'The care has begun. Please call the provider.',
  },
  'booking-ended': { nl: 'Deze afspraak is al afgelopen of afgezegd.', en: 'This booking has ended or was cancelled.' },
  'booking-not-confirmed': { nl: 'Deze afspraak is niet bevestigd.', en: 'This booking is not confirmed.' },
  'care-not-begun': { nl: 'De zorg is nog niet begonnen.', en: 'The care has not begun.' },
  'delivered-more-than-booked': {
    nl: 'Er kan niet meer geleverd zijn dan is afgesproken.',
    en: 'No more can be delivered than was booked.',
  },
  'place-of-service-mismatch': {
    nl: 'Deze vorm wordt niet op die plek gegeven.',
    en: 'This form is not given at that place.',
  },
  'stay-not-found': { nl: 'Dit verblijf is niet gevonden.', en: 'This stay was not found.' },
  'stay-not-held': {
    nl: 'Dit verblijf kan niet meer worden bevestigd.',
    en: 'This stay can no longer be confirmed.',
  },
  'stay-ended': { nl: 'Dit verblijf is gestopt.', en: 'This stay was stopped.' },
  'acclimatisation-first': {
    nl: 'Bij een eerste verblijf hoort eerst wennen. Kies een moment voor elke stap, of zeg welke stap u niet wilt.',
    en: 'Before a first stay there is getting used to it. Choose a time for each step, or say which you do not want.',
  },
  'step-not-begun': { nl: 'Deze stap is nog niet begonnen.', en: 'This step has not begun.' },
  'step-not-in-turn': {
    nl: 'Over deze stap is al beslist, of hij is nog niet aan de beurt.',
    en: 'This step was decided on, or its turn has not come.',
  },
  'step-before-not-passed': {
    nl: 'Eerst moet de stap hiervoor goed zijn gegaan.',
    en: 'The step before this one must have gone well first.',
  },
  'task-not-found': { nl: 'Deze taak is niet gevonden.', en: 'This task was not found.' },
  'booking-cannot-move': {
    nl: 'Deze afspraak kunt u niet zelf verzetten. Bel de aanbieder.',
    en: 'You cannot move this booking yourself. Please call the provider.',
  },
  'move-same-length': {
    nl: 'Verzetten verandert alleen wanneer en waar. De duur blijft gelijk.',
    en: 'Moving changes only when and where. The length stays the same.',
  },
  'waiting-not-found': {
    nl: 'Deze plek op de wachtlijst is niet gevonden.',
    en: 'This place on the waiting list was not found.',
  },
  'series-not-found': { nl: 'Deze reeks is niet gevonden.', en: 'This series was not found.' },
  'series-without-dates': { nl: 'In deze reeks zit geen enkele dag.', en: 'There is no day in this series.' },
  'series-not-held': {
    nl: 'Voor deze reeks staan geen momenten meer vast. Vraag haar opnieuw aan.',
    en: 'No times are held for this series any more. Please ask again.',
  },
  'series-ended': { nl: 'Deze reeks is gestopt.', en: 'This series has ended.' },
  'series-too-long': {
    nl: 'Een reeks loopt hoogstens tot {lastDay}. Daarna kunt u haar verlengen.',
    en: 'A series runs until {lastDay} at most. It can be extended later.',
  },
  'series-too-many-dates': {
    nl: 'In één keer passen hoogstens {most} dagen. Vraag er minder aan, of verleng de reeks later.',
    en: 'At most {most} dates fit at once. Please ask for fewer, or extend the series later.',
  },
  'hour-skipped': {
    nl: 'Dit uur bestaat niet op de dag waarop de klok vooruit gaat.',
    en: 'This hour does not exist on the day on which the clocks go forward.',
  },
  'resource-required': { nl: 'Kies een van de getoonde momenten.', en: 'Please choose one of the times shown.' },

  // matching
  'helper-not-found': { nl: 'Deze vrijwilliger is niet gevonden.', en: 'This helper was not found.' },
  'match-not-found': { nl: 'Deze aanvraag is niet gevonden.', en: 'This request was not found.' },
  'match-not-open': { nl: 'Deze aanvraag staat niet meer open.', en: 'This request is no longer open.' },
  'match-not-proposed': { nl: 'Aan deze vrijwilliger is niets gevraagd.', en: 'Nothing was asked of this helper.' },
  'answer-too-late': { nl: 'Het antwoord kwam te laat.', en: 'The answer came too late.' },
  'helper-of-other-organisation': {
    nl: 'Deze vrijwilliger hoort bij een andere organisatie.',
    en: 'This helper belongs to another organisation.',
  },
  'helper-not-available': {
    nl: 'Deze vrijwilliger is dan niet beschikbaar.',
    en: 'This helper is not available then.',
  },
  'helper-already-assigned': {
    nl: 'Deze vrijwilliger heeft dan al een afspraak.',
    en: 'This helper already has an appointment then.',
  },
  'helper-at-maximum': {
    nl: 'Deze vrijwilliger zit die week aan het maximum van {maxHoursPerWeek} uur.',
    en: 'This helper is at the maximum of {maxHoursPerWeek} hours that week.',
  },
  'helper-said-no': { nl: 'Deze vrijwilliger heeft al nee gezegd.', en: 'This helper has already said no.' },
  'helper-other-form': {
    nl: 'Deze vrijwilliger geeft dit soort hulp niet.',
    en: 'This helper does not give this kind of help.',
  },
  'no-volunteer-organisation': {
    nl: 'Deze organisatie werkt niet met vrijwilligers.',
    en: 'This organisation does not work with volunteers.',
  },

  // invoicing: "refused" means that this source does not pay; the booking stays possible (R42)
  'scheme-not-found': { nl: 'Deze regeling is niet gevonden.', en: 'This scheme was not found.' },
  'no-scheme-mandate': {
    nl: 'U mag over deze regeling niet beslissen. {holder} mag dat wel.',
    en: 'You may not decide on this scheme. {holder} may.',
  },
  'entitlement-not-found': { nl: 'Deze toekenning is niet gevonden.', en: 'This award was not found.' },
  'entitlement-overlaps': {
    nl: 'Voor deze periode is de regeling al toegekend.',
    en: 'The scheme was already awarded for this period.',
  },
  'scheme-not-extendable': { nl: 'Deze regeling kan niet worden verlengd.', en: 'This scheme cannot be extended.' },
  'scheme-form-not-covered': {
    nl: 'Deze regeling betaalt deze vorm niet.',
    en: 'This scheme does not pay for this form.',
  },
  'scheme-period-over': {
    nl: 'Deze regeling loopt tot en met {lastDay}.',
    en: 'This scheme runs up to and including {lastDay}.',
  },
  'scheme-period-not-begun': { nl: 'Deze regeling begint op {firstDay}.', en: 'This scheme begins on {firstDay}.' },
  'scheme-cap-reached': {
    nl: 'Dit past niet meer in de regeling: {overCents} te veel. Er is nog {leftCents}.',
    en: 'This no longer fits the scheme: {overCents} too much. There is {leftCents} left.',
  },
  'scheme-hours-used': {
    nl: 'Dit past niet meer in de uren van deze regeling. Nog over: {leftHours} uur.',
    en: 'This no longer fits the hours of this scheme. Hours left: {leftHours}.',
  },
  'scheme-week-full': {
    nl: 'Deze regeling betaalt hoogstens {maxHoursPerWeek} uur per week.',
    en: 'This scheme pays at most {maxHoursPerWeek} hours a week.',
  },
  'scheme-outside-area': {
    nl: 'Deze regeling geldt alleen voor hulp in de eigen gemeente.',
    en: 'This scheme is only for help within its own municipality.',
  },
  'policy-not-found': { nl: 'Deze verzekering is niet gevonden.', en: 'This policy was not found.' },
  'budget-not-found': { nl: 'Dit budget is niet gevonden.', en: 'This budget was not found.' },
  'budget-exceeded': { nl: 'Er is nog {balanceCents} in dit budget.', en: 'This budget has {balanceCents} left.' },
  'budget-not-valid': { nl: 'Dit budget geldt niet op deze dag.', en: 'This budget is not valid on this day.' },
  'pot-not-found': { nl: 'Deze pot is niet gevonden.', en: 'This pot was not found.' },
  'month-not-over': { nl: 'Deze maand is nog niet voorbij.', en: 'This month is not over yet.' },
  'invoice-not-found': { nl: 'Deze factuur is niet gevonden.', en: 'This invoice was not found.' },

  // the demonstration's clock
  'clock-moves-forward-only': { nl: 'De klok kan alleen vooruit.', en: 'The clock only moves forward.' },
} as const satisfies Record<string, { nl: string; en: string }>;

export type ProblemCode = keyof typeof problems;
