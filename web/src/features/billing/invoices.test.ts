import { expect, it } from 'vitest';

import type { InvoiceRow } from '../../api/types';
import { setConventions } from '../../lib/format';
import { invoiceName, invoiceState, nextStep } from './invoices';

const invoice: InvoiceRow = {
  id: 'v',
  version: 1,
  number: 'INV-0001',
  customer: 'Ada Lovelace',
  state: 'PENDING',
  currency: 'AUD',
  total: 1000,
  balance: 1000,
  refunded: 0,
  due_back: 0,
  adjusted: 0,
  created: 1,
  actions: [],
};

it('says what is stored, and what follows from it', () => {
  setConventions({ time_zone: 'Australia/Sydney' });
  const now = Date.UTC(2026, 10, 30, 13, 30); // past midnight in Sydney
  expect(invoiceState(invoice, now)).toBe('PENDING');
  expect(invoiceState({ ...invoice, balance: 400 }, now)).toBe('PARTLY_PAID');
  expect(invoiceState({ ...invoice, balance: 0 }, now)).toBe('PENDING');
  expect(invoiceState({ ...invoice, due: '2026-12-01' }, now)).toBe('PENDING');
  expect(invoiceState({ ...invoice, due: '2026-11-30' }, now)).toBe('OVERDUE');
  expect(invoiceState({ ...invoice, state: 'PAID', due: '2026-11-30' }, now)).toBe('PAID');
  expect(invoiceState({ ...invoice, state: 'DRAFT', balance: 400 }, now)).toBe('DRAFT');
});

it('names an invoice by what it has', () => {
  expect(invoiceName(invoice)).toBe('INV-0001');
  expect(invoiceName({ ...invoice, number: undefined, order_number: 'ORD-1001' })).toBe('The draft for ORD-1001');
  expect(invoiceName({ ...invoice, number: undefined })).toBe('The draft for Ada Lovelace');
});

it('leads on with what brings the money or the work on, never with deleting', () => {
  const staff = ['take_payment', 'release_order', 'cancel_order'] as const;
  const draft: InvoiceRow = { ...invoice, number: undefined, state: 'DRAFT', actions: ['delete'] };
  expect(nextStep(draft, staff)).toBe('Take payment');
  expect(nextStep({ ...draft, total: 0, balance: 0 }, staff)).toBe('Release');
  expect(nextStep(invoice, staff)).toBe('Take payment');
  expect(nextStep({ ...invoice, state: 'PAID', balance: 0 }, staff)).toBe('');
  const back: InvoiceRow = { ...invoice, state: 'VOID', balance: 0, due_back: 1000 };
  expect(nextStep(back, staff)).toBe('');
  expect(nextStep(back, [...staff, 'decide_payment'])).toBe('Refund');
});
