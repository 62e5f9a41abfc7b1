/**
 * What the server and the pages say to each other. Money is integer cents, times are unix
 * milliseconds, lengths are millimetres, ids are UUIDs.
 */

export type Unit = 'mm' | 'inch' | 'm';
export type Quality = '0.28' | '0.20' | '0.16' | '0.12';
export type Supports = 'auto' | 'on' | 'off';
export type PaymentMethod = 'card' | 'transfer' | 'pickup';
/** Three numbers: x, y, z. */
export type Vector = number[];

/** How a part is to be printed. */
export interface Choices {
  material_id: string;
  colour_id: string;
  quality: Quality;
  /** Percent, 0 to 100. */
  infill: number;
  supports: Supports;
  copies: number;
  /** The unit the file's numbers are in. */
  unit: Unit;
}

/** The build plate and height of a machine class, in mm. */
export interface Bed {
  width: number;
  depth: number;
  height: number;
  elliptic: boolean;
  center_is_zero: boolean;
}

export interface Colour {
  id: string;
  name: string;
  hex: string;
}

export interface Material {
  id: string;
  name: string;
  note: string;
  colours: Colour[];
}

export interface Terms {
  version: string;
  title: string;
  paragraphs: string[];
}

/** What a customer's page needs to know of the shop. */
export interface Shop {
  name: string;
  demo: boolean;
  /** False until staff have confirmed the prices: the page then says "prices on request". */
  open: boolean;
  accent: string;
  currency: string;
  locale: string;
  time_zone: string;
  version: string;
  source_url: string;
  limits: { file_bytes: number; part_bytes: number; files: number; copies: number };
  printer: { id: string; name: string; bed: Bed; generic_profile: boolean };
  materials: Material[];
  qualities: { id: Quality; name: string; note: string }[];
  infills: number[];
  defaults: Choices;
  terms: Terms;
  states: { code: string; name: string }[];
  country: string;
  payment_methods: PaymentMethod[];
  pickup: { address: string; limit: number };
  pay_limit: { cents: number; hours: number };
  tax: { mode: 'INCLUSIVE' | 'EXCLUSIVE' | 'NONE'; name: string; rate: string };
  show_rates: boolean;
}

export interface Finding {
  code: string;
  severity: 'info' | 'warning' | 'problem';
  sentence: string;
}

export interface Inspection {
  size_mm: Vector;
  volume_mm3: number;
  area_mm2: number;
  triangles: number;
  bodies: number;
  watertight: boolean;
  overhang_mm2: number;
  findings: Finding[];
}

export interface UnitOption {
  unit: Unit;
  size_mm: Vector;
  longest_mm: number;
  sentence: string;
}

export type PriceRowKind =
  | 'material'
  | 'supports'
  | 'machine'
  | 'plates'
  | 'setup'
  | 'part'
  | 'minimum'
  | 'discount'
  | 'adjustment'
  | 'shipping'
  | 'tax'
  | 'rounding';

export interface PriceRow {
  kind: PriceRowKind;
  label: string;
  amount: number;
  /** "12.3 g x 0.08", when the shop shows its rates. */
  detail?: string;
  /** A tax that is already inside the total. */
  included?: boolean;
}

export interface PartPrice {
  rows: PriceRow[];
  unit_each: number;
  total: number;
  /** Worked out from the shape, before the slice is done; never charged. */
  estimated: boolean;
}

export type PartState = 'inspecting' | 'needs_units' | 'queued' | 'slicing' | 'sliced' | 'failed' | 'review';

export interface Part {
  id: string;
  name: string;
  bytes: number;
  /** A review file (STEP, a photo, a PDF) is never sliced: a person looks at it. */
  kind: 'model' | 'review_file';
  state: PartState;
  /** What is wrong and what to do, for parts that failed or need a person. */
  sentence?: string;
  choices: Choices;
  unit_answered: boolean;
  unit_question?: { options: UnitOption[] };
  inspection?: Inspection;
  fits: boolean;
  fit_sentence?: string;
  /** Binary STL: mm, Z up, the bed's middle at (0,0), standing on z = 0. */
  mesh_url?: string;
  /** 0 to 1 while slicing. */
  progress?: number;
  /** 1 is next. */
  queue_position?: number;
  price?: PartPrice;
  result?: {
    seconds: number;
    layers: number;
    grams?: number;
    support_grams?: number;
    supports_used: boolean;
    engine: string;
  };
  review_reasons: string[];
  from_cache?: boolean;
}

