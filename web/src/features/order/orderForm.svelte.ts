import { ApiError, hasCode, messageOf } from '../../api/client';
import type { DeliveryPrice } from '../../api/types';
import { focusFirstError } from '../../lib/focus';
import { cartStore } from '../cart/cart.svelte';
import { checkoutGate } from '../cart/state';
import { uploads } from '../cart/uploads';
import { formField, type CheckoutForm, type FormErrors } from './checkout';
import { DeliveryPricing } from './deliveryPricing.svelte';

/**
 * The head of both forms that make an order of the cart: the customer's checkout and the one that staff type in.
 * Made while a component is, since it lives as long.
 */
export class OrderForm {
  fields: CheckoutForm;
  busy = $state(false);
  problem = $state('');
  /** The server charges another total than the page showed, in cents. */
  moved = $state.raw<{ from: number; to: number }>();
  element = $state<HTMLFormElement>();

  /** What was wrong when it was last sent, with the value that each message is about. */
  private found = $state.raw<{ field: keyof CheckoutForm; message: string; about: string }[]>([]);
  /** The messages to show, by field. Each is gone as soon as its field is another. */
  readonly errors: FormErrors = $derived.by(() => {
    const shown: FormErrors = {};
    for (const { field, message, about } of this.found) if (this.part(field) === about) shown[field] = message;
    return shown;
  });

  readonly delivery: DeliveryPricing;
  readonly gate = $derived(checkoutGate(cartStore.cart, uploads.onTheWay));

  constructor(start: CheckoutForm, onPriced?: (priced: DeliveryPrice, fields: CheckoutForm) => void) {
    this.fields = $state(start);
    this.delivery = new DeliveryPricing(
      () => this.fields,
      () => (this.gate.ready ? cartStore.cart.version : undefined),
      (priced) => onPriced?.(priced, this.fields),
    );
  }

  /** The price with its delivery, or while that is not known the cart's own. */
  get price() {
    return this.delivery.priced?.price ?? cartStore.cart.price;
  }

  /** Forgets the last answer and checks what is typed; false when something is missing, with the focus there. */
  check(errors: FormErrors): boolean {
    this.problem = '';
    this.moved = undefined;
    this.show(errors);
    if (Object.keys(errors).length === 0) return true;
    void focusFirstError(this.element);
    return false;
  }

  /** Shows why the server refused the order that was sent with the total `seen`, in cents: a field, or else a note. */
  async refuse(error: unknown, seen: number): Promise<'field' | 'note'> {
    if (hasCode(error, 'total_moved') && error.price) {
      this.moved = { from: seen, to: error.price.total };
      this.delivery.correct(error.price);
      void cartStore.refresh();
      return 'note';
    }
    const field = error instanceof ApiError ? formField(error.field) : undefined;
    if (field) {
      this.show({ [field]: messageOf(error) });
      await focusFirstError(this.element);
      return 'field';
    }
    this.problem = messageOf(error);
    return 'note';
  }
  private show(errors: FormErrors): void {
    this.found = (Object.keys(errors) as (keyof CheckoutForm)[]).map((field) => ({
      field,
      message: errors[field] ?? '',
      about: this.part(field),
    }));
  }

  private part(field: keyof CheckoutForm): string {
    return JSON.stringify(this.fields[field]);
  }
}
