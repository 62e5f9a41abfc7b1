import { expect, it } from 'vitest';

import { checkContact, contactOf, emptyContact, type ContactForm } from './contact';

const ada: ContactForm = { ...emptyContact, name: ' Ada ', email: 'ada@example.com' };
const firm: ContactForm = { ...ada, business: true, company: ' Engines Pty Ltd ', tax_number: '51 824 753 556' };

it('asks a business for its company, and nobody else', () => {
  expect(checkContact(ada, 'AU')).toEqual({});
  expect(checkContact(firm, 'AU')).toEqual({});
  expect(Object.keys(checkContact({ ...firm, company: ' ' }, 'AU'))).toEqual(['company']);
  const closed = { ...firm, business: false, company: '', tax_number: '12', invoice_email: 'accounts' };
  expect(checkContact(closed, 'AU')).toEqual({});
  expect(contactOf(closed)).toEqual({ name: 'Ada', email: 'ada@example.com', phone: '' });
});

it('says what is wrong with an ABN', () => {
  for (const fine of ['', '51-824-753-556']) expect(checkContact({ ...firm, tax_number: fine }, 'AU')).toEqual({});
  expect(checkContact({ ...firm, tax_number: '51 824 753 55' }, 'AU').tax_number).toContain('has 11 digits');
  expect(checkContact({ ...firm, tax_number: '51824753557' }, 'AU').tax_number).toContain('one of them is wrong');
  expect(checkContact({ ...firm, tax_number: 'DE 123456789' }, 'DE')).toEqual({});
});

it('checks the e-mail for invoices where there is one', () => {
  expect(checkContact({ ...firm, invoice_email: ' ' }, 'AU')).toEqual({});
  expect(checkContact({ ...firm, invoice_email: 'accounts' }, 'AU').invoice_email).toContain('accounts@example.com');
  expect(checkContact({ ...firm, invoice_email: 'a@@b.c' }, 'AU').invoice_email).toContain('two @');
});

it('sends what was typed, and leaves out what was not', () => {
  expect(contactOf({ ...firm, po_number: ' 4711 ' }).business).toEqual({
    company: 'Engines Pty Ltd',
    tax_number: '51 824 753 556',
    po_number: '4711',
  });
});
