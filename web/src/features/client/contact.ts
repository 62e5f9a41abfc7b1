import type { Business, Contact } from '../../api/types';
import { abnDigits, isABN } from '../../lib/abn';
import { emailHint, isEmail } from '../../lib/contact';

/** What a business adds to who an order is for; all text, as typed. */
export interface BusinessForm {
  /** A business orders; otherwise nothing of the rest counts. */
  business: boolean;
  company: string;
  /** In Australia the ABN. */
  tax_number: string;
  po_number: string;
  invoice_email: string;
}

/** Who an order is for; all text, as typed. */
export interface ContactForm extends BusinessForm {
  name: string;
  email: string;
  phone: string;
}

export type ContactErrors = Partial<Record<keyof ContactForm, string>>;

export const emptyContact: ContactForm = {
  name: '',
  email: '',
  phone: '',
  business: false,
  company: '',
  tax_number: '',
  po_number: '',
  invoice_email: '',
};

/** What is missing or wrong, by field. A phone number may be left out; staff, whose customer stands before them, also leave out the e-mail. */
export function checkContact(contact: ContactForm, country: string, staff = false): ContactErrors {
  const errors: ContactErrors = {};
  if (contact.name.trim() === '') {
    errors.name = staff ? 'Enter the customer’s name.' : 'Enter your name, so we know whose order it is.';
  }
  const email = contact.email.trim();
  if (!(staff && email === '') && !isEmail(email)) {
    errors.email =
      staff && !twoAts(email) ? 'Enter an e-mail address like name@example.com, or leave it empty.' : emailWords(email);
  }
  const digits = contact.phone.replace(/\D/g, '').length;
  if (contact.phone.trim() !== '' && (digits < 6 || digits > 15)) {
    errors.phone = 'Enter a phone number with 6 to 15 digits, or leave it empty.';
  } else if (/[^\d\s+()\-./]/.test(contact.phone)) {
    errors.phone = 'A phone number can only have digits, spaces and + ( ) -.';
  }
  return { ...errors, ...checkBusiness(contact, country) };
}

/** What is missing or wrong of a business, by field; nothing where none orders. */
export function checkBusiness(form: BusinessForm, country: string): ContactErrors {
  const errors: ContactErrors = {};
  if (!form.business) return errors;
  if (form.company.trim() === '') errors.company = 'Enter the name of the company.';
  const number = form.tax_number.trim();
  if (number !== '' && country === 'AU' && !isABN(abnDigits(number))) {
    errors.tax_number = /^\d{11}$/.test(abnDigits(number))
      ? 'These 11 digits are not an ABN: one of them is wrong. Check it, or leave it empty.'
      : 'An ABN has 11 digits. Check it, or leave it empty.';
  }
  const email = form.invoice_email.trim();
  if (email !== '' && !isEmail(email)) {
    errors.invoice_email = twoAts(email)
      ? emailWords(email)
      : 'Enter an e-mail address like accounts@example.com, or leave it empty.';
  }
  return errors;
}

const twoAts = (email: string): boolean => email.split('@').length > 2;

const emailWords = (email: string): string => (twoAts(email) ? 'There are two @ signs. Take one out.' : emailHint);

/** The contact as the server takes it. */
export function contactOf(form: ContactForm): Contact {
  const contact = { name: form.name.trim(), email: form.email.trim(), phone: form.phone.trim() };
  return form.business ? { ...contact, business: businessOf(form) } : contact;
}

function businessOf(form: BusinessForm): Business {
  const business: Business = { company: form.company.trim() };
  for (const field of ['tax_number', 'po_number', 'invoice_email'] as const) {
    if (form[field].trim() !== '') business[field] = form[field].trim();
  }
  return business;
}
