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

it('asks what a refund means before anything else of an order on hold', () => {
  expect(primaryAction(order('on_hold', 'lift_hold', 'answer_refund'))).toBe('answer_refund');
  expect(primaryAction(order('on_hold', 'lift_hold', 'mark_paid'))).toBe('mark_paid');
  expect(primaryAction(order('completed', 'answer_refund'))).toBe('answer_refund');
});

it('hands over what is ready', () => {
  expect(primaryAction(order('ready_to_collect', 'mark_paid', 'hand_over'))).toBe('hand_over');
  expect(primaryAction(order('ready_to_collect', 'mark_paid'))).toBe('mark_paid');
  expect(primaryAction(order('ready_to_send', 'cancel', 'hand_over'))).toBe('hand_over');
});

it('puts what is ready beside what the rest waits for', () => {
  expect(secondAction(order('in_production', 'mark_paid', 'hand_over'))).toBe('hand_over');
  expect(secondAction(order('ready_to_collect', 'mark_paid', 'hand_over'))).toBeUndefined();
});

it('says why staff cannot cancel an order that was paid', () => {
  const paid = { ...order('awaiting_payment', 'mark_paid'), paid: 500 };
  expect(cannotCancel(paid)).toBe('It was paid, so only an admin can cancel it.');
  expect(cannotCancel({ ...paid, paid: 0 })).toBeUndefined();
  expect(cannotCancel({ ...paid, actions: ['cancel'] })).toBeUndefined();
  expect(cannotCancel({ ...paid, actions: ['cancel_rest'] })).toBeUndefined();
  expect(cannotCancel({ ...paid, status: 'cancelled' })).toBeUndefined();
  expect(cannotCancel({ ...paid, status: 'shipped' })).toBeUndefined();
});
