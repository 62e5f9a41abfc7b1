import { describe, expect, it } from 'vitest';

import { headline } from './headline';

describe('headline', () => {
  const ready = { date: '2026-11-30' };

  it('is the promised date while the order is on its way to it', () => {
    expect(headline({ status: 'in_production', ready })).toBe('Ready by Mon 30 Nov');
    expect(headline({ status: 'awaiting_payment', ready })).toBe('Ready by Mon 30 Nov');
  });

  it('promises nothing that does not hold', () => {
    expect(headline({ status: 'in_review', ready })).not.toMatch(/Nov/);
    expect(headline({ status: 'refused', ready })).not.toMatch(/Nov/);
    expect(headline({ status: 'stopped', ready })).toBe('Stopped for now');
    expect(headline({ status: 'paid', ready: undefined })).toBe('We have your order');
  });
});
