import type { ShopSettings } from '../../api/types';
import { isABN } from '../../lib/abn';
import { emailHint, isEmail } from '../../lib/contact';
import { moneyInput, parseMoney } from '../../lib/format';
import type { FieldErrors } from '../../lib/form.svelte';
import { isCallable, isOrigin } from './business';

/** Numbers of the settings that are typed: as text, under the server's names. */
type Typed =
  | 'pay_limit_cents'
  | 'pickup_limit_cents'
  | 'pay_limit_hours'
  | 'pay_limit_all_hours'
  | 'lead_days'
  | 'staff_discount_percent';

type Supports = NonNullable<ShopSettings['supports']>;

/** The settings as they stand in the form. Money is typed in whole units; keys are empty unless they are replaced. */
export type SettingsValues = Omit<ShopSettings, Typed | 'stripe' | 'supports' | 'version'> &
  Record<Typed, string> & {
    /** Empty: as the printer's profile has it, and as the material costs. */
    supports: { structure: Supports['structure']; angle_degrees: string; sell_per_gram: string };
    stripe: Omit<ShopSettings['stripe'], 'remove_secret_key' | 'secret_key' | 'webhook_secret'> & {
      /** The stored key goes with the next save. */
      remove_secret_key: boolean;
      secret_key: string;
      webhook_secret: string;
    };
  };

export function valuesOf({ version: _, ...settings }: ShopSettings): SettingsValues {
  return {
    ...settings,
    pay_limit_cents: moneyInput(settings.pay_limit_cents),
    pickup_limit_cents: moneyInput(settings.pickup_limit_cents),
    pay_limit_hours: String(settings.pay_limit_hours),
    pay_limit_all_hours: String(settings.pay_limit_all_hours),
    lead_days: String(settings.lead_days),
    staff_discount_percent: String(settings.staff_discount_percent),
    pricing: {
      ...settings.pricing,
      machine_per_hour: priceInput(settings.pricing.machine_per_hour),
      setup: priceInput(settings.pricing.setup),
      plate_start: priceInput(settings.pricing.plate_start),
      minimum: priceInput(settings.pricing.minimum),
      materials: settings.pricing.materials.map((material) => ({
        ...material,
        sell_per_gram: priceInput(material.sell_per_gram),
        cost_per_gram: priceInput(material.cost_per_gram),
      })),
    },
    supports: {
      structure: settings.supports?.structure ?? 'profile',
      angle_degrees: String(settings.supports?.angle_degrees ?? ''),
      sell_per_gram: priceInput(settings.supports?.sell_per_gram ?? ''),
    },
    stripe: { ...settings.stripe, remove_secret_key: false, secret_key: '', webhook_secret: '' },
  };
}

/** An exact decimal as money stands in a field, with its cents: "3" is "3.00", and "0.125" stays. */
function priceInput(price: string): string {
  const [whole = '', decimals = ''] = price.split('.');
  return /^\d+$/.test(whole) ? `${whole}.${decimals.padEnd(2, '0')}` : price;
}

/** What is sent, made from a version, 0 before set-up. Only for values in which `checkValues` finds nothing. */
export function settingsOf(values: SettingsValues, version: number): ShopSettings {
  return {
    ...values,
    version,
    pay_limit_cents: parseMoney(values.pay_limit_cents) ?? 0,
    pickup_limit_cents: parseMoney(values.pickup_limit_cents) ?? 0,
    pay_limit_hours: Number(values.pay_limit_hours),
    pay_limit_all_hours: Number(values.pay_limit_all_hours),
    lead_days: Number(values.lead_days),
    staff_discount_percent: Number(values.staff_discount_percent),
    supports: {
      structure: values.supports.structure,
      angle_degrees: values.supports.angle_degrees.trim() === '' ? undefined : Number(values.supports.angle_degrees),
      sell_per_gram: values.supports.sell_per_gram.trim() || undefined,
    },
    stripe: {
      ...values.stripe,
      remove_secret_key: (values.stripe.remove_secret_key && !values.stripe.secret_key.trim()) || undefined,
      secret_key: values.stripe.secret_key.trim() || undefined,
      webhook_secret: values.stripe.webhook_secret.trim() || undefined,
    },
  };
}

/** What the settings are called where two versions of them are compared. */
const names: Record<Exclude<keyof SettingsValues, 'stripe'>, string> = {
  business_name: 'business name',
  country: 'country',
  tax_number: 'ABN or tax number',
  tax_registered: 'registered for GST',
  prices_confirmed: 'prices confirmed',
  email: 'e-mail',
  phone: 'phone',
  pickup_address: 'collection address',
  opening_hours: 'opening hours',
  bank_details: 'bank account',
  accent: 'accent colour',
  public_url: 'public address',
  time_zone: 'time zone',
  lead_days: 'lead time',
  pay_limit_cents: 'orders up to',
  pay_limit_hours: 'one print up to',
  pay_limit_all_hours: 'printing up to',
  pickup_limit_cents: 'pay on collection up to',
  show_rates: 'rates shown',
  round_cash: 'rounding of cash',
  release_policy: 'when transfers are printed',
  staff_discount_percent: 'staff discount',
  pricing: 'prices',
  supports: 'supports',
};

