import { expect, test } from 'vitest';

import { problemError } from '../api/client';
import { setConventions } from '../lib/format';
import { quickerWords } from './stale';

setConventions({ locale: 'en-AU', time_zone: 'Australia/Sydney' });

const at = Date.UTC(2026, 10, 30, 3, 5);

test('a name with a full stop stays whole', () => {
  const refused = problemError({ code: 'changed_meanwhile', detail: '', edit: { by: 'J. Rhodes', at } }, 409);
  expect(quickerWords(refused.edit, false)).toBe(
    'J. Rhodes changed this on Mon 30 Nov, 2:05 pm. The page now shows how things stand. Press again if you still want this.',
  );
});

test('what cannot be done any more is said', () => {
  expect(quickerWords({ at }, true)).toBe(
    'The shop changed this on Mon 30 Nov, 2:05 pm. So this no longer applies: the page now shows how things stand.',
  );
  expect(quickerWords(undefined, true)).toMatch(/^This changed meanwhile\. So this no longer applies/);
});
