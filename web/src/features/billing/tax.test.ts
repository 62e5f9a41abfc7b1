import { expect, it } from 'vitest';

import type { PriceRow } from '../../api/types';
import { askedRows, taxRows } from './tax';

const part = { kind: 'part', label: 'clip.stl', amount: 4000 } as PriceRow;
const within = { kind: 'tax', label: 'Includes GST 10 %', amount: 364, included: true } as PriceRow;
const added = { kind: 'tax', label: 'GST 10 %', amount: 400 } as PriceRow;
const price = (...rows: PriceRow[]): never => ({ rows }) as never;

it('tells the tax of what an order costs now, once', () => {
  const whole = { adjusted: 0, asked_tax: 364, price: price(part, within) };
  expect(askedRows(whole)).toEqual([part, within]);
  expect(taxRows(whole)).toEqual([]);
  const less = { ...whole, adjusted: 1600, asked_tax: 218 };
  expect(askedRows(less)).toEqual([part]);
  expect(taxRows(less)).toEqual([{ label: 'Includes GST 10 %', amount: 218, quiet: true }]);
  expect(taxRows({ ...less, price: price(part, added) })[0]?.label).toBe('Includes GST 10 %');
  expect(taxRows({ ...less, price: price(part) })).toEqual([]);
});
