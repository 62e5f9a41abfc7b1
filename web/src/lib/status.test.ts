import { expect, it } from 'vitest';

import { jobWord, paymentWord, statusWord } from './status';

it('names the states it knows', () => {
  expect(statusWord('awaiting_payment')).toEqual({ word: 'Awaiting payment', tone: 'warning' });
  expect(jobWord('PRINTING').act).toBe('Start printing');
  expect(paymentWord('pickup')).toBe('On pick-up');
});

it('shows a state that only a newer server knows as it is', () => {
  expect(statusWord('partly_shipped').word).toBe('Partly shipped');
  expect(jobWord('COOLING_DOWN')).toEqual({ word: 'Cooling down', act: 'Cooling down', tone: 'neutral' });
  expect(paymentWord('wallet')).toBe('Wallet');
});
