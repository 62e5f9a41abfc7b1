import { expect, it } from 'vitest';

import { readQuery, writeQuery, type ListUsual } from './query';

const usual: ListUsual = { filters: { tab: 'open', client: '' }, sort: { key: 'due', descending: false } };
const read = (text: string) => readQuery(new URLSearchParams(text), usual);

it('reads what the address says, and what is usual where it says nothing', () => {
  expect(read('')).toEqual({ filters: { tab: 'open', client: '' }, sort: usual.sort, search: '', page: 1 });
  expect(read('tab=paid&sort=-total&q=ada&page=3&other=1')).toEqual({
    filters: { tab: 'paid', client: '' },
    sort: { key: 'total', descending: true },
    search: 'ada',
    page: 3,
  });
});

it('takes a page that is none for the first', () => {
  for (const page of ['0', '-2', 'x', '1.5']) expect(read(`page=${page}`).page).toBe(1);
});

it('writes only what differs from the usual, and leaves the rest of the address alone', () => {
  const address = new URLSearchParams('tab=paid&panel=notes&page=4');
  const query = { ...read('tab=paid'), filters: { tab: 'open', client: 'c7' }, search: 'lid' };
  expect(writeQuery(address, query, usual).toString()).toBe('panel=notes&client=c7&q=lid');
  expect(
    writeQuery(
      new URLSearchParams(),
      { ...query, filters: { tab: 'open', client: '' }, search: '', sort: { key: 'due', descending: true }, page: 2 },
      usual,
    ).toString(),
  ).toBe('sort=-due&page=2');
});
