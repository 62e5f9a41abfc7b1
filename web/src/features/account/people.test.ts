import { expect, it } from 'vitest';

import { checkPassword, checkPerson, lastSeen, linkUntil, stateKey } from './people';

const now = Date.UTC(2026, 10, 27, 3, 0);
const person = { state: 'ACTIVE', link_expires: 0, last_seen: now - 5 * 60_000 } as const;

it('tells a state with what follows from the time', () => {
  expect(stateKey(person, now)).toBe('ACTIVE');
  expect(stateKey({ ...person, state: 'DISABLED' }, now)).toBe('DISABLED');
  expect(stateKey({ ...person, state: 'INVITED', link_expires: now + 1 }, now)).toBe('INVITED');
  expect(stateKey({ ...person, state: 'INVITED' }, now)).toBe('INVITATION_EXPIRED');
});

it('tells when somebody was here, and until when their link works', () => {
  expect(lastSeen(person, now)).toBe('5 min ago');
  expect(lastSeen({ ...person, last_seen: 0 }, now)).toBe('never');
  expect(linkUntil({ link_expires: now + 1 }, now)).toMatch(/^Link works until /);
  expect(linkUntil({ link_expires: now }, now)).toBe('');
});

it('checks what is typed before it is sent', () => {
  expect(checkPassword('äöüäöüäöü')).not.toBe('');
  expect(checkPassword('äöüäöüäöüä')).toBe('');
  expect(checkPerson({ name: ' ', email: 'ada@example' })).toEqual({
    name: expect.stringContaining('name'),
    email: expect.stringContaining('@'),
  });
  expect(checkPerson({ name: 'Ada', email: ' ada@example.com ' })).toEqual({ name: '', email: '' });
});
