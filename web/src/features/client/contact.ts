import { emailHint, isEmail } from '../../lib/contact';

/** Who an order is for; all text, as typed. */
export interface Contact {
  name: string;
  email: string;
  phone: string;
}

export type ContactErrors = Partial<Record<keyof Contact, string>>;

export const emptyContact: Contact = { name: '', email: '', phone: '' };

/** What is missing or wrong, by field. A phone number may be left out; staff, whose customer stands before them, also leave out the e-mail. */
export function checkContact(contact: Contact, staff = false): ContactErrors {
  const errors: ContactErrors = {};
  if (contact.name.trim() === '') {
    errors.name = staff ? 'Enter the customer’s name.' : 'Enter your name, so we know whose order it is.';
  }
  const email = contact.email.trim();
  if (!(staff && email === '') && !isEmail(email)) {
    errors.email =
      email.split('@').length > 2
        ? 'There are two @ signs. Take one out.'
        : staff
          ? 'Enter an e-mail address like name@example.com, or leave it empty.'
          : emailHint;
  }
  const digits = contact.phone.replace(/\D/g, '').length;
  if (contact.phone.trim() !== '' && (digits < 6 || digits > 15)) {
    errors.phone = 'Enter a phone number with 6 to 15 digits, or leave it empty.';
  } else if (/[^\d\s+()\-./]/.test(contact.phone)) {
    errors.phone = 'A phone number can only have digits, spaces and + ( ) -.';
  }
  return errors;
}

/** The contact as the server takes it. */
export function contactOf(form: Contact): Contact {
  return { name: form.name.trim(), email: form.email.trim(), phone: form.phone.trim() };
}
