import { describe, expect, it } from 'vitest';

import type { Keeping } from '../../api/types';
import { deletedWords, keepingForStaff, keepingWords } from './keeping';

const keeping: Keeping = { keep: false, may_keep: true, warn: false, days: 90 };
const goes = Date.UTC(2026, 11, 4, 12);

describe('keepingWords', () => {
  it('says when files go', () => {
    expect(keepingWords({ ...keeping, goes })).toContain('after 4 December 2026');
    expect(keepingForStaff({ ...keeping, goes })).toContain('after 4 December 2026');
  });

  it('says that they stay, and to staff why', () => {
    expect(keepingWords(keeping)).toBe('');
    expect(keepingWords({ ...keeping, keep: true, stop: 'wish' })).toContain('until you say otherwise');
    expect(keepingForStaff({ ...keeping, keep: true, stop: 'wish' })).toContain('asked to keep');
    expect(keepingForStaff({ ...keeping, stop: 'unpaid' })).toContain('money is owed');
    expect(keepingForStaff({ ...keeping, stop: 'open_dispute' })).toContain('disputed');
    expect(keepingForStaff({ ...keeping, stop: 'not_completed' })).toContain('90 days once the order is done');
    expect(keepingForStaff({ ...keeping, days: 0 })).toContain('until the customer asks');
    expect(keepingForStaff({ ...keeping, days: 0, may_keep: false })).toBe('');
  });
});

it('says why a file is here no more', () => {
  const file = { id: '1', name: 'clip.stl', kind: 'model', bytes: 1, sha256: 'ab', deleted: goes };
  expect(deletedWords({ ...file, reason: 'retention' })).toBe('Deleted on 4 December 2026, as our terms say');
  expect(deletedWords({ ...file, reason: 'staff' })).toBe('Deleted on 4 December 2026');
});
