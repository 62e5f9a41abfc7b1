import { expect, test } from 'vitest';

import { linksFull, linkWords } from './madeLink.svelte';

const links = (n: number) => Array.from({ length: n }, (_, i) => ({ id: `l${i}`, created: 1, expires: 2, version: 1 }));

test('earlier links keep working, and of as many as may one is ended before there is another', () => {
  expect(linkWords({ links: links(0), max_links: 20 })).toBe('Earlier links keep working.');
  expect(linkWords({ links: links(19), max_links: 20 })).toBe('Earlier links keep working.');
  expect(linkWords({ links: links(20), max_links: 20 })).toContain('End one that nobody needs');
  expect([19, 20].map((n) => linksFull({ links: links(n), max_links: 20 }))).toEqual([false, true]);
});
