import { describe, expect, it } from 'vitest';

import { followsLink, matchPath } from './routes';

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
