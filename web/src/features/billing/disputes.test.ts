import { expect, test } from 'vitest';

import { missingWords, moneyState, takenBack } from './disputes';

const paid = { invoice_state: 'PAID', balance: 0, total: 20_00, adjusted: 0, disputed: 0, undecided: 0 } as const;

test('what a bank may take, or took, is not called paid', () => {
  expect(moneyState(paid)).toBe('PAID');
  expect(moneyState({ ...paid, disputed: 20_00 })).toBe('DISPUTED');
  expect(moneyState({ ...paid, disputed: 5_00, undecided: 15_00 })).toBe('LOST');
  expect(moneyState({ ...paid, invoice_state: 'PENDING', balance: 5_00 })).toBe('PARTLY_PAID');
  expect(moneyState({ ...paid, invoice_state: 'PENDING', balance: 20_00 })).toBe('PENDING');
  expect(moneyState({ ...paid, invoice_state: 'VOID' })).toBeUndefined();
});

test('what is missing says why', () => {
  const none = { open_refunds: 0, disputed: 0, undecided: 0 };
  expect(missingWords({ ...none, open_refunds: 1 })).toBe('was refunded');
  expect(missingWords({ ...none, disputed: 1 })).toBe('is disputed');
  expect(missingWords({ ...none, undecided: 1 })).toBe('was taken back by the cardholder’s bank');
  expect(missingWords({ ...none, open_refunds: 1, disputed: 1 })).toBe('was refunded or is disputed');
});

test('nobody is asked for what was refunded otherwise', () => {
  expect(takenBack({ amount: 20_00, undecided: 20_00, returned: 5_00 })).toBe(15_00);
  expect(takenBack({ amount: 20_00, undecided: 8_00, returned: 5_00 })).toBe(8_00);
});
