import type { CheckoutRequest, Delivery, DeliveryPrice, PaymentMethod } from '../../api/types';

/** What the checkout form holds; all text, as typed. */
export interface CheckoutForm {
  name: string;
  email: string;
  phone: string;
  method: 'pickup' | 'ship';
  line1: string;
  line2: string;
  city: string;
  state: string;
  postcode: string;
  note: string;
  terms: boolean;
  payment: PaymentMethod | '';
}

export type FormErrors = Partial<Record<keyof CheckoutForm, string>>;

export const emptyForm: CheckoutForm = {
  name: '',
  email: '',
  phone: '',
  method: 'pickup',
  line1: '',
  line2: '',
  city: '',
  state: '',
  postcode: '',
  note: '',
  terms: false,
  payment: '',
};

/** What is missing, by field, in the order of the page. The server checks all of it again. */
export function checkForm(form: CheckoutForm, needsPayment: boolean): FormErrors {
  const errors: FormErrors = {};
  if (form.name.trim() === '') errors.name = 'Your name, so that we know whose order it is.';
  if (!/^\S+@\S+\.\S+$/.test(form.email.trim())) {
    errors.email = 'Your e-mail address, like name@example.com.';
  }
  const digits = form.phone.replace(/\D/g, '').length;
  if (digits < 6 || digits > 15) errors.phone = 'A phone number of 6 to 15 digits, in case something needs a word.';
  if (form.method === 'ship') {
    if (form.line1.trim() === '') errors.line1 = 'The street and number to send it to.';
    if (form.city.trim() === '') errors.city = 'The suburb or town.';
    if (form.state === '') errors.state = 'The state: delivery depends on it.';
    if (!/^[0-9A-Za-z][0-9A-Za-z -]{1,9}$/.test(form.postcode.trim()))
      errors.postcode = 'The postcode: delivery depends on it.';
  }
  if (needsPayment && form.payment === '') errors.payment = 'Choose how you would like to pay.';
  if (!form.terms) errors.terms = 'Please read the terms and tick the box.';
  return errors;
}

/** At the counter the customer stands there: a name is enough, but what is typed must be right. */
export function checkCounterForm(form: CheckoutForm): FormErrors {
  const errors = checkForm(form, false);
  delete errors.terms;
  if (form.email.trim() === '') delete errors.email;
  if (form.phone.trim() === '') delete errors.phone;
  return errors;
}

/** The part of the form that decides delivery, as the server takes it. */
export function deliveryOf(form: CheckoutForm, country: string): Delivery {
  if (form.method === 'pickup') return { method: 'pickup' };
  return {
    method: 'ship',
    line1: form.line1.trim(),
    ...(form.line2.trim() ? { line2: form.line2.trim() } : {}),
    city: form.city.trim(),
    state: form.state,
    postcode: form.postcode.trim(),
    country,
  };
}

/** Delivery can be priced once the address says where; before, the page says "awaiting address". */
export function deliveryKnown(form: CheckoutForm): boolean {
  return form.method === 'pickup' || (form.state !== '' && form.postcode.trim().length >= 3);
}

export function checkoutRequest(
  form: CheckoutForm,
  quote: DeliveryPrice,
  terms: string,
  country: string,
): CheckoutRequest {
  const payment = quote.can_pay && form.payment !== '' ? form.payment : 'review';
  return {
    contact: { name: form.name.trim(), email: form.email.trim(), phone: form.phone.trim() },
    delivery: deliveryOf(form, country),
    ...(form.note.trim() ? { note: form.note.trim() } : {}),
    terms_version: terms,
    terms_accepted: form.terms,
    payment,
    expected_total: payment === 'review' ? 0 : quote.price.total,
  };
}

/** Which field of the form a server's `field` means: "contact.email" or "body.delivery.postcode". */
export function formField(field: string | undefined): keyof CheckoutForm | undefined {
  const last = field?.split('.').at(-1);
  if (last === 'terms_accepted' || last === 'terms_version') return 'terms';
  return last !== undefined && last in emptyForm ? (last as keyof CheckoutForm) : undefined;
}
