import { hasCode, messageOf } from '../../api/client';
import type { DeliveryPrice } from '../../api/types';
import { focusFirstError } from '../../lib/focus';
import { createForm, type FieldErrors, type Form } from '../../lib/form.svelte';
import { cartStore } from '../cart/cart.svelte';
import { checkoutGate } from '../cart/state';
import { uploads } from '../cart/uploads';
import { formField, type OrderFields } from './checkout';
import { DeliveryPricing } from './deliveryPricing.svelte';

export interface OrderFormOptions<Values extends OrderFields> {
  values: Values;
  check: (values: Values) => FieldErrors;
  /** Orders what is in the cart, at the price that was agreed. */
  send: (values: Values, agreed: DeliveryPrice) => Promise<void>;
  onPriced?: (priced: DeliveryPrice, values: Values) => void;
  message?: (error: unknown) => string;
  /** As a form's: whether leaving with something unsaved is asked about. */
  holds?: () => boolean;
}

/**
 * What both forms that make an order of the cart have in common: the customer's checkout and the one that staff type
 * in. A form, the price with its delivery, and what happens when the total has moved meanwhile. Made while a component
 * is, since it lives as long.
 */
export class OrderForm<Values extends OrderFields> {
  readonly form: Form<Values>;
  readonly delivery: DeliveryPricing;
  readonly gate = $derived(checkoutGate(cartStore.cart, uploads.onTheWay, Boolean(cartStore.clash), cartStore.unclear));
  /** The server charges another total than the page showed, in cents. */
  moved = $state.raw<{ from: number; to: number }>();
  element = $state<HTMLFormElement>();

  constructor(private readonly options: OrderFormOptions<Values>) {
    this.form = createForm<Values>({
      values: options.values,
      check: options.check,
      save: (values) => this.send(values),
      fields: (error) => this.fields(error),
      message: (error) => this.message(error),
      holds: options.holds,
    });
    this.delivery = new DeliveryPricing(
      () => this.form.values,
      () => (this.gate.ready ? cartStore.cart.version : undefined),
      (priced) => options.onPriced?.(priced, this.form.values),
    );
  }

  /** The price with its delivery, or while that is not known the cart's own. */
  get price() {
    return this.delivery.priced?.price ?? cartStore.cart.price;
  }

  /** Checks and orders; true when it is done. Otherwise the keyboard is at the first field that wants another answer. */
  async submit(event: SubmitEvent): Promise<boolean> {
    this.moved = undefined;
    const done = await this.form.submit(event);
    if (!done) await focusFirstError(this.element);
    return done;
  }

  private async send(values: Values): Promise<void> {
    // A quick hand is faster than the price: wait for it instead of sending the hand away.
    if (!this.delivery.priced) await this.delivery.request();
    const agreed = this.delivery.priced;
    if (!agreed) throw new NoPrice(this.delivery.problem);
    try {
      await this.options.send(values, agreed);
    } catch (error) {
      if (hasCode(error, 'total_moved') && error.price) {
        this.moved = { from: agreed.price.total, to: error.price.total };
        this.delivery.correct(error.price);
        void cartStore.refresh();
      }
      // Refused for good while it lay in the cart: the parts say which, and how to go on.
      if (hasCode(error, 'file_refused')) void cartStore.refresh();
      throw error;
    }
  }

  private fields(error: unknown): FieldErrors {
    const field = formField(this.form.values, error);
    return field ? { [field]: messageOf(error) } : {};
  }

  private message(error: unknown): string {
    if (error instanceof NoPrice) return error.message;
    if (this.moved) return ''; // it has a note of its own
    return (this.options.message ?? messageOf)(error);
  }
}

/** The price with its delivery could not be had; its message says why. */
class NoPrice extends Error {}
