import { describe, expect, it } from 'vitest';

import { ApiError } from '../../api/client';
import type { DeliveryPrice } from '../../api/types';
import {
  checkCounterOrder,
  checkForm,
  checkoutRequest,
  counterOrderRequest,
  emptyCounterOrder,
  emptyForm,
  formField,
  payIsAgreed,
  paymentOf,
  pickupLimitWords,
  reviewPromise,
  startOf,
  typedFor,
  type CheckoutForm,
} from './checkout';

const pickup: CheckoutForm = {
  ...emptyForm,
  name: ' Ada ',
  email: 'ada@example.com',
  phone: '0400 000 000',
  terms: true,
  payment: 'card',
};
const shipped: CheckoutForm = {
  ...pickup,
  method: 'ship',
  line1: '1 High St',
  city: 'Newtown',
  state: 'NSW',
  postcode: ' 2042 ',
};
const priced = (total: number, can_pay = true): DeliveryPrice => ({
  price: {
    rows: [],
    parts: {},
    subtotal: total,
    tax: 0,
    tax_label: '',
    total,
    estimated: false,
    currency: 'AUD',
  },
  ready: { date: '2026-11-30' },
  can_pay,
  review_reasons: [],
  payment_methods: ['card'],
  pay_agreed: false,
});

it('begins with the first way to pay, and keeps to what was chosen', () => {
  expect(paymentOf('', ['card', 'transfer', 'pickup'])).toBe('card');
  expect(paymentOf('pickup', ['card', 'transfer', 'pickup'])).toBe('pickup');
  expect(paymentOf('pickup', ['transfer'])).toBe('transfer');
  expect(paymentOf('card', [])).toBe('');
});

it('says why a large order cannot be paid at the counter', () => {
  expect(pickupLimitWords('pickup', priced(60_00), 50_00)).toContain('$50.00');
  expect(pickupLimitWords('pickup', priced(40_00), 50_00)).toBe('');
  expect(pickupLimitWords('ship', priced(60_00), 50_00)).toBe('');
  expect(pickupLimitWords('pickup', { ...priced(60_00), payment_methods: ['pickup'] }, 50_00)).toBe('');
});

it('promises to be paid online only what can be', () => {
  expect(payIsAgreed(['pickup'], 'ship')).toBe(true);
  expect(payIsAgreed(['pickup'], 'pickup')).toBe(false);
  expect(payIsAgreed(['transfer', 'pickup'], 'ship')).toBe(false);
  expect(reviewPromise(true)).not.toContain('pay there');
  expect(reviewPromise(false)).toContain('pay there');
});

it('begins with what was typed, and with collection where there is any', () => {
  expect(startOf({ name: 'Ada', method: 'pickup', terms: true }, true)).toMatchObject({
    method: 'pickup',
    terms: false,
  });
  expect(startOf({ name: 'Ada', method: 'pickup' }, false)).toMatchObject({ name: 'Ada', method: 'ship' });
});

describe('checkForm', () => {
  it('lets a whole form through', () => {
    expect(checkForm(pickup, true, 'AU')).toEqual({});
    expect(checkForm(shipped, true, 'AU')).toEqual({});
  });

  it('names what is missing', () => {
    expect(Object.keys(checkForm(emptyForm, true, 'AU'))).toEqual(['name', 'email', 'payment', 'terms']);
    expect(Object.keys(checkForm({ ...pickup, method: 'ship' }, true, 'AU'))).toEqual([
      'line1',
      'city',
      'state',
      'postcode',
    ]);
    expect(checkForm({ ...pickup, phone: ' ' }, true, 'AU').phone).toBeUndefined();
    expect(checkForm({ ...pickup, phone: '12' }, true, 'AU').phone).toBeDefined();
    expect(checkForm({ ...pickup, phone: '0400 CALL ME' }, true, 'AU').phone).toBeDefined();
    expect(checkForm({ ...pickup, email: 'a@@b.c' }, true, 'AU').email).toBeDefined();
    expect(checkForm({ ...pickup, email: 'ada@' }, true, 'AU').email).toBeDefined();
  });

  it('asks for no payment where there is nothing to pay yet', () => {
    expect(checkForm({ ...pickup, payment: '' }, false, 'AU')).toEqual({});
  });
});

