import { beforeEach, describe, expect, it } from 'vitest';

import {
  ago,
  bytes,
  day,
  duration,
  isoDay,
  length,
  listPlural,
  moment,
  money,
  moneyInput,
  parseMoney,
  plural,
  readyBy,
  setConventions,
  size,
} from './format';

beforeEach(() => setConventions({ locale: 'en-AU', currency: 'AUD', time_zone: 'Australia/Sydney' }));

describe('money', () => {
  it('writes cents in the shop’s currency', () => {
    expect(money(123_456)).toBe('$1,234.56');
    expect(money(0)).toBe('$0.00');
    expect(money(-5)).toBe('-$0.05');
  });

  it('follows the shop’s locale', () => {
    setConventions({ locale: 'de-DE', currency: 'EUR' });
    expect(money(123_456)).toMatch(/^1\.234,56\s€$/);
  });

  it.each([
    ['12', 1200],
    ['12.5', 1250],
    ['$1,234.50', 123_450],
    [' 0.05 ', 5],
    ['1,234', 123_400],
    ['12 €', 1200],
  ])('reads %s', (text, cents) => expect(parseMoney(text)).toBe(cents));

  it.each(['', 'abc', '-3', '1.234', '1e3', '12.', '99999999999', '0,12', '12,50', '1,23', '12 50', '1,2345'])(
    'refuses %s',
    (text) => expect(parseMoney(text)).toBeUndefined(),
  );

  it('puts into a field what it reads back', () => {
    for (const cents of [0, 5, 99, 100, 1557, 123_450]) expect(parseMoney(moneyInput(cents))).toBe(cents);
  });
});

describe('conventions', () => {
  it.each(['en-', 'en_', 'en-A', ''])('writes with the locale "%s" rather than not at all', (locale) => {
    setConventions({ locale });
    expect(money(123_456)).toMatch(/1,234\.56$/);
    expect(bytes(1_300_000)).toBe('1.3 MB');
    expect(day('2026-11-30')).toMatch(/30/);
  });

  it('keeps what it knows where a currency or a time zone is none', () => {
    setConventions({ locale: '-', currency: 'dollars', time_zone: 'Australia/Nowhere' });
    expect(money(5)).toBe('$0.05');
    expect(moment(Date.UTC(2026, 10, 30, 3, 5))).toBe('Mon 30 Nov, 2:05 pm');
  });
});

describe('measures', () => {
  it('writes bytes as people say them', () => {
    expect(bytes(512)).toBe('512 B');
    expect(bytes(1_300_000)).toBe('1.3 MB');
    expect(bytes(999_999)).toBe('1 MB');
    expect(bytes(500_000_000)).toBe('500 MB');
  });

  it('writes durations in hours and minutes', () => {
    expect(duration(20)).toBe('under 1 min');
    expect(duration(59 * 60)).toBe('59 min');
    expect(duration(3600)).toBe('1 h');
    expect(duration(179_280)).toBe('49 h 48 min');
  });

  it('writes lengths as a caliper shows them', () => {
    expect(length(5.239)).toBe('5.2');
    expect(length(131.4)).toBe('131');
    expect(size([60, 24.04, 40])).toBe('60 × 24 × 40 mm');
  });

  it('counts in words', () => {
    expect(plural(1, 'copy', 'copies')).toBe('1 copy');
    expect(plural(1200, 'part')).toBe('1,200 parts');
  });

  it('says how long ago, and the moment itself after a day', () => {
    const now = Date.UTC(2026, 10, 22, 3, 0);
    expect(ago(now - 30_000, now)).toBe('just now');
    expect(ago(now - 5 * 60_000, now)).toBe('5 min ago');
    expect(ago(now - 7_200_000, now)).toBe('2 h ago');
    expect(ago(now - 2 * 86_400_000, now)).toMatch(/20 Nov/);
  });
});

describe('days', () => {
  it('writes a day without a comma, and a time after one', () => {
    setConventions({ locale: 'en-AU', time_zone: 'Australia/Sydney' });
    expect(day('2026-11-30')).toBe('Mon 30 Nov');
    expect(moment(Date.UTC(2026, 10, 30, 3, 5))).toBe('Mon 30 Nov, 2:05 pm');
  });

  it('says nothing while there is no day', () => {
    expect(readyBy({ date: '2026-11-30' })).toBe('Ready by Mon 30 Nov');
    expect(readyBy({ date: '2026-11-30' }, 'ship')).toBe('Leaves the shop by Mon 30 Nov');
    expect(readyBy(undefined)).toBe('');
    expect(readyBy({ date: '' })).toBe('');
  });
});

it('counts long lists up to a thousand, and names the day of a moment in the shop’s zone', () => {
  expect(listPlural(1, 'order')).toBe('1 order');
  expect(listPlural(1000, 'order')).toBe('1,000 orders');
  expect(listPlural(1001, 'order')).toBe('1,000+ orders');
  setConventions({ time_zone: 'Australia/Sydney' });
  expect(isoDay(Date.UTC(2026, 10, 30, 12, 59))).toBe('2026-11-30');
  expect(isoDay(Date.UTC(2026, 10, 30, 13, 1))).toBe('2026-12-01');
});
