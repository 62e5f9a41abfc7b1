import { expect, it } from 'vitest';

import { due, jobWord, paymentOf, paymentWord, refundWord, statusWord } from './status';
import { states } from '../ui/states';

it('names the states it knows', () => {
  expect(statusWord('awaiting_payment')).toMatchObject({ word: 'Waiting for payment', tone: 'warning' });
  expect(jobWord('PRINTING').act).toBe('Start printing');
  expect(paymentWord('pickup')).toBe('On collection');
});

it('shows a state that only a newer server knows as it is', () => {
  expect(statusWord('partly_shipped').word).toBe('Partly shipped');
  expect(jobWord('COOLING_DOWN')).toMatchObject({ word: 'Cooling down', act: 'Cooling down', tone: 'neutral' });
  expect(paymentWord('wallet')).toBe('Wallet');
});

it('names the way to pay only while it is one', () => {
  expect(paymentOf({ payment: 'review', status: 'in_review' })).toBe('After review');
  expect(paymentOf({ payment: 'review', status: 'awaiting_payment', invoice_state: 'DRAFT', total: 900 })).toBe(
    'Not chosen yet',
  );
  expect(paymentOf({ payment: 'review', status: 'awaiting_release', invoice_state: 'DRAFT', total: 0 })).toBe(
    'Nothing to pay',
  );
  expect(paymentOf({ payment: 'review', status: 'awaiting_release', total: 900, balance: 900 })).toBe('On collection');
  expect(paymentOf({ payment: 'cash', status: 'in_queue', invoice_state: 'PAID', total: 0 })).toBe('Nothing to pay');
  expect(paymentOf({ payment: 'review', status: 'paid', invoice_state: 'PAID' })).toBe('Paid');
  expect(paymentOf({ payment: 'review', status: 'refused' })).toBe('–');
  expect(paymentOf({ payment: 'card', status: 'awaiting_payment' })).toBe('Card');
});

it('never calls two states of a job the same', () => {
  const words = Object.entries(states.job).map(([, state]) => state.word);
  expect(new Set(words).size).toBe(words.length);
  expect(jobWord('QUEUED').word).toBe('To prepare');
});

it('asks for nothing once an order is closed, but shows what must go back', () => {
  expect(due({ status: 'awaiting_payment', balance: 1500 })).toBe(1500);
  expect(due({ status: 'refused', balance: 1500 })).toBe(0);
  expect(due({ status: 'cancelled', balance: -1500 })).toBe(-1500);
});

it('a refund that the shop noted did not go back to the card', () => {
  expect(refundWord({ method: 'card', noted: false })).toBe('Refunded to the card');
  expect(refundWord({ method: 'card', noted: true })).toBe('Refunded');
});
