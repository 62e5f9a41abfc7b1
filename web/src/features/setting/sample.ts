import type { ShopSettings } from '../../api/types';

/** The settings of a shop, for tests. */
export const sample: ShopSettings = {
  accent: '',
  bank_details: '',
  business_name: 'Corner Print Shop',
  country: 'AU',
  email: '',
  lead_days: 3,
  pay_limit_cents: 30000,
  pay_limit_hours: 7.5,
  phone: '',
  pickup_address: '',
  pickup_limit_cents: 4950,
  prices_confirmed: true,
  pricing: {
    machine_per_hour: '3.00',
    materials: [{ id: 'pla', name: 'PLA', sell_per_gram: '0.08', cost_per_gram: '0.03', active: true }],
    minimum: '15.00',
    plate_start: '2.50',
    setup: '4.125',
  },
  public_url: '',
  release_policy: 'ON_PAYMENT',
  round_cash: true,
  show_rates: false,
  staff_discount_percent: 10,
  stripe: { secret_key_set: true, webhook_secret_set: false },
  tax_number: '51 824 753 556',
  tax_registered: true,
  time_zone: 'Australia/Sydney',
  version: 1,
};
