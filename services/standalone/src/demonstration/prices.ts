import { type Bearer, type FormId, formOf, type VatCategory } from '@adempauze/contracts';

/** What a form costs in the demonstration. Where domain.md gives a figure it is that one; the others are chosen. */
export type DemonstrationPrice = { readonly cents: number; readonly vat: VatCategory; readonly bearer: Bearer };

const prices: Partial<Record<FormId, DemonstrationPrice>> = {
  F01: { cents: 45_00, vat: 'exempt', bearer: 'guarantee' }, // A08: 4 hours are EUR 180.00
  F02: { cents: 60_00, vat: 'exempt', bearer: 'guarantee' }, // A12
  F05: { cents: 23_00, vat: 'standard', bearer: 'own' }, // S48
  F06: { cents: 0, vat: 'outside', bearer: 'guarantee' },
  F07: { cents: 14_50, vat: 'standard', bearer: 'own' },
  F11: { cents: 198_00, vat: 'exempt', bearer: 'guarantee' },
  F12: { cents: 175_55, vat: 'exempt', bearer: 'guarantee' }, // A09
  F16: { cents: 245_00, vat: 'exempt', bearer: 'guarantee' },
  F17: { cents: 52_00, vat: 'exempt', bearer: 'guarantee' },
  F18: { cents: 0, vat: 'outside', bearer: 'guarantee' },
  F19: { cents: 33_00, vat: 'exempt', bearer: 'own' }, // A06, A07
  F20: { cents: 7_50, vat: 'outside', bearer: 'own' },
  F21: { cents: 0, vat: 'outside', bearer: 'guarantee' },
  F23: { cents: 85_00, vat: 'standard', bearer: 'own' }, // A06
  F24: { cents: 18_00, vat: 'standard', bearer: 'own' },
  F26: { cents: 0, vat: 'outside', bearer: 'guarantee' },
  F28: { cents: 0, vat: 'outside', bearer: 'guarantee' },
  F29: { cents: 0, vat: 'outside', bearer: 'guarantee' },
  F30: { cents: 0, vat: 'outside', bearer: 'guarantee' },
};

const usual: Record<ReturnType<typeof formOf>['unit'], DemonstrationPrice> = {
  hour: { cents: 41_00, vat: 'exempt', bearer: 'guarantee' },
  'part-day': { cents: 58_00, vat: 'exempt', bearer: 'guarantee' },
  night: { cents: 165_00, vat: 'exempt', bearer: 'guarantee' },
  visit: { cents: 12_50, vat: 'outside', bearer: 'own' },
};

export const priceOf = (form: FormId): DemonstrationPrice => prices[form] ?? usual[formOf(form).unit];
