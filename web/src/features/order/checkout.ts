import type { CheckoutRequest, DeliveryPrice, PaymentMethod } from '../../api/types';
import { checkContact, contactOf, emptyContact, type Contact } from '../client/contact';
import { checkDelivery, deliveryOf, emptyDelivery, type DeliveryForm } from './delivery';

/** What the checkout form holds; all text, as typed. */
export interface CheckoutForm extends Contact, DeliveryForm {
  note: string;
  terms: boolean;
  payment: PaymentMethod | '';
}

export type FormErrors = Partial<Record<keyof CheckoutForm, string>>;

export const emptyForm: CheckoutForm = { ...emptyContact, ...emptyDelivery, note: '', terms: false, payment: '' };

/** What is missing, by field, in the order of the page. The server checks all of it again. */
export function checkForm(form: CheckoutForm, needsPayment: boolean): FormErrors {
  const errors: FormErrors = { ...checkContact(form), ...checkDelivery(form) };
  if (needsPayment && form.payment === '') errors.payment = 'Choose how you would like to pay.';
  if (!form.terms) errors.terms = 'Read the terms and tick the box.';
  return errors;
}

/** For an order that staff type in: a name is enough, but what is typed must be right. */
export function checkStaffForm(form: CheckoutForm): FormErrors {
  return { ...checkContact(form, true), ...checkDelivery(form) };
}

/** What every new order is sent with, whoever types it in. */
export function orderRequest(form: CheckoutForm, country: string) {
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
    payment,
    expected_total: payment === 'review' ? 0 : agreed.price.total,
  };
}

/** Which field of the form a server's `field` means: "contact.email" or "body.delivery.postcode". */
export function formField(field: string | undefined): keyof CheckoutForm | undefined {
  const last = field?.split('.').at(-1);
  if (last === 'terms_accepted' || last === 'terms_version') return 'terms';
  return last !== undefined && last in emptyForm ? (last as keyof CheckoutForm) : undefined;
}
