import type { CustomerOrder, Job, JobState, OrderRow, StaffOrder } from '../../src/api/types';
import { MockCart, ready } from './cart';

const now = Date.now();
const hash = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

function customerOrder(n: number, status: CustomerOrder['status'], payment: CustomerOrder['payment']): CustomerOrder {
  const paid = ['paid', 'in_production', 'completed'].includes(status);
  const total = 2450 + n * 310;
  return {
    number: `ORD-${1000 + n}`,
    invoice_number: paid ? `INV-000${n}` : undefined,
    created: now - n * 5_400_000,
    status,
    sentence: paid
      ? 'Paid. It waits for a free printer.'
      : status === 'in_review'
        ? 'A person is looking at your parts.'
        : 'We print as soon as it is paid.',
    steps: [
      { key: 'ordered', label: 'Ordered', done: true, current: false, at: now - n * 5_400_000 },
      { key: 'paid', label: 'Paid', done: paid, current: !paid, at: paid ? now - n * 5_000_000 : undefined },
      { key: 'printing', label: 'Printing', done: false, current: paid },
      { key: 'ready', label: 'Ready to collect', done: false, current: false },
    ],
    ready,
    contact: {
      name: ['Ada Byron', 'Grace Hopper', 'Lin Wei', 'Noor Haddad'][n % 4]!,
      email: 'ada@example.com',
      phone: '0400 000 000',
    },
    delivery: { method: 'pickup' },
    note: n % 2 ? 'It has to fit a 60 mm shelf.' : '',
    items: [
      {
        id: `item-${n}`,
        name: 'shelf bracket.stl',
        copies: 4,
        material: 'PLA',
        colour: 'Orange',
        colour_hex: '#e2702a',
        quality: '0.20',
        infill: 20,
        supports: 'auto',
        size_mm: [60, 24, 40],
        price: {
          rows: [
            { kind: 'material', label: 'Material', amount: 900 },
            { kind: 'machine', label: 'Machine', amount: total - 1900 },
            { kind: 'plates', label: 'Plate start', amount: 200 },
            { kind: 'setup', label: 'Set-up', amount: 800 },
          ],
          total,
          unit_each: Math.round(total / 4),
          estimated: false,
        },
        mesh_url: '/api/mock/bracket',
      },
    ],
    files: [{ id: `file-${n}`, name: 'shelf bracket.stl', bytes: 182_484, kind: 'model' }],
    price:
      status === 'in_review'
        ? undefined
        : {
            rows: [
              { kind: 'part', label: 'shelf bracket.stl, 4 copies', amount: total },
              { kind: 'tax', label: 'Includes GST', amount: Math.round(total / 11), included: true },
            ],
            parts: {},
            subtotal: total,
            tax: Math.round(total / 11),
            tax_label: 'Includes GST',
            total,
            estimated: false,
            currency: 'AUD',
          },
    paid: paid ? total : 0,
    balance: paid ? 0 : total,
    payment,
    pay_methods: status === 'awaiting_payment' ? ['card', 'transfer'] : [],
    transfer:
      payment === 'transfer'
        ? { lines: ['Harbour Prints', 'BSB 000-000', 'Account 12345678'], reference: `ORD-${1000 + n}` }
        : undefined,
    pickup_address: '12 Harbour St, Sydney',
    review_reasons: status === 'in_review' ? ['shelf bracket.stl has holes in its surface.'] : [],
    message: undefined,
  };
}

function job(n: number, state: JobState, next: JobState[]): Job {
  return {
    id: `job-${n}`,
    order_id: `order-${n}`,
    order_number: `ORD-${1000 + n}`,
    item_id: `item-${n}`,
    title: 'shelf bracket.stl',
    customer: 'Ada Byron',
    state,
    next,
    priority: n === 1 ? 'FAST_TRACK' : 'NORMAL',
    copies: 4,
    done: n - 1,
    failed: n === 3 ? 1 : 0,
    seconds: 5230,
    grams: 14.2,
    material: 'PLA',
    colour: 'Orange',
    colour_hex: '#e2702a',
    printer: state === 'PRINTING' ? 'Ender-3 left' : undefined,
    printer_id: state === 'PRINTING' ? 'p1' : undefined,
    ready,
    gcode_file_id: `gcode-${n}`,
    created: now - n * 4_000_000,
    started: state === 'PRINTING' ? now - 1_800_000 : undefined,
    notes: '',
  };
}

