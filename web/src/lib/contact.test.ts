import { expect, it } from 'vitest';

import { callTo, mailTo } from './contact';

it('writes to one address and says nothing in the letter', () => {
  expect(mailTo('ada@example.com')).toBe('mailto:ada@example.com');
  expect(mailTo("o'neil+prints@mail.example")).toBe("mailto:o'neil%2Bprints@mail.example");
  const evil = new URL(mailTo('a?bcc=evil&body=pay-to-BSB-123@evil.example'));
  expect(evil.search).toBe('');
  expect(decodeURIComponent(evil.pathname)).toBe('a?bcc=evil&body=pay-to-BSB-123@evil.example');
  expect(new URL(mailTo('a@b.example?bcc=evil')).search).toBe('');
});

it('calls a number', () => {
  expect(callTo('+61 (2) 9876-5432')).toBe('tel:+61298765432');
  expect(callTo('0400 000 000;isub=1')).toBe('tel:04000000001');
});
