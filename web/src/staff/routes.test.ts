import { expect, it } from 'vitest';

import { findRoute } from '../lib/routes';
import { openRoutes, owns, routes } from './routes';

it('answers staff pages only', () => {
  expect(findRoute(routes, '/staff/counter')?.route.title).toBe('Counter order');
  expect(findRoute(routes, '/checkout')).toBeUndefined();
  expect(findRoute(openRoutes, '/staff/setup/abc')?.params).toEqual({ token: 'abc' });
});

it('leaves other pages to the browser', () => {
  expect(owns('/staff/jobs')).toBe(true);
  expect(owns('/staffing')).toBe(false);
});
