import { expect, it } from 'vitest';

import { findRoute } from '../lib/routes';
import { menuOf } from '../ui/shell/menu';
import { leadsTo, openRoutes, owns, routes } from './routes';

it('answers staff pages only', () => {
  expect(findRoute(routes, '/staff/orders/new')?.route.title).toBe('Counter order');
  expect(findRoute(routes, '/checkout')).toBeUndefined();
  expect(findRoute(openRoutes, '/staff/setup/abc')?.params).toEqual({ token: 'abc' });
});

it('leaves other pages to the browser', () => {
  expect(owns('/staff/jobs')).toBe(true);
  expect(owns('/staffing')).toBe(false);
});

it('leads from an order’s address cut short to the list', () => {
  expect(leadsTo('/staff/orders')).toBe('/staff');
  expect(leadsTo('/staff/orders/')).toBe('/staff');
  expect(leadsTo('/staff/orders/1')).toBeUndefined();
  expect(leadsTo('/staff')).toBeUndefined();
});

it('makes the menu of its rows, and marks where we are', () => {
  const marked = (path: string) =>
    menuOf(routes, path)
      .filter((page) => page.current)
      .map((page) => page.label);
  expect(menuOf(routes, '/staff').map((page) => page.href)).toEqual(
    routes.filter((route) => route.menu).map((route) => route.path),
  );
  expect(marked('/staff/orders/1')).toEqual(['Orders']);
  expect(marked('/staff/payments')).toEqual(['Payments']);
  expect(marked('/staff/tasks')).toEqual(['Settings']);
  expect(marked('/staff/status')).toEqual(['Settings']);
  expect(marked('/staff/orders/new')).toEqual(['Orders']);
  for (const { under } of routes) if (under) expect(marked(under)).toHaveLength(1);
});
