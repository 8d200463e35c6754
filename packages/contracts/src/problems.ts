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
    nl: 'Dit aanbod duurt minstens {minMinutes}.',
    en: 'This offer lasts at least {minMinutes}.',
  },
  'block-too-long': {
    nl: 'Dit aanbod duurt hoogstens {maxMinutes}.',
    en: 'This offer lasts at most {maxMinutes}.',
  },
  'uneven-quantity': {
    nl: 'Kies een tijd in hele kwartieren.',
    en: 'Please choose a time in whole quarters of an hour.',
  },
  /** One answer to whatever the offer is not for, said or unsaid (R19): it never tells which. */
  'not-suitable': {
    nl: 'Dit aanbod past niet bij deze aanvraag. Kies een ander aanbod.',
    en: 'This offer does not suit this request. Please choose another.',
  },
  'caregiver-cannot-join': {
    nl: 'U kunt hier niet mee. Uw naaste komt alleen. Kies een ander aanbod, of vraag dit zonder u aan.',
    en: 'You cannot come along here. The person you care for comes alone. Choose another offer, or ask without you.',
  },
  'caregiver-must-join': {
    nl: 'Dit is voor u en uw naaste samen. Zonder u kan het niet.',
    en: 'This is for you and the person you care for together. It cannot be without you.',
  },
  /** No longer given to a request; it stands in what was refused before. */
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
    nl: 'Dit aanbod duurt minstens {minNights}.',
    en: 'This offer lasts at least {minNights}.',
  },
  'stay-too-long': {
    nl: 'Dit aanbod duurt hoogstens {maxNights}.',
    en: 'This offer lasts at most {maxNights}.',
  },
  'asked-too-late': {
    nl: 'Dit moet u minstens {leadTimeHours} van tevoren vragen.',
    en: 'This must be asked at least {leadTimeHours} before.',
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
    nl: 'Er zijn al {holds} momenten voor u vastgezet. Bevestig ze eerst, of zeg er een af.',
    en: '{holds} times are held for you already. Please confirm them first, or cancel one.',
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
  'calendar-not-reached': {
    nl: 'Deze agenda is nu niet te bereiken. Probeer het later nog eens.',
    en: 'This calendar cannot be reached now. Please try again later.',
  },
  'calendar-not-shared': {
    nl: 'Op dit adres staat geen agenda die wij mogen lezen. Kijk in uw agenda of het adres nog klopt.',
    en: 'At this address there is no calendar that we may read. Please look in your calendar whether it is still right.',
  },
  'calendar-address-refused': {
    nl: 'Dit adres kunnen wij niet lezen. Het moet op internet staan en beginnen met https.',
    en: 'We cannot read this address. It has to be on the internet and begin with https.',
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
  'family-not-asked': {
    nl: 'De familie heeft nog niet gezegd of dit goed is. Wacht daarop.',
    en: 'The family has not said yet whether this is right. Please wait for that.',
  },
  'family-said-no': {
    nl: 'De familie kiest liever iemand anders.',
    en: 'The family would rather have somebody else.',
  },
  'agreement-not-found': { nl: 'Deze afspraak is niet gevonden.', en: 'This agreement was not found.' },
  'act-not-needed': { nl: 'Deze zorghandeling is hier niet nodig.', en: 'This care act is not needed here.' },
  'act-agreed-already': {
    nl: 'Over deze zorghandeling is al een afspraak gemaakt.',
    en: 'An agreement on this care act has been made already.',
  },
  'act-not-allowed': {
    nl: 'De organisatie laat dit niet door deze persoon doen.',
    en: 'The organisation does not let this person do it.',
  },
  'doer-said-no': {
    nl: 'Deze persoon doet dit liever niet. Vraag iemand anders.',
    en: 'This person would rather not do it. Please ask somebody else.',
  },
  'doer-not-of-provider': {
    nl: 'Deze persoon hoort niet bij deze afspraak.',
    en: 'This person does not belong to this booking.',
  },
  'review-in-the-past': { nl: 'Kies een dag na vandaag.', en: 'Please choose a day after today.' },
  'instruction-not-given': {
    nl: 'De uitleg is nog niet gegeven.',
    en: 'The instruction was not given yet.',
  },
  'instruction-not-clear': {
    nl: 'De uitleg was nog niet duidelijk. Geef hem eerst nog een keer.',
    en: 'The instruction was not clear yet. Please repeat it first.',
  },
  'no-hand-over': {
    nl: 'Het vaste aanspreekpunt is niet veranderd. Er is niets te melden.',
    en: 'The contact person did not change. There is nothing to announce.',
  },
  'urgent-case-not-found': { nl: 'Deze spoedvraag is niet gevonden.', en: 'This urgent case was not found.' },
  'urgent-case-resolved': { nl: 'Deze spoedvraag is al opgelost.', en: 'This urgent case was resolved already.' },
  'urgent-within-a-day': {
    nl: 'Spoed is voor hulp die binnen {hours} uur begint.',
    en: 'The urgent lane is for care that begins within {hours} hours.',
  },
  'urgent-too-long': {
    nl: 'Een spoedvraag duurt hoogstens {days} dagen.',
    en: 'An urgent case lasts at most {days} days.',
  },
  'urgent-outside-need': {
    nl: 'Deze tijd valt buiten de spoedvraag.',
    en: 'This time lies outside the urgent case.',
  },
  'palliative-not-found': {
    nl: 'Bij dit huishouden is niets gemeld over de laatste levensfase.',
    en: 'Nothing was said of a last phase of life for this household.',
  },
  'ending-day-odd': {
    nl: 'Kies een dag die hoogstens {days} dagen geleden is, of hoogstens {days} dagen later.',
    en: 'Choose a day at most {days} days ago, or at most {days} days ahead.',
  },
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
  'arrangement-not-found': { nl: 'Dit plan is niet gevonden.', en: 'This arrangement was not found.' },
  'arrangement-not-held': {
    nl: 'In dit plan staat niets meer vast om te bevestigen.',
    en: 'Nothing in this arrangement is held for you any more.',
  },
  'part-not-found': {
    nl: 'Dit onderdeel staat niet in het plan.',
    en: 'This part is not in the arrangement.',
  },
  'too-many-parts': {
    nl: 'Een plan heeft hoogstens {most} onderdelen.',
    en: 'An arrangement has at most {most} parts.',
  },
  'transport-first': {
    nl: 'U wilde alleen met vervoer. Dat is er nog niet. Kies ander vervoer, of laat het weg.',
    en: 'You wanted this with transport only, and there is none yet. Choose another trip, or leave it out.',
  },
  'no-backup-named': {
    nl: 'Er is nog geen achterwacht afgesproken.',
    en: 'No backup has been agreed yet.',
  },
  'booking-still-stands': {
    nl: 'Deze afspraak gaat nog door. Zeg hem eerst af.',
    en: 'This booking still stands. Please cancel it first.',
  },
  'backup-fell-away': {
    nl: 'Deze achterwacht kon toch niet komen.',
    en: 'This backup could not come after all.',
  },
  'activation-not-found': {
    nl: 'Deze oproep van de achterwacht is niet gevonden.',
    en: 'This call for a backup was not found.',
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
  'cancelling-costs': {
    nl: 'Afzeggen kost nu {ownCostCents}. Het was gratis tot {freeUntil}. Wilt u toch afzeggen? Zeg dan ja tegen dit bedrag.',
    en: 'Cancelling costs {ownCostCents} now. It was free until {freeUntil}. To cancel all the same, accept this amount.',
  },
  'ending-costs': {
    nl: 'Stoppen kost nu {ownCostCents}. Wilt u toch stoppen? Zeg dan ja tegen dit bedrag.',
    en: 'Ending costs {ownCostCents} now. To end all the same, accept this amount.',
  },
  'wish-not-found': { nl: 'Deze wens is niet gevonden.', en: 'This wish was not found.' },
  'wish-ended': { nl: 'Deze wens is voorbij.', en: 'This wish is over.' },
  'wish-elsewhere': {
    nl: 'U denkt al na over een andere plek. Antwoord daar eerst op.',
    en: 'You are thinking about another place. Please answer that first.',
  },
  'waiting-not-found': {
    nl: 'Deze plek op de wachtlijst is niet gevonden.',
    en: 'This place on the waiting list was not found.',
  },
  'waits-too-often': {
    nl: 'U wacht al op {most} momenten bij dit aanbod. Meer kan niet. Haal er eerst een van de lijst.',
    en: 'You wait for {most} times at this offer already. More is not possible. Please leave one of them first.',
  },
  'too-many-wishes': {
    nl: 'U heeft al {most} wensen die wachten. Meer kan niet. Haal er eerst een weg.',
    en: 'You have {most} wishes that wait already. More is not possible. Please take one away first.',
  },
  'proposal-not-found': { nl: 'Dit voorstel is niet gevonden.', en: 'This proposal was not found.' },
  'proposal-answered': {
    nl: 'Op dit voorstel is al geantwoord.',
    en: 'This proposal was answered already.',
  },
  'proposal-expired': {
    nl: 'Dit voorstel gold tot {until}. Het kan opnieuw worden gedaan.',
    en: 'This proposal stood until {until}. It can be made again.',
  },
  'proposal-ended': {
    nl: 'Dit voorstel geldt niet meer. De zorg thuis is gestopt.',
    en: 'This proposal does not stand any more. The care at home has ended.',
  },
  'proposal-part-not-held': {
    nl: 'Wat u koos, staat niet voor u vast. Kijk welke momenten er nog zijn.',
    en: 'What you chose is not held for you. Please see which times are left.',
  },
  'signal-not-found': { nl: 'Dit signaal is niet gevonden.', en: 'This signal was not found.' },
  'signal-closed': { nl: 'Dit signaal is al afgerond.', en: 'This signal was closed already.' },
  'signal-taken-up': {
    nl: 'Dit signaal is al opgepakt, bij een ander huishouden.',
    en: 'This signal was taken up already, for another household.',
  },
  'consent-needed': {
    nl: 'De mantelzorger moet het goed vinden. Bij een jonge mantelzorger ook een ouder.',
    en: 'The caregiver has to agree. For a young caregiver a parent too.',
  },
  'adult-contact-needed': {
    nl: 'Kies een volwassene als vast aanspreekpunt, niet de mantelzorger zelf.',
    en: 'Please choose an adult as the contact person, not the caregiver.',
  },
  'on-behalf-not-found': {
    nl: 'Dit is niet gevonden bij wat er voor u is gedaan.',
    en: 'This was not found among what was done for you.',
  },
  'not-undoable': {
    nl: 'Dit kan niet in één keer worden teruggedraaid. U kunt het zelf opnieuw vastleggen.',
    en: 'This cannot be taken back in one action. You can say it anew yourself.',
  },
  'mandate-needed': {
    nl: 'Hiervoor hebt u een machtiging van de mantelzorger nodig.',
    en: 'This needs a mandate of the caregiver.',
  },
  'adult-needed': {
    nl: 'Hieraan zijn kosten verbonden. Een volwassene moet hier ja op zeggen.',
    en: 'This costs something. An adult has to say yes to it.',
  },
  'series-not-found': { nl: 'Deze reeks is niet gevonden.', en: 'This series was not found.' },
  'series-without-dates': { nl: 'In deze reeks zit geen enkele dag.', en: 'There is no day in this series.' },
  'series-not-held': {
    nl: 'Voor deze reeks staan geen momenten meer vast. Vraag haar opnieuw aan.',
    en: 'No times are held for this series any more. Please ask again.',
  },
  'series-not-awaiting-acceptance': {
    nl: 'Op deze reeks wordt geen antwoord meer verwacht.',
    en: 'No answer is awaited on this series.',
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
  'familiar-face-first': {
    nl: 'Er kan iemand komen die dit gezin al kent. Vraag eerst die persoon.',
    en: 'Somebody whom this family knows can come. Ask that person first.',
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
  'scheme-ended-not-eligible': {
    nl: 'De gemeente heeft deze toekenning nagekeken. U hebt er geen recht op vanaf {endsOn}. Boeken kan gewoon: een ander betaalt, of kies ander aanbod.',
    en: 'The municipality reviewed this award. You are not entitled to it from {endsOn}. You can book all the same: another pays, or choose something else.',
  },
  'scheme-ended-other-law-pays': {
    nl: 'De gemeente heeft deze toekenning nagekeken. Vanaf {endsOn} geldt een andere wet. Boeken kan gewoon: een ander betaalt, of kies ander aanbod.',
    en: 'The municipality reviewed this award. From {endsOn} another law applies. You can book all the same: another pays, or choose something else.',
  },
  'scheme-ended-situation-changed': {
    nl: 'De gemeente heeft deze toekenning nagekeken. Zij stopt op {endsOn}, omdat er iets is veranderd. Boeken kan gewoon: een ander betaalt, of kies ander aanbod.',
    en: 'The municipality reviewed this award. It ends on {endsOn}, because something has changed. You can book all the same: another pays, or choose something else.',
  },
  'award-ends-in-the-past': {
    nl: 'Een toekenning stopt op zijn vroegst vandaag. Wat al is gegeven, blijft betaald.',
    en: 'An award ends today at the earliest. What was given already stays paid.',
  },
  'award-ended-already': {
    nl: 'Deze toekenning stopt al op {endsOn}.',
    en: 'This award ends on {endsOn} already.',
  },
  'claim-not-found': { nl: 'Deze kosten zijn niet gevonden.', en: 'This cost was not found.' },
  'policy-not-found': { nl: 'Deze verzekering is niet gevonden.', en: 'This policy was not found.' },
  'budget-not-found': { nl: 'Dit budget is niet gevonden.', en: 'This budget was not found.' },
  'budget-exceeded': { nl: 'Er is nog {balanceCents} in dit budget.', en: 'This budget has {balanceCents} left.' },
  'budget-is-bound': {
    nl: 'Dit budget is voor één gezin en de mensen die het kent. Noem de afspraak.',
    en: 'This budget is for one family and the people it knows. Name the booking.',
  },
  'budget-not-valid': { nl: 'Dit budget geldt niet op deze dag.', en: 'This budget is not valid on this day.' },
  'pot-not-found': { nl: 'Deze pot is niet gevonden.', en: 'This pot was not found.' },
  'month-not-over': { nl: 'Deze maand is nog niet voorbij.', en: 'This month is not over yet.' },
  'invoice-not-found': { nl: 'Deze factuur is niet gevonden.', en: 'This invoice was not found.' },

  // the demonstration's clock
  'clock-moves-forward-only': { nl: 'De klok kan alleen vooruit.', en: 'The clock only moves forward.' },
} as const satisfies Record<string, { nl: string; en: string }>;

export type ProblemCode = keyof typeof problems;
