import { expect, test } from 'vitest';

import { linkWords } from './madeLink.svelte';

const links = (n: number) => Array.from({ length: n }, (_, i) => ({ id: `l${i}`, created: 1, expires: 2, version: 1 }));

test('earlier links keep working, but for the oldest of as many as work', () => {
  expect(linkWords({ links: links(0), max_links: 20 })).toBe('Earlier links keep working.');
  expect(linkWords({ links: links(19), max_links: 20 })).toBe('Earlier links keep working.');
  expect(linkWords({ links: links(20), max_links: 20 })).toBe('20 links work at a time: a new one ends the oldest.');
});