export interface Price {
  rows: PriceRow[];
  parts: Record<string, PartPrice>;
  subtotal: number;
  /** Absent while the address is awaited. */
  shipping?: number;
  shipping_label?: string;
  tax: number;
  tax_label: string;
  total: number;
  estimated: boolean;
  currency: string;
}

export interface Ready {
  /** Calendar day in the shop's time zone, YYYY-MM-DD. */
  date: string;
  sentence: string;
}

export interface Cart {
  parts: Part[];
  price?: Price;
  ready?: Ready;
  can_pay: boolean;
  /** Something is being inspected or sliced. */
  busy: boolean;
  review_reasons: string[];
  /** This cart was ordered already. */
  order?: { number: string; url: string };
  version: number;
}

export interface Contact {
  name: string;
  email: string;
  phone: string;
}

export interface Delivery {
  method: 'pickup' | 'ship';
  line1?: string;
  line2?: string;
  city?: string;
  state?: string;
  postcode?: string;
  country?: string;
}

export interface DeliveryPrice {
  price: Price;
  ready: Ready;
  can_pay: boolean;
  review_reasons: string[];
  payment_methods: PaymentMethod[];
}

export interface CheckoutRequest {
  contact: Contact;
  delivery: Delivery;
  note?: string;
  terms_version: string;
  terms_accepted: boolean;
  payment: PaymentMethod | 'review';
  /** The total the customer saw; the server refuses if it is another now. 0 for a review. */
  expected_total: number;
}

export interface CheckoutReply {
  order_number: string;
  order_url: string;
  /** Where to pay by card. */
  pay_url?: string;
}

export type OrderStatus =
  | 'in_review'
  | 'awaiting_payment'
  | 'awaiting_release'
  | 'paid'
  | 'in_production'
  | 'ready_to_collect'
  | 'shipped'
  | 'completed'
  | 'cancelled'
  | 'refused'
  | 'on_hold';

export interface OrderStep {
  key: string;
  label: string;
  done: boolean;
  current: boolean;
  at?: number;
}

export interface OrderItem {
  id: string;
  name: string;
  copies: number;
  material: string;
  colour: string;
  colour_hex: string;
  quality: string;
  infill: number;
  supports: string;
  size_mm?: Vector;
  price?: PartPrice;
  job_state?: string;
  mesh_url?: string;
}

export interface OrderFile {
  id: string;
  name: string;
  bytes: number;
  kind: string;
}

export interface CustomerOrder {
  number: string;
  invoice_number?: string;
  created: number;
  status: OrderStatus;
  /** One line: what happens next. */
  sentence: string;
  steps: OrderStep[];
  ready?: Ready;
  contact: Contact;
  delivery: Delivery;
  note: string;
  items: OrderItem[];
  files: OrderFile[];
  /** Absent while a person still has to set it. */
  price?: Price;
  paid: number;
  balance: number;
  payment: PaymentMethod | 'review' | 'cash';
  /** What may be paid now; empty when nothing is due. */
  pay_methods: string[];
  transfer?: { lines: string[]; reference: string };
  pickup_address?: string;
  review_reasons: string[];
  /** The shop's words to the customer: why a price changed, or why an order was refused. */
  message?: string;
}

export interface ReturnReply {
  state: 'paid' | 'open' | 'expired' | 'processing';
  order_number: string;
  order_url?: string;
}

export interface SignedLink {
  url: string;
  expires: number;
}

export interface Me {
  id: string;
  name: string;
  email: string;
  role: 'ADMIN' | 'STAFF';
}

export interface MaterialPrice {
  id: string;
  name: string;
  /** Decimal strings in the shop's currency. */
  sell_per_gram: string;
  cost_per_gram: string;
  active: boolean;
}

export interface ShopSettings {
  business_name: string;
  country: string;
  tax_number: string;
  tax_registered: boolean;
  prices_confirmed: boolean;
  email: string;
  phone: string;
  pickup_address: string;
  bank_details: string;
  accent: string;
  public_url: string;
  time_zone: string;
  lead_days: number;
  pay_limit_cents: number;
  pay_limit_hours: number;
  pickup_limit_cents: number;
  show_rates: boolean;
  pricing: {
    machine_per_hour: string;
    setup: string;
    plate_start: string;
    minimum: string;
    materials: MaterialPrice[];
  };
  stripe: {
    secret_key_set: boolean;
    webhook_secret_set: boolean;
    /** Written, never read back. */
    secret_key?: string;
    webhook_secret?: string;
  };
  release_policy: 'ON_PAYMENT' | 'ON_INVOICE';
}