describe('checkCounterOrder', () => {
  const named = { ...emptyCounterOrder, name: 'Ada' };

  it('asks for a name only, but checks what is typed', () => {
    expect(checkCounterOrder(named, 'AU')).toEqual({});
    expect(Object.keys(checkCounterOrder({ ...emptyCounterOrder, email: 'ada@', phone: '12' }, 'AU'))).toEqual([
      'name',
      'email',
      'phone',
    ]);
  });

  it('wants a reason for a total of its own, and an amount', () => {
    expect(Object.keys(checkCounterOrder({ ...named, adjusted_total: 'twelve' }, 'AU'))).toEqual([
      'adjusted_total',
      'reason',
    ]);
    expect(checkCounterOrder({ ...named, adjusted_total: '12', reason: 'Regular customer' }, 'AU')).toEqual({});
  });
});

describe('counterOrderRequest', () => {
  const named = { ...emptyCounterOrder, name: 'Ada' };

  it('carries the total that was seen, and the one that was agreed', () => {
    expect(counterOrderRequest(named, 2807, 'AU')).toMatchObject({ payment: 'cash', expected_total: 2807 });
    expect(counterOrderRequest(named, 2807, 'AU')).not.toHaveProperty('reason');
    expect(counterOrderRequest({ ...named, adjusted_total: '12', reason: ' Regular ' }, 2807, 'AU')).toMatchObject({
      expected_total: 2807,
      adjusted_total: 1200,
      reason: 'Regular',
    });
  });

  it('charges nothing for a review', () => {
    expect(counterOrderRequest({ ...named, payment: 'review' }, 2807, 'AU')).toMatchObject({ expected_total: 0 });
  });
});

describe('checkoutRequest', () => {
  it('carries the total that was seen', () => {
    const request = checkoutRequest(shipped, priced(2807), 'v1', 'AU');
    expect(request).toMatchObject({
      contact: { name: 'Ada' },
      delivery: { method: 'ship', postcode: '2042', country: 'AU' },
      payment: 'card',
      expected_total: 2807,
      terms_version: 'v1',
      terms_accepted: true,
    });
  });

  it('charges nothing for a review', () => {
    expect(checkoutRequest(pickup, priced(2807, false), 'v1', 'AU')).toMatchObject({
      payment: 'review',
      expected_total: 0,
    });
  });
});

it('finds the field that the server means', () => {
  const at = (field?: string) => new ApiError('No.', 422, 'invalid', field);
  expect(formField(emptyForm, at('contact.email'))).toBe('email');
  expect(formField(emptyForm, at('contact.business.tax_number'))).toBe('tax_number');
  expect(formField(emptyForm, at('delivery.postcode'))).toBe('postcode');
  expect(formField(emptyForm, at('terms_version'))).toBe('terms');
  expect(formField(emptyCounterOrder, at('adjusted_total'))).toBe('adjusted_total');
  expect(formField(emptyForm, at('expected_total'))).toBeUndefined();
  expect(formField(emptyForm, at())).toBeUndefined();
  expect(formField(emptyForm, new Error('lost'))).toBeUndefined();
});

it('fills the form with what an order was placed with', () => {
  const firm = {
    ...shipped,
    business: true,
    company: 'Engines',
    tax_number: '51 824 753 556',
    note: 'Soon.',
    keep: true,
  };
  const { contact, delivery, note, keep_files } = checkoutRequest(firm, priced(2807), 'v1', 'AU');
  const keeping = { keep: keep_files === true, may_keep: true, warn: false, days: 90 };
  const order = { contact, delivery, note: note ?? '', keeping, payment: 'card' as const };
  const { terms: _terms, ...typed } = firm;
  expect(typedFor(order)).toEqual({ ...typed, name: 'Ada', postcode: '2042' });
  expect(typedFor({ ...order, payment: 'review' }).payment).toBe('');
  const plain = checkoutRequest(pickup, priced(2807), 'v1', 'AU');
  expect(typedFor({ ...order, contact: plain.contact, delivery: plain.delivery })).toMatchObject({
    method: 'pickup',
    line1: '',
    business: false,
    company: '',
  });
});
