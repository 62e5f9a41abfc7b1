import { afterEach, expect, test } from 'vitest';
import { StreamPlaces } from './streamPlaces';

const tabs: StreamPlaces[] = [];
const tab = (url: string): StreamPlaces => {
  const one = new StreamPlaces(url);
  tabs.push(one);
  return one;
};
afterEach(() => tabs.splice(0).forEach((one) => one.close()));

test('of six tabs four stream, and one that goes leaves its place', async () => {
  const first = tab('/one');
  const fifth = tab('/one');
  const sixth = tab('/one');
  const six = [first, tab('/one'), tab('/one'), tab('/one'), fifth, sixth];
  const may: boolean[] = [];
  for (const one of six) may.push(await one.take());
  expect(may).toEqual([true, true, true, true, false, false]);
  first.leave();
  expect(await sixth.take()).toBe(true);
  expect(await fifth.take()).toBe(false);
});

test('tabs that open together take no more than four places', async () => {
  const may = await Promise.all(Array.from({ length: 8 }, () => tab('/two').take()));
  expect(may.filter(Boolean)).toHaveLength(4);
});
