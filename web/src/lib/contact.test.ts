import { expect, it } from 'vitest';

import { callTo, isEmail, mailTo } from './contact';

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

it('takes the addresses that the server takes, and no others', () => {
  for (const good of ['ada@example.com', "o'neil+prints@mail.example", 'jürgen@bücher.example']) {
    expect(isEmail(good), good).toBe(true);
  }
  const bad = [
    '',
    'ada',
    'ada@example',
    'ada@example.',
    'ada.example.com',
    'Ada <ada@example.com>',
    'a@example.com, b@example.com',
    'a@b@example.com',
    'a?bcc=evil&body=x@evil.example',
    'a%3Fbcc@evil.example',
    '.ada@example.com',
    'a..da@example.com',
    `${'a'.repeat(200)}@example.com`,
  ];
  for (const address of bad) expect(isEmail(address), address).toBe(false);
});
