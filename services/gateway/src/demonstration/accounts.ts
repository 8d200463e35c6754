import { ProviderId } from '@adempauze/contracts';
import { derivedId } from '@adempauze/kernel';
import type { DemonstrationAccount } from '../dependencies.ts';

/* Who can sign in to a demonstration, and as what. Nobody of these exists. */

const table = [
  { account: 'fatima', name: 'Fatima El Amrani', role: 'caregiver', note: 'zorgt voor haar moeder in Delft' },
  { account: 'jan', name: 'Jan de Wit', role: 'caregiver', note: 'zorgt voor zijn vrouw met dementie' },
  { account: 'els', name: 'Els Kuipers', role: 'caregiver', note: 'moeder van een kind met intensieve zorg' },
  { account: 'mila', name: 'Mila Jansen', role: 'caregiver', note: 'scholier van 15, zorgt voor haar moeder' },
  { account: 'nora', name: 'Nora Visser', role: 'professional', note: 'wijkverpleegkundige' },
  { account: 'anke', name: 'Anke Bos', role: 'professional', note: 'mantelzorgadviseur in Hillegom en Lisse' },
  { account: 'school', name: 'Pim de Jong', role: 'professional', note: 'zorgcoördinator op een school' },
  {
    account: 'de-vliet',
    name: 'Planning Thuiszorg De Vliet',
    role: 'provider',
    provider: 'de-vliet',
    note: 'blokzorg in Rijswijk',
  },
  {
    account: 'bij-saskia',
    name: 'Planning Bij Saskia',
    role: 'provider',
    provider: 'bij-saskia',
    note: 'aanvullende mantelzorg',
  },
  {
    account: 'duinroos',
    name: 'Logeerhuis De Duinroos',
    role: 'provider',
    provider: 'duinroos',
    note: 'zeven logeerbedden in Noordwijk',
  },
  { account: 'carla', name: 'Carla Meijer', role: 'coordinator', provider: 'de-brug', note: 'vrijwilligers in Delft' },
  {
    account: 'joost',
    name: 'Joost Prins',
    role: 'coordinator',
    provider: 'de-brug',
    note: 'collega van Carla in Delft',
  },
  { account: 'rijswijk', name: 'Gemeente Rijswijk', role: 'municipality', municipality: '0603', note: 'regeling S02' },
  { account: 'hillegom', name: 'Gemeente Hillegom', role: 'municipality', municipality: '0534', note: 'regeling S01' },
  { account: 'zekerzorg', name: 'ZekerZorg', role: 'insurer', insurer: 'zekerzorg', note: 'aanvullende verzekering' },
  { account: 'beheer', name: 'Beheer Adempauze', role: 'operator', note: 'ziet dat alles loopt' },
] as const;

/** The id of a provider that the demonstration knows by this key. */
export const demonstrationProviderId = (key: string): ProviderId =>
  ProviderId.parse(derivedId('demonstration', 'provider', key));

/** As the embedded sign-in takes them. */
export const demonstrationAccounts: readonly DemonstrationAccount[] = table.map(
  ({ account, name, role, note, ...belongs }) => ({
    ...{ account, name, role, note },
    ...('provider' in belongs ? { organisation: demonstrationProviderId(belongs.provider) } : {}),
    ...('municipality' in belongs ? { organisation: belongs.municipality } : {}),
    ...('insurer' in belongs ? { organisation: belongs.insurer } : {}),
  }),
);
