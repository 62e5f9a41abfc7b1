import type { Vector } from '../api/types';

/** How the shop writes numbers, money and days; set once, when the shop's facts arrive. */
interface Conventions {
  locale: string;
  currency: string;
  timeZone: string | undefined;
}

let conventions: Conventions = { locale: 'en-AU', currency: 'AUD', timeZone: undefined };

/** What the browser does not know stays as it was: a page shows a day in another way rather than none. */
export function setConventions(next: { locale?: string; currency?: string; time_zone?: string }): void {
  conventions = {
    locale: usableLocale(next.locale) ?? conventions.locale,
    currency:
      known(next.currency, (currency) => new Intl.NumberFormat('en', { style: 'currency', currency })) ??
      conventions.currency,
    timeZone: known(next.time_zone, (timeZone) => new Intl.DateTimeFormat('en', { timeZone })) ?? conventions.timeZone,
  };
}

/** The value, unless it is empty or Intl throws at it: one word of the settings must not keep a whole page from showing. */
function known(value: string | undefined, use: (value: string) => unknown): string | undefined {
  if (!value) return undefined;
  try {
    use(value);
    return value;
  } catch {
    return undefined;
  }
}

/** The locale, or its language alone where the rest is no locale: "en-", of a shop without a country yet, is "en". */
function usableLocale(locale: string | undefined): string | undefined {
  return known(locale, Intl.getCanonicalLocales) ?? known(locale?.split(/[-_]/)[0], Intl.getCanonicalLocales);
}

/** Every time zone that the browser can name. */
export function timeZones(): string[] {
  return Intl.supportedValuesOf('timeZone');
}

/** Cents as money, in the shop's currency unless another is named: 1234 is "$12.34". */
export function money(cents: number, currency = conventions.currency): string {
  return new Intl.NumberFormat(conventions.locale, { style: 'currency', currency }).format(cents / 100);
}

/** What stands before an amount in the shop's currency: "$". */
export function currencySign(): string {
  const parts = new Intl.NumberFormat(conventions.locale, {
    style: 'currency',
    currency: conventions.currency,
  }).formatToParts(0);
  return parts.find(({ type }) => type === 'currency')?.value ?? '';
}

/**
 * What a person typed as an amount, in cents: "12", "12.5", "$1,234.50". Undefined when it is not an amount, is negative,
 * has more than two decimals, or has a comma that does not part thousands: "12,50" may mean another amount.
 */
export function parseMoney(text: string): number | undefined {
  const match = /^[$€£]?\s*(\d{1,9}|\d{1,3}(?:,\d{3}){1,2})(?:\.(\d{1,2}))?\s*[$€£]?$/.exec(text.trim());
  if (!match) return undefined;
  return Number(match[1]!.replaceAll(',', '')) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
}

/** Cents as they stand in a field: 1234 is "12.34". */
export function moneyInput(cents: number): string {
  return (cents / 100).toFixed(2);
}

/** What a person typed as a figure above nothing: "95", "12.5". Undefined when it is none. */
export function parseFigure(text: string): number | undefined {
  const plain = text.trim();
  return /^\d{1,6}(\.\d{1,3})?$/.test(plain) && Number(plain) > 0 ? Number(plain) : undefined;
}

/** Bytes as people say them: 1 300 000 is "1.3 MB". */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0;
  return `${new Intl.NumberFormat(conventions.locale, { maximumFractionDigits: digits }).format(value)} ${units[unit]}`;
}

/** Seconds as hours and minutes: 5400 is "1 h 30 min"; less than a minute is "under 1 min". */
export function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return 'under 1 min';
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

/** Millimetres with one decimal below 100, none above: what a caliper and a ruler show. Below one, the two digits that say something. */
export function length(mm: number): string {
  const digits = mm < 1 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: mm < 100 ? 1 : 0 };
  return new Intl.NumberFormat(conventions.locale, digits).format(mm);
}

/** "20 × 15.5 × 3 mm" */
export function size(mm: Vector): string {
  return `${mm.map(length).join(' × ')} mm`;
}

/** An area in mm²; from a square centimetre on in cm². */
export function area(mm2: number): string {
  if (mm2 < 100) return `${Math.round(mm2)} mm²`;
  return `${(mm2 / 100).toFixed(mm2 < 1000 ? 1 : 0)} cm²`;
}

/** How near a mesh keeps to the file that it was made of; nothing where the file named no unit. */
export function exactness(made: { linear_mm: number; unit?: string }): string {
  return made.unit ? `, to within ${made.linear_mm} mm` : '';
}

export function grams(value: number): string {
  return `${new Intl.NumberFormat(conventions.locale, { maximumFractionDigits: value < 100 ? 1 : 0 }).format(value)} g`;
}

export function count(value: number): string {
  return new Intl.NumberFormat(conventions.locale).format(value);
}

/** What the server counts in long lists: up to a thousand, and then only that there are more. */
export function listCount(value: number): string {
  return value > 1000 ? `${count(1000)}+` : count(value);
}

/** "1 part", "2 parts" */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** How many a list has: "1 part", "1000+ parts". */
export function listPlural(value: number, one: string, many = `${one}s`): string {
  return value > 1000 ? `${listCount(value)} ${many}` : plural(value, one, many);
}

/** Where a locale writes "Mon, 30 Nov", we write "Mon 30 Nov": the comma is for the time. */
function withoutComma(text: string): string {
  return text.replace(/^(\p{L}+\.?), /u, '$1 ');
}

/** A moment as day and time in the shop's zone: "Mon 30 Nov, 2:05 pm". */
export function moment(unixMs: number): string {
  const text = new Intl.DateTimeFormat(conventions.locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: 'numeric',
    minute: '2-digit',
    timeZone: conventions.timeZone,
  }).format(unixMs);
  return withoutComma(text);
}

/** The calendar day of a moment in the shop's zone: "2026-11-30". */
export function isoDay(unixMs: number): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    timeZone: conventions.timeZone,
  });
  return parts.format(unixMs);
}

/** A calendar day, "2026-11-30", as "Mon 30 Nov". It has no time zone. */
export function day(date: string): string {
  const text = new Intl.DateTimeFormat(conventions.locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  }).format(new Date(`${date}T00:00:00Z`));
  return withoutComma(text);
}

/**
 * "Ready by Mon 30 Nov", or nothing while there is no day. A parcel is not there on the day that it is ready: of what is
 * sent the page says when it leaves.
 */
export function readyBy(ready: { date: string } | undefined, method: 'pickup' | 'ship' = 'pickup'): string {
  return ready?.date ? `${method === 'ship' ? 'Leaves the shop' : 'Ready'} by ${day(ready.date)}` : '';
}

/** A moment with its year, where the year itself may be wrong: "23 November 2026 at 2:05 pm". */
export function dateTime(unixMs: number): string {
  return new Intl.DateTimeFormat(conventions.locale, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: conventions.timeZone,
  }).format(unixMs);
}

/** The day of a moment in the shop's zone, with its year: "23 November 2026". */
export function date(unixMs: number): string {
  return new Intl.DateTimeFormat(conventions.locale, { dateStyle: 'long', timeZone: conventions.timeZone }).format(
    unixMs,
  );
}

/** How long ago, for lists that staff glance at; older than a day is the moment itself. */
export function ago(unixMs: number, now: number): string {
  const minutes = Math.floor((now - unixMs) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return moment(unixMs);
}
