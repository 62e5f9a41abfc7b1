import { expect, it } from 'vitest';

import { findRoute } from '../lib/routes';
import { begins, owns, routes } from './routes';

it.each([
  ['/', '/'],
  ['/checkout', '/checkout'],
  ['/order/tok_-9', '/order/:token'],
  ['/return/0198', '/return/:intent'],
  ['/terms', '/terms'],
  ['/terms/2', '/terms/:version'],
])('finds %s', (path, pattern) => expect(findRoute(routes, path)?.route.path).toBe(pattern));

it('answers no page of staff', () => expect(findRoute(routes, '/staff')).toBeUndefined());

it('leaves staff pages, files and the API to the browser', () => {
  expect(owns('/order/x')).toBe(true);
  expect(owns('/filaments')).toBe(true);
  for (const path of ['/staff', '/staff/jobs', '/api/shop', '/f/abc']) expect(owns(path)).toBe(false);
});

it('keeps a customer’s order in sight before the shop is set up', () => {
  expect(['/', '/checkout'].every(begins)).toBe(true);
  expect(['/order/x', '/terms'].some(begins)).toBe(false);
});