/** In words, what of the settings one has otherwise than another. */
export function differences(one: SettingsValues, other: SettingsValues): string[] {
  return (Object.keys(names) as (keyof typeof names)[])
    .filter((key) => JSON.stringify(one[key]) !== JSON.stringify(other[key]))
    .map((key) => names[key]);
}

const plainAmount = 'Enter an amount like 300 or 49.50.';
const plainPrice = 'Enter a price like 3 or 0.08.';

/** Nobody could pay by transfer or by card: there is no bank account, and no key of Stripe that stays. */
export function unpayable({ bank_details, stripe }: SettingsValues): boolean {
  const kept = stripe.secret_key_set && !stripe.remove_secret_key;
  return !bank_details.trim() && !stripe.secret_key.trim() && !kept;
}

/** What this page can check by itself, by the server's names of fields. The server checks all of it, too. */
export function checkValues(values: SettingsValues): FieldErrors {
  const errors: FieldErrors = {};
  if (values.business_name.trim() === '') errors.business_name = 'Customers read this name: fill it in.';
  if (values.tax_registered && values.tax_number.trim() === '') {
    errors.tax_number = 'Invoices with GST need an ABN: fill it in.';
  } else if (values.tax_registered && !isABN(values.tax_number)) {
    errors.tax_number = 'An ABN has 11 digits, and these do not add up. Check it.';
  }
  if (values.email.trim() !== '' && !isEmail(values.email.trim())) errors.email = emailHint;
  if (values.phone.trim() !== '' && !isCallable(values.phone)) {
    errors.phone = 'Enter a phone number that customers can call, like 02 5550 1234.';
  }
  if (values.public_url.trim() !== '' && !isOrigin(values.public_url)) {
    errors.public_url = 'Enter the public address like https://prints.example, with nothing after the name.';
  }
  if (unpayable(values) && values.pickup_address.trim() === '') {
    errors.pickup_address = 'Fill in where customers collect and pay: there is no other way to pay yet.';
  }
  if (values.accent !== '' && !/^#[0-9a-f]{6}$/i.test(values.accent)) {
    errors.accent = 'Enter a colour like #0f5c5c, or leave it empty.';
  }
  for (const field of ['pay_limit_cents', 'pickup_limit_cents'] as const) {
    if (parseMoney(values[field]) === undefined) errors[field] = plainAmount;
  }
  for (const field of ['pay_limit_hours', 'pay_limit_all_hours'] as const) {
    if (!/^\d+(\.\d+)?$/.test(values[field].trim())) errors[field] = 'Enter hours like 12 or 7.5.';
  }
  if (!/^\d+$/.test(values.lead_days.trim()) || Number(values.lead_days) > 90) {
    errors.lead_days = 'Enter whole days, 0 to 90.';
  }
  if (!/^\d+$/.test(values.staff_discount_percent.trim()) || Number(values.staff_discount_percent) > 100) {
    errors.staff_discount_percent = 'Enter a whole number, 0 to 100.';
  }
  for (const field of ['machine_per_hour', 'setup', 'plate_start', 'minimum'] as const) {
    if (!isPrice(values.pricing[field])) errors[`pricing.${field}`] = plainPrice;
  }
  const { angle_degrees: angle, sell_per_gram: gram } = values.supports;
  if (angle.trim() !== '' && !(/^\d+(\.\d+)?$/.test(angle.trim()) && Number(angle) <= 90)) {
    errors['supports.angle_degrees'] = 'Enter degrees from 0 to 90, or leave it empty.';
  }
  if (gram.trim() !== '' && !isPrice(gram)) errors['supports.sell_per_gram'] = plainPrice;
  const { materials } = values.pricing;
  const wrong = materials.filter((one) => !isPrice(one.sell_per_gram) || !isPrice(one.cost_per_gram));
  if (wrong.length > 0) {
    errors['pricing.materials'] = `${wrong.map(({ name }) => name).join(', ')}: enter prices like 0.08.`;
  } else if (materials.length > 0 && !materials.some(({ active }) => active)) {
    errors['pricing.materials'] = 'Offer at least one material.';
  }
  return errors;
}

/** An exact decimal, not below zero: "0.08". */
export function isPrice(text: string): boolean {
  return /^\d{1,9}(\.\d{1,9})?$/.test(text.trim());
}
