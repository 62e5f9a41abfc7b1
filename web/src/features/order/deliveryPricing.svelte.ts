import { api, call, messageOf } from '../../api/client';
import type { DeliveryPrice, Price } from '../../api/types';
import { shop } from '../../lib/shop.svelte';
import { formField } from './checkout';
import { deliveryKnown, deliveryOf, type DeliveryErrors, type DeliveryForm } from './delivery';

/** After the last key, before the price is asked for, in milliseconds. */
const debounceMs = 350;

/**
 * The price of the cart with its delivery. Asked for anew, a moment after the last key, when something has
 * changed that it depends on. Made while a component is, since it lives as long.
 */
export class DeliveryPricing {
  /** The server's last answer. */
  priced = $state.raw<DeliveryPrice>();
  /** An answer is awaited. */
  busy = $state(false);
  problem = $state('');
  /** The field of the address that cannot be, with its message: until something of the address is changed. */
  errors = $state.raw<DeliveryErrors>({});

  /** `cart` is the version of the cart, or undefined while it has no price. */
  constructor(
    private readonly form: () => DeliveryForm,
    cart: () => number | undefined,
    private readonly onPriced: (priced: DeliveryPrice) => void = () => undefined,
  ) {
    const key = $derived.by(() => {
      const { method, state, postcode } = form();
      const version = cart();
      if (version === undefined || !deliveryKnown(form())) return undefined;
      return [method, state, postcode.trim(), version].join('|');
    });
    $effect(() => {
      void key;
      this.errors = {};
      this.problem = '';
      if (key === undefined) {
        this.priced = undefined;
        this.busy = false;
        return;
      }
      const abort = new AbortController();
      const timer = setTimeout(() => void this.request(abort.signal), debounceMs);
      return () => {
        clearTimeout(timer);
        abort.abort();
      };
    });
  }

  async request(signal?: AbortSignal): Promise<void> {
    this.busy = true;
    try {
      const body = { delivery: deliveryOf(this.form(), shop.now.country) };
      const priced = await call(api.POST('/api/quick-order/price', { body }));
      if (signal?.aborted) return;
      this.priced = priced;
      this.problem = '';
      this.errors = {};
      this.onPriced(priced);
    } catch (error) {
      if (!signal?.aborted) this.refuse(error);
    } finally {
      if (!signal?.aborted) this.busy = false;
    }
  }

  /** What is wrong with a field is said there; the price of another address does not stand any more. */
  private refuse(error: unknown): void {
    const field = formField(this.form(), error);
    this.errors = field ? { [field]: messageOf(error) } : {};
    this.problem = field ? '' : messageOf(error);
    if (field) this.priced = undefined;
  }

  /** The server charges another price than the one that was shown. */
  correct(price: Price): void {
    if (this.priced) this.priced = { ...this.priced, price };
  }
}
