import { describe, expect, it } from 'vitest';

import type { TermsSettings } from '../../api/types';
import { checkTerms, stopsOf, termsDifferences, termsOf, termsValues } from './retention';

const rule = { clock: 'done', stops: [], least: 14, most: 36525, for_ever: true } as const;

const stored: TermsSettings = {
  version: 7,
  title: 'Terms',
  text: 'Kept {guest}.',
  retention: [
    { ...rule, kind: 'tmp', clock: 'last_use', days: 30, least: 1, most: 30, for_ever: false, stops: [] },
    { ...rule, kind: 'guest', days: 90, stops: ['not_completed', 'open_dispute', 'unpaid', 'wish'] },
    { ...rule, kind: 'account', days: 731, stops: ['not_completed'] },
    { ...rule, kind: 'on_account', days: 0, stops: [] },
    { ...rule, kind: 'documents', days: 2557, least: 1827, for_ever: false, stops: [] },
    { ...rule, kind: 'addresses', clock: 'written', days: 90, least: 1, most: 731, for_ever: false, stops: [] },
  ],
};

describe('the terms screen', () => {
  const values = termsValues(stored);
  const with_ = (days: Partial<typeof values.retention>) => ({
    ...values,
    retention: { ...values.retention, ...days },
  });

  it('sends what was stored when nothing was typed', () => expect(termsOf(values, stored)).toEqual(stored));

  it('finds nothing wrong with what is stored', () => expect(checkTerms(values, stored.retention)).toEqual({}));

  it('says which field is wrong, and what it takes', () => {
    const wrong = checkTerms(
      { ...with_({ guest: '13', account: 'two years', tmp: '0', documents: '365' }), title: ' ', text: '' },
      stored.retention,
    );
    expect(Object.keys(wrong).sort()).toEqual(['retention.account', 'retention.documents', 'retention.guest', 'retention.tmp', 'text', 'title']); // prettier-ignore
    expect(wrong['retention.guest']).toContain('14 to');
  });

  it('takes 0 where something may be kept for ever', () => {
    expect(checkTerms(with_({ guest: '0' }), stored.retention)).toEqual({});
  });

  it('says what keeps something longer', () => {
    expect(stopsOf(stored.retention[0]!)).toBe('');
    expect(stopsOf(stored.retention[1]!)).toBe('Kept longer while the order is not done, a payment is disputed, money is owed or has to be refunded or somebody asked to keep them'); // prettier-ignore
    expect(stopsOf(stored.retention[2]!)).toBe('Kept longer while the order is not done');
  });

  it('names what two have otherwise', () => {
    expect(termsDifferences(values, { ...with_({ guest: '1' }), text: 'x' })).toEqual(['text', 'models and g-code of guests']); // prettier-ignore
  });
});
