import { derivedId } from '@adempauze/kernel';
import { expect, test } from '@jest/globals';
import { bookingIdOf, helperIdOf, householdId, organisationId, rijswijk, tuesday } from '../examples.fixtures.ts';
import { findOrganisationKind, organisationsProjection } from '../organisations/organisations.ts';
import { projected, recorded } from '../projection.fixtures.ts';
import { familiarFacesProjection } from './familiar-faces.ts';

const delivered = (number: number, helperId?: string) =>
  recorded(bookingIdOf('a'), number, {
    type: 'bookings.care-delivered.v1',
    data: {
      bookingId: bookingIdOf('a'),
      householdId,
      offerId: derivedId('offer'),
      providerId: organisationId,
      form: 'F06',
      span: tuesday,
      municipality: rijswijk.municipality,
      deliveryId: derivedId('delivery', number),
      deliveredOn: '2027-03-02',
      unit: 'hour',
      quantity: 200,
      unitPriceCents: 0,
      bearer: 'guarantee',
      vat: 'outside',
      ownCostCents: 0,
      ...(helperId === undefined ? {} : { helperId }),
    },
  });

test('a delivery counts once, and only where a helper came', () => {
  const db = projected(familiarFacesProjection, [
    delivered(1, helperIdOf('Wim')),
    delivered(2, helperIdOf('Wim')),
    delivered(3, helperIdOf('Noor')),
    delivered(4),
  ]);
  expect(db.all('SELECT helperId, count(*) AS times FROM visits GROUP BY helperId ORDER BY times')).toEqual([
    { helperId: helperIdOf('Noor'), times: 1 },
    { helperId: helperIdOf('Wim'), times: 2 },
  ]);
});

test('providers are known by their kind', () => {
  const data = { providerId: organisationId, kind: 'volunteer-organisation', municipality: rijswijk.municipality };
  const db = projected(organisationsProjection, [
    recorded(organisationId, 0, { type: 'offers.provider-registered.v1', data: { ...data, somethingNew: true } }),
  ]);
  expect(findOrganisationKind(db, organisationId)).toBe('volunteer-organisation');
  expect(findOrganisationKind(db, householdId)).toBeUndefined();
});
