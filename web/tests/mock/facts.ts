import type { Choices, Shop, ShopSettings } from '../../src/api/types';

const colours = (ids: string) =>
  [
    { id: `${ids}-black`, name: 'Black', hex: '#26282b' },
    { id: `${ids}-white`, name: 'White', hex: '#eceae4' },
    { id: `${ids}-orange`, name: 'Orange', hex: '#e2702a' },
    { id: `${ids}-blue`, name: 'Blue', hex: '#2f6fb5' },
  ] as const;

export const defaults: Choices = {
  material_id: 'pla',
  colour_id: 'pla-orange',
  quality: '0.20',
  infill: 20,
  supports: 'auto',
  copies: 1,
  unit: 'mm',
};

export const shop: Shop = {
  name: 'Harbour Prints',
  demo: true,
  open: true,
  accent: '',
  currency: 'AUD',
  locale: 'en-AU',
  time_zone: 'Australia/Sydney',
  version: '0.0.0-mock',
  source_url: 'https://example.com/source',
  limits: { file_bytes: 500_000_000, part_bytes: 4 * 1024 * 1024, files: 20, copies: 500 },
  printer: {
    id: 'creality_ender3',
    name: 'Creality Ender-3',
    bed: { width: 220, depth: 220, height: 250, elliptic: false, center_is_zero: false },
    generic_profile: false,
  },
  materials: [
    {
      id: 'pla',
      name: 'PLA',
      note: 'Stiff and crisp, for models and parts that stay below 55 °C.',
      colours: [...colours('pla')],
    },
    { id: 'petg', name: 'PETG', note: 'Tougher, takes heat up to 70 °C and weather.', colours: [...colours('petg')] },
    { id: 'abs', name: 'ABS', note: 'Tough, takes heat up to 90 °C.', colours: [...colours('abs')].slice(0, 2) },
    { id: 'tpu', name: 'TPU', note: 'Bends like rubber.', colours: [...colours('tpu')].slice(0, 1) },
  ],
  qualities: [
    { id: '0.28', name: 'Draft', note: 'fast, visible layers' },
    { id: '0.20', name: 'Standard', note: 'good for most parts' },
    { id: '0.16', name: 'Fine', note: 'smoother slopes' },
    { id: '0.12', name: 'Finest', note: 'slow, for small detail' },
  ],
  infills: [0, 10, 15, 20, 30, 40, 60, 80, 100],
  defaults,
  terms: {
    version: '2026-11-01',
    title: 'Terms of sale',
    paragraphs: [
      'You have the rights to the files that you send, and they ask for nothing unlawful.',
      'Prints are made to order, from your file as you sent it.',
      'We keep your files for 90 days after your order is completed, so that you can order again.',
    ],
  },
  states: ['ACT', 'NSW', 'NT', 'QLD', 'SA', 'TAS', 'VIC', 'WA'].map((code) => ({ code, name: code })),
  country: 'AU',
  payment_methods: ['card', 'transfer', 'pickup'],
  pickup: { address: '12 Harbour St, Sydney', limit: 5000 },
  pay_limit: { cents: 30_000, hours: 24 },
  tax: { mode: 'INCLUSIVE', name: 'GST', rate: '10' },
  show_rates: true,
};

export const settings: ShopSettings = {
  business_name: shop.name,
  country: 'AU',
  tax_number: '12 345 678 901',
  tax_registered: true,
  prices_confirmed: true,
  email: 'hello@example.com',
  phone: '02 5550 1234',
  pickup_address: shop.pickup.address,
  bank_details: 'Harbour Prints\nBSB 000-000\nAccount 12345678',
  accent: '',
  public_url: '',
  time_zone: 'Australia/Sydney',
  lead_days: 2,
  pay_limit_cents: 30_000,
  pay_limit_hours: 24,
  pickup_limit_cents: 5000,
  show_rates: true,
  pricing: {
    machine_per_hour: '3.00',
    setup: '8.00',
    plate_start: '2.00',
    minimum: '15.00',
    materials: ['PLA', 'PETG', 'ABS', 'TPU'].map((name, i) => ({
      id: name.toLowerCase(),
      name,
      sell_per_gram: ['0.08', '0.09', '0.10', '0.16'][i]!,
      cost_per_gram: '0.03',
      active: true,
    })),
  },
  stripe: { secret_key_set: false, webhook_secret_set: false },
  release_policy: 'ON_PAYMENT',
};
