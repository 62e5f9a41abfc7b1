import { api, call, sentenceOf } from '../../api/client';
import type { DeliveryPrice, Price } from '../../api/types';
import { shop } from '../../lib/shop.svelte';
import { deliveryKnown, deliveryOf, type CheckoutForm } from './checkout';

/** After the last key, before the price is asked for, in milliseconds. */
const settle = 350;

/**
 * The price of the cart with its delivery. Asked for anew, a moment after the last key, when something has
 * changed that it depends on. Made while a component is, since it lives as long.
 */
export class DeliveryQuote {
  quote = $state.raw<DeliveryPrice>();
  pricing = $state(false);
  problem = $state('');

  /** `cart` is the version of the cart, or undefined while it has no price. */
  constructor(
    private readonly form: () => CheckoutForm,
    cart: () => number | undefined,
    private readonly onQuote: (quote: DeliveryPrice) => void = () => undefined,
  ) {
    const key = $derived.by(() => {
      const { method, state, postcode } = form();
      const version = cart();
      if (version === undefined || !deliveryKnown(form())) return undefined;
      return [method, state, postcode.trim(), version].join('|');
    });
    $effect(() => {
      if (key === undefined) {
        this.quote = undefined;
        this.pricing = false;
        return;
      }
      const abort = new AbortController();
      const timer = setTimeout(() => void this.ask(abort.signal), settle);
      return () => {
        clearTimeout(timer);
        abort.abort();
      };
    });
  }

  async ask(signal?: AbortSignal): Promise<void> {
    this.pricing = true;
    try {
      const body = { delivery: deliveryOf(this.form(), shop.now.country) };
      const quote = await call(api.POST('/api/quick-order/price', { body }));
      if (signal?.aborted) return;
      this.quote = quote;
      this.problem = '';
      this.onQuote(quote);
    } catch (error) {
      if (!signal?.aborted) this.problem = sentenceOf(error);
    } finally {
      if (!signal?.aborted) this.pricing = false;
    }
  }

  /** The server charges another price than the one that was shown. */
  moved(price: Price): void {
    if (this.quote) this.quote = { ...this.quote, price };
  }
}