export interface SetupState {
  needed: boolean;
  demo: boolean;
  defaults: ShopSettings;
}

export interface SetupRequest {
  token: string;
  name: string;
  email: string;
  password: string;
  settings?: ShopSettings;
}

export interface OrderRow {
  id: string;
  number: string;
  invoice_number?: string;
  created: number;
  customer: string;
  state: 'DRAFT' | 'PENDING' | 'PAID' | 'VOID' | 'WRITTEN_OFF';
  status: OrderStatus;
  payment: string;
  total: number;
  balance: number;
  parts: number;
  copies: number;
  ready?: Ready;
  released: boolean;
  hold?: string;
}

export type OrdersTab = 'open' | 'review' | 'unpaid' | 'paid' | 'done' | 'all';

export interface OrderList {
  orders: OrderRow[];
  total: number;
  page: number;
  pages: number;
  counts: Record<string, number>;
}

export type OrderAction =
  'release' | 'mark_paid' | 'approve' | 'refuse' | 'cancel' | 'delete_draft' | 'delete_file' | 'pay_link' | 'destroy';

export interface StaffItem extends OrderItem {
  seconds?: number;
  grams?: number;
  support_grams?: number;
  engine?: string;
  gcode_sha256?: string;
  review_reasons: string[];
  findings: Finding[];
  warnings: string[];
}

export interface StaffFile extends OrderFile {
  sha256: string;
  item_id?: string;
}

export interface Payment {
  id: string;
  amount: number;
  method: string;
  processor?: string;
  reference: string;
  at: number;
  state: string;
  by?: string;
}

export interface StaffOrder extends Omit<CustomerOrder, 'items' | 'files' | 'payment' | 'status'>, OrderRow {
  email: string;
  phone: string;
  source: 'web' | 'counter';
  items: StaffItem[];
  files: StaffFile[];
  payments: Payment[];
  refunds: { amount: number; at: number; reason: string }[];
  activity: { at: number; who: string; sentence: string }[];
  jobs: Job[];
  actions: OrderAction[];
  tax_total: number;
}

export type JobState =
  | 'QUEUED'
  | 'PRE_PROCESSING'
  | 'IN_QUEUE'
  | 'PRINTING'
  | 'PAUSED'
  | 'PRINTING_COMPLETE'
  | 'POST_PROCESSING'
  | 'PACKAGING'
  | 'READY_TO_COLLECT'
  | 'SHIPPED'
  | 'COMPLETED'
  | 'CANCELLED';

export interface Job {
  id: string;
  order_id: string;
  order_number: string;
  item_id: string;
  title: string;
  customer: string;
  state: JobState;
  /** The states it may move to. */
  next: JobState[];
  priority: 'NORMAL' | 'FAST_TRACK' | 'URGENT';
  copies: number;
  done: number;
  failed: number;
  seconds: number;
  grams: number;
  material: string;
  colour: string;
  colour_hex: string;
  printer_id?: string;
  printer?: string;
  hold?: string;
  ready?: Ready;
  gcode_file_id?: string;
  created: number;
  started?: number;
  notes: string;
}

export interface Printer {
  id: string;
  name: string;
  status: string;
}

export interface JobList {
  jobs: Job[];
  printers: Printer[];
}

export interface JobMove {
  state: JobState;
  note?: string;
  printer_id?: string;
  failed_copies?: number;
}

export interface CounterRequest {
  contact: Contact;
  delivery: Delivery;
  note?: string;
  payment: 'cash' | 'transfer' | 'pickup' | 'review';
  expected_total: number;
  adjusted_total?: number;
  reason?: string;
}

export interface CounterReply {
  order_id: string;
  order_number: string;
  order_url: string;
}

export interface Task {
  id: string;
  kind: string;
  state: 'ready' | 'running' | 'dead' | 'done';
  attempts: number;
  error: string;
  run_at: number;
}

export interface ServerStatus {
  version: string;
  engine: string;
  engine_version: string;
  queue: number;
  disk_free: number;
  degraded?: string;
  warnings: string[];
}

/** An error as the server tells it (RFC 9457). */
export interface Problem {
  title?: string;
  status: number;
  /** A sentence for the person at the page. */
  detail?: string;
  kind?: string;
  /** The field of the request body that is at fault. */
  field?: string;
  /** With kind "total_moved": the price as it is now. */
  price?: Price;
}
