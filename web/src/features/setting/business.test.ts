import { expect, it } from 'vitest';

import { isCallable, isOrigin } from './business';

it('takes the phone numbers that the server takes', () => {
  for (const good of ['02 5550 1234', '1300 PRINTS', '+61 400 000 000']) expect(isCallable(good), good).toBe(true);
  for (const bad of ['', 'call us', '12', '12345']) expect(isCallable(bad), bad).toBe(false);
});

it('takes the addresses that the server takes', () => {
  for (const good of ['https://print.example.com', 'https://print.example.com/', 'http://192.168.1.5:8081']) {
    expect(isOrigin(good), good).toBe(true);
  }
  for (const bad of [
    'print.example.com',
    'https://',
    'https://print.example.com/shop',
    'ftp://a.example',
    'https://a b',
  ]) {
    expect(isOrigin(bad), bad).toBe(false);
  }
});
