import { ApiError } from '../../api/client';
import type {
  CheckoutRequest,
  CounterOrderRequest,
  CustomerOrder,
  DeliveryPrice,
  PaymentMethod,
} from '../../api/types';
import type { FieldErrors } from '../../lib/form.svelte';
import { spacedABN } from '../../lib/abn';
import { money, parseMoney } from '../../lib/format';
import { checkContact, contactOf, emptyContact, type ContactForm } from '../client/contact';
import { checkDelivery, deliveryOf, emptyDelivery, type DeliveryForm } from './delivery';

/** What every form of a new order holds; all text, as typed. */
export interface OrderFields extends ContactForm, DeliveryForm {
  note: string;
}

/** The customer's checkout. */
export interface CheckoutForm extends OrderFields {
  terms: boolean;
  /** Keep the files longer than the terms say. */
  keep: boolean;
  payment: PaymentMethod | '';
}

/** An order that staff type in for somebody at the counter, with a USB stick and cash. */
export interface CounterOrderForm extends OrderFields {
  payment: StaffPayment;
  /** The total that was agreed instead of the price, as typed; its reason stands beside it. */
  adjusted_total: string;
  reason: string;
}

export type StaffPayment = 'cash' | 'terminal' | 'transfer' | 'pickup' | 'review';

const emptyFields: OrderFields = { ...emptyContact, ...emptyDelivery, note: '' };

export const emptyForm: CheckoutForm = { ...emptyFields, terms: false, keep: false, payment: '' };

export const emptyCounterOrder: CounterOrderForm = { ...emptyFields, payment: 'cash', adjusted_total: '', reason: '' };

/** What the checkout begins with: what was typed before, and no collection where the shop offers none. */
export function startOf(typed: Partial<CheckoutForm>, collection: boolean): CheckoutForm {
  const form = { ...emptyForm, ...typed, terms: false };
  return collection ? form : { ...form, method: 'ship' };
}

/** The form as an order was placed with it, for one that is taken back to be changed. */
export function typedFor(
  order: Pick<CustomerOrder, 'contact' | 'delivery' | 'note' | 'keeping' | 'payment'>,
): Omit<CheckoutForm, 'terms'> {
  const { contact, delivery } = order;
  const paid = (['card', 'transfer', 'pickup'] as const).find((way) => way === order.payment);
  const { terms: _terms, ...empty } = emptyForm;
  return {
    ...empty,
    name: contact.name,
    email: contact.email,
    phone: contact.phone,
    business: contact.business !== undefined,
    company: contact.business?.company ?? '',
    tax_number: spacedABN(contact.business?.tax_number ?? ''),
    po_number: contact.business?.po_number ?? '',
    invoice_email: contact.business?.invoice_email ?? '',
    method: delivery.method,
    line1: delivery.line1 ?? '',
    line2: delivery.line2 ?? '',
    city: delivery.city ?? '',
    state: delivery.state ?? '',
    postcode: delivery.postcode ?? '',
    note: order.note,
    keep: order.keeping.keep,
    payment: paid ?? '',
  };
}

/** What is missing, by field, in the order of the page. The server checks all of it again. */
export function checkForm(form: CheckoutForm, needsPayment: boolean, country: string): FieldErrors {
  const errors: FieldErrors = { ...checkContact(form, country), ...checkDelivery(form) };
  if (needsPayment && form.payment === '') errors.payment = 'Choose how you would like to pay.';
  if (!form.terms) errors.terms = 'Read the terms and tick the box.';
  return errors;
}

/** For an order that staff type in: a name is enough, but what is typed must be right. */
export function checkCounterOrder(form: CounterOrderForm, country: string): FieldErrors {
  const errors: FieldErrors = { ...checkContact(form, country, true), ...checkDelivery(form) };
  if (form.adjusted_total.trim() === '') return errors;
  if (parseMoney(form.adjusted_total) === undefined) errors.adjusted_total = 'Enter an amount like 15 or 15.50.';
  if (form.reason.trim() === '') errors.reason = 'Say why the price is different. The customer reads it.';
  return errors;
}

/** How it is paid: as was chosen, or where that is not offered the first way that is. */
export function paymentOf(chosen: PaymentMethod | '', offered: readonly PaymentMethod[]): PaymentMethod | '' {
  return offered.find((method) => method === chosen) ?? offered[0] ?? '';
}

/** Why who collects cannot pay then; nothing where they can. The limit is in cents. */
export function pickupLimitWords(
  method: DeliveryForm['method'],
  { price, payment_methods: offered }: Pick<DeliveryPrice, 'price' | 'payment_methods'>,
  limit: number,
): string {
  if (method !== 'pickup' || limit === 0 || price.total <= limit || offered.includes('pickup')) return '';
  return `You can pay when you collect for orders up to ${money(limit)}. This one is more, so please pay it now.`;
}

/** Before the address is known: whether nothing on the order's page will pay what is delivered so. */
export function payIsAgreed(ways: readonly string[], method: DeliveryForm['method']): boolean {
  return method === 'ship' && !ways.some((way) => way !== 'pickup');
}

/** What the customer of an order that is looked at first reads of paying. */
export function reviewPromise(agreed: boolean): string {
  return agreed
    ? 'Once we’ve looked at it, your order’s page says what it costs and how you pay.'
    : 'Once we’ve set the price, you see it on your order’s page and pay there.';
}

/** What every new order is sent with, whoever types it in. */
function orderRequest(form: OrderFields, country: string) {
  return {
    contact: contactOf(form),
    delivery: deliveryOf(form, country),
    ...(form.note.trim() ? { note: form.note.trim() } : {}),
  };
}

export function checkoutRequest(
  form: CheckoutForm,
  agreed: DeliveryPrice,
  terms: string,
  country: string,
): CheckoutRequest {
  const payment = agreed.can_pay && form.payment !== '' ? form.payment : 'review';
  return {
    ...orderRequest(form, country),
    terms_version: terms,
    terms_accepted: form.terms,
    ...(form.keep ? { keep_files: true } : {}),
    payment,
    expected_total: payment === 'review' ? 0 : agreed.price.total,
  };
}

export function counterOrderRequest(form: CounterOrderForm, total: number, country: string): CounterOrderRequest {
  const cents = parseMoney(form.adjusted_total);
  return {
    ...orderRequest(form, country),
    payment: form.payment,
    expected_total: form.payment === 'review' ? 0 : total,
    ...(cents === undefined ? {} : { adjusted_total: cents, reason: form.reason.trim() }),
  };
}

/** Which field of a form the server finds at fault: "contact.email", "contact.business.company" or "delivery.postcode". */
export function formField(form: object, error: unknown): string | undefined {
  const last = error instanceof ApiError ? error.field?.split('.').at(-1) : undefined;
  const field = last === 'terms_accepted' || last === 'terms_version' ? 'terms' : last;
  return field !== undefined && field in form ? field : undefined;
}
