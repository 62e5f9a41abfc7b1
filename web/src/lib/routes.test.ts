import { describe, expect, it } from 'vitest';

import { owns as customersOwn, routes as customers } from '../customer/routes';
import { openRoutes, owns as staffOwn, routes as staff } from '../staff/routes';
import { findRoute, followsLink, matchPath } from './routes';

describe('matchPath', () => {
  it('reads the segments that vary', () => {
    expect(matchPath('/order/:token', '/order/abc%20d')).toEqual({ token: 'abc d' });
    expect(matchPath('/', '/')).toEqual({});
    expect(matchPath('/staff', '/staff/')).toEqual({});
  });

  it('refuses what is longer, shorter, other or broken', () => {
    expect(matchPath('/order/:token', '/order')).toBeUndefined();
    expect(matchPath('/order/:token', '/order/a/b')).toBeUndefined();
    expect(matchPath('/order/:token', '/orders/a')).toBeUndefined();
    expect(matchPath('/order/:token', '/order/%E0%A4%A')).toBeUndefined();
  });
});

describe('the pages', () => {
  it.each([
    ['/', '/'],
    ['/checkout', '/checkout'],
    ['/order/tok_-9', '/order/:token'],
    ['/return/0198', '/return/:intent'],
    ['/terms', '/terms'],
  ])('customers find %s', (path, pattern) => expect(findRoute(customers, path)?.route.path).toBe(pattern));

  it('answer no other address', () => {
    expect(findRoute(customers, '/staff')).toBeUndefined();
    expect(findRoute(staff, '/checkout')).toBeUndefined();
    expect(findRoute(openRoutes, '/staff/setup/abc')?.params).toEqual({ token: 'abc' });
  });

  it('leave each other’s links, files and the API to the browser', () => {
    expect(customersOwn('/order/x')).toBe(true);
    expect(customersOwn('/filaments')).toBe(true);
    for (const path of ['/staff', '/staff/jobs', '/api/shop', '/f/abc', '/order/mine'])
      expect(customersOwn(path)).toBe(false);
    expect(staffOwn('/staff/jobs')).toBe(true);
    expect(staffOwn('/staffing')).toBe(false);
  });
});

describe('followsLink', () => {
  const here = { origin: 'https://shop.example' };
  const link = { origin: 'https://shop.example', pathname: '/terms', target: '', download: false };

  it('follows our own pages', () => expect(followsLink(link, here, () => true)).toBe(true));

  it('leaves the rest to the browser', () => {
    expect(followsLink({ ...link, origin: 'https://other.example' }, here, () => true)).toBe(false);
    expect(followsLink({ ...link, target: '_blank' }, here, () => true)).toBe(false);
    expect(followsLink({ ...link, download: true }, here, () => true)).toBe(false);
    expect(followsLink(link, here, () => false)).toBe(false);
  });
});
