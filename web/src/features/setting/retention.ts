import type { RetentionRule, TermsSettings } from '../../api/types';
import type { FieldErrors } from '../../lib/form.svelte';
import { count } from '../../lib/format';

type Kind = RetentionRule['kind'];

/** What each row of the table of retention is about, and what customers read of it. */
export const kinds: Record<Kind, { name: string; short: string; about: string }> = {
  tmp: { name: 'Uploads that were not ordered', short: 'Uploads', about: 'Models in carts, with their slices.' },
  guest: {
    name: 'Models and G-code of guests',
    short: 'Guests',
    about: 'From orders placed without an account.',
  },
  account: { name: 'Models and G-code of accounts', short: 'Accounts', about: 'From orders by clients who can log in or whose address is verified.' }, // prettier-ignore
  on_account: {
    name: 'Models and G-code of clients on account',
    short: 'Clients on account',
    about: 'For clients with credit terms.',
  },
  documents: { name: 'Invoices and payments', short: 'Records', about: 'With the links that show them.' },
  addresses: {
    name: 'Network addresses',
    short: 'Addresses',
    about: 'Where visitors and staff came from, in the activity log, carts and logins. The entries themselves stay.',
  },
};

const clocks: Record<RetentionRule['clock'], string> = {
  last_use: 'From when the cart was used last',
  done: 'From when the order is completed or closed',
  written: 'From when it was recorded',
};

const stops: Record<RetentionRule['stops'][number], string> = {
  not_completed: 'the order is not done',
  open_dispute: 'a payment is disputed',
  unpaid: 'money is owed or has to be refunded',
  wish: 'somebody asked to keep them',
};

/** From when the days of a row count. */
export const clockOf = (rule: RetentionRule): string => clocks[rule.clock];

/** What keeps it longer, in words; nothing where nothing does. */
export function stopsOf(rule: RetentionRule): string {
  const words = rule.stops.map((stop) => stops[stop]);
  const last = words.pop();
  if (last === undefined) return '';
  return `Kept longer while ${words.length > 0 ? `${words.join(', ')} or ` : ''}${last}`;
}

/** The terms screen as it is typed. */
export interface TermsValues {
  title: string;
  text: string;
  retention: Record<Kind, string>;
}

export function termsValues(stored: TermsSettings): TermsValues {
  const days = Object.fromEntries(stored.retention.map((rule) => [rule.kind, String(rule.days)]));
  return { title: stored.title, text: stored.text, retention: days as Record<Kind, string> };
}

/** What is sent. Only for values in which `checkTerms` finds nothing. */
export function termsOf(values: TermsValues, stored: TermsSettings): TermsSettings {
  return {
    version: stored.version,
    title: values.title,
    text: values.text,
    retention: stored.retention.map((rule) => ({ ...rule, days: Number(values.retention[rule.kind]) })),
  };
}

/** What this page can check by itself. The server checks all of it, too. */
export function checkTerms(values: TermsValues, rules: RetentionRule[]): FieldErrors {
  const errors: FieldErrors = {};
  if (values.title.trim() === '') errors.title = 'Give the terms a title.';
  if (values.text.trim() === '') errors.text = 'Write the terms: customers agree to them when they order.';
  for (const rule of rules) {
    const typed = values.retention[rule.kind].trim();
    if (!/^\d+$/.test(typed)) errors[`retention.${rule.kind}`] = 'Enter a whole number of days.';
    else if (!allowed(rule, Number(typed))) errors[`retention.${rule.kind}`] = range(rule);
  }
  return errors;
}

function allowed(rule: RetentionRule, days: number): boolean {
  return (rule.for_ever && days === 0) || (days >= rule.least && days <= rule.most);
}

/** Which days a row takes. */
export function range(rule: RetentionRule): string {
  const days = `${count(rule.least)} to ${count(rule.most)} days`;
  return rule.for_ever ? `${days}, or 0: until they ask for deletion.` : `${days}.`;
}

/** In words, what one has otherwise than another. */
export function termsDifferences(one: TermsValues, other: TermsValues): string[] {
  const found = (Object.keys(kinds) as Kind[])
    .filter((kind) => one.retention[kind] !== other.retention[kind])
    .map((kind) => kinds[kind].name.toLowerCase());
  if (one.title !== other.title) found.unshift('title');
  if (one.text !== other.text) found.unshift('text');
  return found;
}