export const jobs: Job[] = [
  job(1, 'QUEUED', ['PRE_PROCESSING', 'IN_QUEUE', 'CANCELLED']),
  job(2, 'IN_QUEUE', ['PRINTING', 'CANCELLED']),
  job(3, 'PRINTING', ['PRINTING_COMPLETE', 'PAUSED', 'CANCELLED']),
];

export const orders: CustomerOrder[] = [
  customerOrder(1, 'awaiting_payment', 'transfer'),
  customerOrder(2, 'in_review', 'review'),
  customerOrder(3, 'paid', 'card'),
  customerOrder(4, 'awaiting_release', 'pickup'),
  customerOrder(5, 'completed', 'card'),
];

/** The order that a cart became. */
export function orderOf(cart: MockCart, payment: CustomerOrder['payment']): CustomerOrder {
  const made = customerOrder(orders.length + 1, payment === 'review' ? 'in_review' : 'awaiting_payment', payment);
  made.created = Date.now();
  orders.unshift(made);
  cart.order = { number: made.number, url: `/order/token-${made.number}` };
  return made;
}

export function row(order: CustomerOrder): OrderRow {
  const n = Number(order.number.slice(4)) - 1000;
  return {
    id: `order-${n}`,
    number: order.number,
    invoice_number: order.invoice_number,
    created: order.created,
    customer: order.contact.name,
    state: order.invoice_number ? 'PAID' : 'DRAFT',
    status: order.status,
    payment: order.payment,
    total: order.price?.total ?? 0,
    balance: order.balance,
    parts: order.items.length,
    copies: 4,
    ready: order.ready,
    released: order.invoice_number !== undefined,
  };
}

export function staffOrder(order: CustomerOrder): StaffOrder {
  const base = row(order);
  return {
    ...order,
    ...base,
    email: order.contact.email,
    phone: order.contact.phone,
    source: 'web',
    items: order.items.map((item) => ({
      ...item,
      seconds: 5230,
      grams: 14.2,
      support_grams: 1.1,
      engine: 'embedded 4.12',
      gcode_sha256: hash,
      review_reasons: [],
      findings:
        order.status === 'in_review'
          ? [{ code: 'holes', severity: 'problem', sentence: 'There are 2 holes in the surface.' }]
          : [],
      warnings: [],
    })),
    files: [
      ...order.files.map((file) => ({ ...file, sha256: hash })),
      { id: `gcode-${base.id}`, name: 'shelf bracket.gcode', bytes: 2_400_000, kind: 'gcode', sha256: hash },
      { id: `settings-${base.id}`, name: 'settings.json', bytes: 21_000, kind: 'settings', sha256: hash },
    ],
    payments:
      order.paid > 0
        ? [
            {
              id: 'pay-1',
              amount: order.paid,
              method: 'card',
              processor: 'stripe',
              reference: 'pi_123',
              at: order.created,
              state: 'settled',
            },
          ]
        : [],
    refunds: [],
    activity: [{ at: order.created, who: 'Customer', sentence: 'Ordered on the web.' }],
    jobs: order.invoice_number ? [jobs[2]!] : [],
    actions:
      order.status === 'in_review'
        ? ['approve', 'refuse', 'delete_draft', 'pay_link', 'delete_file']
        : order.invoice_number
          ? ['pay_link', 'cancel', 'delete_file']
          : ['release', 'mark_paid', 'cancel', 'delete_draft', 'pay_link', 'delete_file'],
    tax_total: 100,
  };
}
