import type { FormId, ProviderKind } from '@adempauze/contracts';
import type { Town } from './region.ts';

/**
 * The suppliers of the demonstration, of the kinds in domain.md section 4c. The names are made up. `workers` is how many
 * calendars they keep; for a house, `beds` is the capacity of its one calendar.
 */
export type DemonstrationProvider = {
  readonly key: string;
  readonly kind: ProviderKind;
  readonly name: string;
  readonly town: Town;
  readonly forms: readonly FormId[];
  readonly workers: number;
  readonly beds?: number;
};

const p = (
  key: string,
  kind: ProviderKind,
  name: string,
  town: Town,
  forms: readonly FormId[],
  workers: number,
  beds?: number,
): DemonstrationProvider => ({
  key,
  kind,
  name,
  town,
  forms,
  workers,
  ...(beds === undefined ? {} : { beds }),
});

export const demonstrationProviders = [
  p('de-vliet', 'home-care', 'Thuiszorg De Vliet', 'Rijswijk', ['F01', 'F02', 'F03', 'F27'], 8),
  p('bollenstreek', 'home-care', 'Wijkzorg Bollenstreek', 'Lisse', ['F01', 'F02', 'F27'], 7),
  p('rijnland', 'home-care', 'Rijnland aan Huis', 'Leiden', ['F01', 'F03'], 9),
  p('duinzoom', 'home-care', 'Duinzoom Thuiszorg', 'Wassenaar', ['F01', 'F02'], 5),
  p('goudzorg', 'home-care', 'Buurtzorg aan de Gouwe', 'Gouda', ['F01', 'F02', 'F10'], 6),
  p('zoetzorg', 'home-care', 'Thuiszorg Zoetermeer-Oost', 'Zoetermeer', ['F01', 'F27'], 6),
  p('kennemer', 'home-care', 'Kennemer Thuisteam', 'Haarlem', ['F01', 'F02', 'F03'], 7),
  p('haagwijk', 'home-care', 'Wijkteam Haagse Hout', 'Den Haag', ['F01', 'F02'], 9),
  p('nachtwacht', 'home-care', 'De Nachtwacht Thuiszorg', 'Leiderdorp', ['F09'], 6),
  p('duinroos', 'guest-house', 'Logeerhuis De Duinroos', 'Noordwijk', ['F12'], 1, 7),
  p('bloemhof', 'guest-house', 'Logeerhuis Bloemhof', 'Hillegom', ['F12'], 1, 5),
  p('tuin-van-toos', 'guest-house', 'De Tuin van Toos', 'Delft', ['F12'], 1, 6),
  p('weidezicht', 'guest-house', 'Respijthuis Weidezicht', 'Bodegraven', ['F12'], 1, 4),
  p('zilverzand', 'guest-house', 'Logeerhuis Zilverzand', 'Katwijk', ['F12'], 1, 8),
  p('plashuis', 'guest-house', 'Het Plashuis', 'Nieuwkoop', ['F12'], 1, 3),
  p('waterlelie', 'nursing-home', 'Verpleeghuis De Waterlelie', 'Alphen aan den Rijn', ['F11', 'F16'], 1, 4),
  p('rozenburgh', 'nursing-home', 'Zorgcentrum Rozenburgh', 'Naaldwijk', ['F11', 'F16'], 1, 3),
  p('zeestraat', 'host-family', 'Gastgezinnen aan Zee', 'Noordwijk', ['F14'], 2, 1),
  p('kleine-kapitein', 'guest-house', 'De Kleine Kapitein', 'Leiderdorp', ['F15'], 1, 4),
  p('akkerrand', 'day-programme', 'Zorgboerderij De Akkerrand', 'Pijnacker', ['F17'], 1, 10),
  p('veenhoeve', 'day-programme', 'Zorgboerderij Veenhoeve', 'Waddinxveen', ['F17'], 1, 8),
  p('logeerakker', 'day-programme', 'Logeerboerderij De Akkerrand', 'Pijnacker', ['F13'], 1, 4),
  p('atelier-zes', 'day-programme', 'Dagatelier Zes', 'Den Haag', ['F17'], 1, 12),
  p('groene-kamer', 'day-programme', 'De Groene Kamer', 'Heemstede', ['F17'], 1, 9),
  p('bij-saskia', 'supplementary-care', 'Bij Saskia aan Huis', 'Rijswijk', ['F05'], 9),
  p('dierbaar', 'supplementary-care', 'Dierbaar Gezelschap', 'Oegstgeest', ['F05', 'F10'], 8),
  p('samen-thuis', 'supplementary-care', 'Samen Thuis Rijnstreek', 'Alphen aan den Rijn', ['F05'], 6),
  p('noorderhuis', 'supplementary-care', 'Aanvullende Zorg Noord', 'Hoofddorp', ['F05'], 6),
  p('oppasster', 'sitter-agency', 'Zorgoppas De Oppasster', 'Leidschendam', ['F08'], 8),
  p('buurtoppas', 'sitter-agency', 'Bijzondere Oppas Rijnmond', 'Gouda', ['F08'], 5),
  p('frisse-handen', 'household-help', 'Frisse Handen', 'Rijswijk', ['F19'], 8),
  p('blinkend', 'household-help', 'Blinkend aan Huis', 'Hillegom', ['F19'], 7),
  p('thuishulp-delft', 'household-help', 'Thuishulp Prinsenstad', 'Delft', ['F19'], 6),
  p('de-brug', 'volunteer-organisation', 'Vrijwilligers De Brug', 'Delft', ['F06', 'F21'], 1),
  p('handen-ineen', 'volunteer-organisation', 'Handen Ineen Bollenstreek', 'Lisse', ['F06', 'F21'], 1),
  p('naast-elkaar', 'volunteer-organisation', 'Naast Elkaar Leiden', 'Leiden', ['F06'], 1),
  p('welzijn-vliet', 'welfare', 'Welzijn aan de Vliet', 'Leidschendam', ['F18', 'F20', 'F30'], 1, 20),
  p('dorpshuis', 'welfare', 'Dorpshuis Warmond', 'Warmond', ['F18', 'F20', 'F28'], 1, 15),
  p('odense-plein', 'welfare', 'Ontmoetingshuis Het Plein', 'Zoetermeer', ['F18', 'F30'], 1, 25),
  p('rijder', 'transport', 'Vervoer De Rijder', 'Leiden', ['F24'], 4),
  p('regelrust', 'broker', 'Regelrust Mantelzorgmakelaars', 'Voorschoten', ['F22'], 3),
  p('op-kracht', 'coach', 'Op Kracht Coaching', 'Sassenheim', ['F23'], 3),
  p('studentnaast', 'student-agency', 'Student Naast U', 'Leiden', ['F07'], 8),
  p('leerlijn', 'student-agency', 'Leerlijn aan Huis', 'Delft', ['F07'], 6),
  p('thuisblijvers', 'volunteer-organisation', 'De Thuisblijvers', 'Leiden', ['F04'], 2),
  p('achterwacht', 'home-care', 'Achterwacht Holland', 'Zoetermeer', ['F25'], 3),
  p('ruilkring', 'welfare', 'Ruilkring Mantelzorg', 'Gouda', ['F26'], 2),
  p('digimaat', 'welfare', 'Digimaatjes Delfland', 'Delft', ['F29'], 2),
] as const satisfies readonly DemonstrationProvider[];
