import { expect, it } from 'vitest';

import { cannotCancel, secondAction } from './actions';

it('puts the other answer beside an approval', () => {
  expect(secondAction({ next: 'approve', actions: ['approve', 'refuse'] })).toBe('refuse');
  expect(secondAction({ next: 'approve', actions: ['approve'] })).toBeUndefined();
  expect(secondAction({ next: 'mark_paid', actions: ['mark_paid', 'refuse'] })).toBeUndefined();
});

it('puts what is ready beside what the rest waits for', () => {
  expect(secondAction({ next: 'mark_paid', actions: ['mark_paid', 'hand_over'] })).toBe('hand_over');
  expect(secondAction({ actions: ['cancel', 'hand_over'] })).toBe('hand_over');
  expect(secondAction({ next: 'hand_over', actions: ['mark_paid', 'hand_over'] })).toBeUndefined();
});

it('says why staff cannot cancel an order that was paid', () => {
  const paid: Parameters<typeof cannotCancel>[0] = { status: 'awaiting_payment', actions: ['mark_paid'], paid: 500 };
  expect(cannotCancel(paid)).toBe('It was paid, so only an admin can cancel it.');
  expect(cannotCancel({ ...paid, paid: 0 })).toBeUndefined();
  expect(cannotCancel({ ...paid, actions: ['cancel'] })).toBeUndefined();
  expect(cannotCancel({ ...paid, actions: ['cancel_rest'] })).toBeUndefined();
  expect(cannotCancel({ ...paid, status: 'cancelled' })).toBeUndefined();
  expect(cannotCancel({ ...paid, status: 'shipped' })).toBeUndefined();
});
