import { describe, expect, it, vi } from 'vitest';

import { cameToPay, leaveToPay } from './paying';

describe('cameToPay', () => {
  it('leads back to the order that was paid, and to no other', () => {
    const kept = new Map<string, string>();
    vi.stubGlobal('sessionStorage', {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
    });
    expect(cameToPay('ORD-1')).toBeUndefined();
    leaveToPay('ORD-1', '/order/abc');
    expect(cameToPay('ORD-1')).toBe('/order/abc');
    expect(cameToPay('ORD-2')).toBeUndefined();
    expect(cameToPay(undefined)).toBeUndefined();
    vi.unstubAllGlobals();
  });
});
