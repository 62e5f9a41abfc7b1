import { expect, it } from 'vitest';

import { sendBackFirst } from './back';

it('says how a payment goes back by how it came', () => {
  expect(sendBackFirst('card')).toBe('Refund it in Stripe first.');
  expect(sendBackFirst('transfer')).not.toMatch(/Stripe/);
  expect(sendBackFirst('cash')).toBe('Give it back first.');
});
