import type { Delivery } from '../../api/types';

/** How an order reaches its customer; all text, as typed. */
export interface DeliveryForm {
  method: 'pickup' | 'ship';
  line1: string;
  line2: string;
  city: string;
  state: string;
  postcode: string;
}

export type DeliveryErrors = Partial<Record<keyof DeliveryForm, string>>;

export const emptyDelivery: DeliveryForm = {
  method: 'pickup',
  line1: '',
  line2: '',
  city: '',
  state: '',
  postcode: '',
};

/** What is missing of an address, by field; nothing of a pick-up. */
export function checkDelivery(form: DeliveryForm): DeliveryErrors {
  const errors: DeliveryErrors = {};
  if (form.method === 'pickup') return errors;
  if (form.line1.trim() === '') errors.line1 = 'Enter the street and number.';
  if (form.city.trim() === '') errors.city = 'Enter the suburb or town.';
  if (form.state === '') errors.state = 'Choose the state: delivery depends on it.';
  if (!/^[0-9A-Za-z][0-9A-Za-z -]{1,9}$/.test(form.postcode.trim())) {
    errors.postcode = 'Enter the postcode: delivery depends on it.';
  }
  return errors;
}

/** The delivery as the server takes it. */
export function deliveryOf(form: DeliveryForm, country: string): Delivery {
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
export function deliveryKnown(form: DeliveryForm): boolean {
  return form.method === 'pickup' || (form.state !== '' && form.postcode.trim().length >= 3);
}
