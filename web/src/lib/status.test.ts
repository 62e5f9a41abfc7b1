import { expect, it } from 'vitest';

import { due, jobWord, paymentWord, statusWord } from './status';

it('names the states it knows', () => {
  expect(statusWord('awaiting_payment')).toMatchObject({ word: 'Waiting for payment', tone: 'warning' });
  expect(jobWord('PRINTING').act).toBe('Start printing');
  expect(paymentWord('pickup')).toBe('On pick-up');
});

it('shows a state that only a newer server knows as it is', () => {
  expect(statusWord('partly_shipped').word).toBe('Partly shipped');
  expect(jobWord('COOLING_DOWN')).toMatchObject({ word: 'Cooling down', act: 'Cooling down', tone: 'neutral' });
  expect(paymentWord('wallet')).toBe('Wallet');
});

it('asks for nothing once an order is closed, but shows what must go back', () => {
  expect(due({ status: 'awaiting_payment', balance: 1500 })).toBe(1500);
  expect(due({ status: 'refused', balance: 1500 })).toBe(0);
  expect(due({ status: 'cancelled', balance: -1500 })).toBe(-1500);
});
