import { expect, it } from 'vitest';

import { cannotCancel, onlyMessagePays, secondAction } from './actions';

it('puts the other answer beside an approval', () => {
  const copies = [{ ready: 0 }];
  expect(secondAction({ next: 'approve', actions: ['approve', 'refuse'], copies })).toBe('refuse');
  expect(secondAction({ next: 'approve', actions: ['approve'], copies })).toBeUndefined();
  expect(secondAction({ next: 'mark_paid', actions: ['mark_paid', 'refuse'], copies })).toBeUndefined();
});

it('puts what is packed beside what the rest waits for', () => {
  const copies = [{ ready: 0 }, { ready: 2 }];
  expect(secondAction({ next: 'mark_paid', actions: ['mark_paid', 'hand_over'], copies })).toBe('hand_over');
  expect(secondAction({ actions: ['cancel', 'hand_over'], copies })).toBe('hand_over');
  expect(secondAction({ next: 'hand_over', actions: ['mark_paid', 'hand_over'], copies })).toBeUndefined();
});

it('leaves in the menu to hand over what is not packed yet', () => {
  expect(secondAction({ actions: ['cancel', 'hand_over'], copies: [{ ready: 0 }] })).toBeUndefined();
});

it('knows when only the message tells how to pay', () => {
  const sent: Parameters<typeof onlyMessagePays>[0] = { delivery: { method: 'ship' }, balance: 500, pay_methods: [] };
  expect(onlyMessagePays(sent, ['pickup'])).toBe(true);
  expect(onlyMessagePays(sent, ['pickup', 'transfer'])).toBe(false); // though it is on hold now
  expect(onlyMessagePays({ ...sent, pay_methods: ['card'] }, [])).toBe(false); // the shop has cards since
  expect(onlyMessagePays({ ...sent, balance: 0 }, [])).toBe(false);
  expect(onlyMessagePays({ ...sent, delivery: { method: 'pickup' } }, [])).toBe(false);
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
