import { expect, it } from 'vitest';

import { sample as settings } from './sample';
import { checkValues, differences, valuesOf, settingsOf, type SettingsValues } from './values';

function values(change: Partial<SettingsValues> = {}): SettingsValues {
  return { ...valuesOf(settings), ...change };
}

it('comes back from the form as it was, and sends no key that was not typed', () => {
  expect(settingsOf(values(), settings.version)).toEqual(settings);
  expect(checkValues(values())).toEqual({});
  const replaced = values({ stripe: { ...values().stripe, secret_key: ' sk_test_1 ' } });
  expect(settingsOf(replaced, 1).stripe).toMatchObject({ secret_key: 'sk_test_1', webhook_secret: undefined });
});

it('removes a key where no other takes its place', () => {
  const removed = { ...values().stripe, remove_secret_key: true };
  expect(settingsOf(values({ stripe: removed }), 1).stripe.remove_secret_key).toBe(true);
  const replaced = { ...removed, secret_key: 'sk_test_1' };
  expect(settingsOf(values({ stripe: replaced }), 1).stripe.remove_secret_key).toBeUndefined();
});

it('shows prices with their cents', () => {
  const materials = [{ ...settings.pricing.materials[0]!, sell_per_gram: '0.1', cost_per_gram: '0.035' }];
  const { pricing } = valuesOf({
    ...settings,
    pricing: { ...settings.pricing, minimum: '15', setup: '4.5', materials },
  });
  expect(pricing).toMatchObject({
    minimum: '15.00',
    setup: '4.50',
    materials: [{ sell_per_gram: '0.10', cost_per_gram: '0.035' }],
  });
});

it('says at each field what is wrong with it', () => {
  const wrong = values({
    business_name: ' ',
    tax_number: '51 824 753 557',
    email: 'hello',
    phone: 'call us',
    public_url: 'print.example.com',
    accent: 'teal',
    pay_limit_cents: 'lots',
    pay_limit_hours: '',
    lead_days: '91',
    pricing: {
      ...settings.pricing,
      setup: '-4',
      materials: ['PLA', 'PETG'].map((name) => ({
        ...settings.pricing.materials[0]!,
        name,
        sell_per_gram: '8 cents',
      })),
    },
  });
  expect(Object.keys(checkValues(wrong)).sort()).toEqual([
    'accent',
    'business_name',
    'email',
    'lead_days',
    'pay_limit_cents',
    'pay_limit_hours',
    'phone',
    'pricing.materials',
    'pricing.setup',
    'public_url',
    'tax_number',
  ]);
  expect(checkValues(wrong)['pricing.materials']).toBe('PLA, PETG: enter prices like 0.08.');
});

it('asks a shop to offer something', () => {
  const none = settings.pricing.materials.map((material) => ({ ...material, active: false }));
  expect(checkValues(values({ pricing: { ...settings.pricing, materials: none } }))).toEqual({
    'pricing.materials': 'Offer at least one material.',
  });
});

it('asks a shop without GST for no ABN', () => {
  expect(checkValues(values({ tax_registered: false, tax_number: '' }))).toEqual({});
});

it('says what another admin has decided otherwise', () => {
  const mine = valuesOf({ ...settings, version: 3 });
  const theirs = valuesOf({ ...settings, version: 4, phone: '02 5550 9999', lead_days: 9 });
  expect(differences(mine, theirs)).toEqual(['phone', 'lead time']);
  expect(differences(mine, valuesOf({ ...settings, version: 5 }))).toEqual([]);
});

it('asks for the collection address where customers could pay nowhere else', () => {
  const keyless = { ...values().stripe, secret_key_set: false };
  const address = 'Fill in where customers collect and pay: there is no other way to pay yet.';
  expect(checkValues(values({ stripe: keyless }))).toEqual({ pickup_address: address });
  expect(checkValues(values({ stripe: { ...values().stripe, remove_secret_key: true } }))).toEqual({
    pickup_address: address,
  });
  for (const way of [
    { pickup_address: '12 Example Street' },
    { bank_details: 'BSB 000-000' },
    { stripe: { ...keyless, secret_key: 'sk_test_1' } },
  ]) {
    expect(checkValues(values({ stripe: keyless, ...way }))).toEqual({});
  }
});
