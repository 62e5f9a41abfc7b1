import { expect, it } from 'vitest';

import type { OrderAction, StaffOrder } from '../../api/types';
import { cannotCancel, primaryAction, secondAction } from './actions';

const order = (status: StaffOrder['status'], ...actions: OrderAction[]) => ({
  status,
  actions,
  payment_coming: false,
});

it('takes the first step that the state asks for and the server allows', () => {
  expect(primaryAction(order('in_review', 'cancel', 'refuse', 'approve'))).toBe('approve');
  expect(primaryAction(order('awaiting_release', 'mark_paid', 'release'))).toBe('release');
  expect(primaryAction(order('awaiting_payment', 'release', 'mark_paid'))).toBe('mark_paid');
  expect(primaryAction(order('in_production', 'mark_paid', 'cancel'))).toBe('mark_paid');
  expect(primaryAction({ ...order('awaiting_payment', 'release'), payment_coming: true })).toBeUndefined();
  expect(primaryAction(order('on_hold', 'cancel', 'lift_hold'))).toBe('lift_hold');
});

it('makes nothing that cannot be undone the first thing to press', () => {
  expect(primaryAction(order('paid', 'cancel', 'pay_link'))).toBeUndefined();
  expect(primaryAction(order('in_review', 'refuse', 'delete'))).toBeUndefined();
});

it('puts the other answer beside an approval', () => {
  expect(secondAction(order('in_review', 'approve', 'refuse'))).toBe('refuse');
  expect(secondAction(order('awaiting_payment', 'mark_paid', 'refuse'))).toBeUndefined();
});

it('says why an order with money on it cannot be cancelled', () => {
  const paid = (method: string, amount: number, state = 'settled') =>
    ({ method, amount, state }) as StaffOrder['payments'][number];
  const cash = { ...order('awaiting_payment', 'mark_paid'), payments: [paid('cash', 500)], paid: 500, held: 500 };
  const card = { ...cash, payments: [paid('card', 500)] };
  expect(cannotCancel(cash)).toBe('$5.00 is paid, and only card payments can be given back.');
  expect(cannotCancel(card)).toBe('$5.00 is paid. Refund it in Stripe first.');
  // What came a second time and went back says nothing of what is held.
  expect(cannotCancel({ ...card, payments: [...card.payments, paid('card', 500, 'returned')] })).toBe(
    '$5.00 is paid. Refund it in Stripe first.',
  );
  expect(cannotCancel({ ...card, payments: [paid('card', 500, 'duplicate')], paid: 0, held: 0 })).toBeUndefined();
  expect(cannotCancel({ ...card, held: 0 })).toBe('It was paid once, so only an admin can cancel it.');
  expect(cannotCancel({ ...card, held: 0, actions: ['cancel'] })).toBeUndefined();
  expect(cannotCancel({ ...cash, actions: ['cancel'] })).toBeUndefined();
  expect(cannotCancel({ ...cash, status: 'cancelled' })).toBeUndefined();
});
