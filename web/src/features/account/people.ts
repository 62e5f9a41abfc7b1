import { ApiError, api, call } from '../../api/client';
import type { Person, UserRole } from '../../api/types';
import { emailHint, isEmail } from '../../lib/contact';
import { ago, moment } from '../../lib/format';
import type { FieldErrors } from '../../lib/form.svelte';

const roles: Record<UserRole, string> = { ADMIN: 'Admin', STAFF: 'Staff' };

export function roleWord(role: UserRole): string {
  return roles[role];
}

/** The roles to choose from, with what they mean. */
export const roleOptions: { value: UserRole; label: string; note: string }[] = [
  { value: 'STAFF', label: roles.STAFF, note: 'Orders, jobs, payments' },
  { value: 'ADMIN', label: roles.ADMIN, note: 'Settings and people too' },
];

/** Somebody's state, as StateBadge knows it: with what follows from the time now. */
export function stateKey(person: Pick<Person, 'state' | 'link_expires'>, now: number): string {
  if (person.state === 'INVITED' && person.link_expires <= now) return 'INVITATION_EXPIRED';
  return person.state;
}

/** When somebody was here last. */
export function lastSeen(person: Pick<Person, 'last_seen'>, now: number): string {
  return person.last_seen ? ago(person.last_seen, now) : 'never';
}

/** Until when somebody can use the link they were given; nothing without one. */
export function linkUntil(person: Pick<Person, 'link_expires'>, now: number): string {
  return person.link_expires > now ? `Link works until ${moment(person.link_expires)}` : '';
}

/** What a page can check of a new password; what it says is the hint until then. */
export const passwordHint = 'At least 10 characters. A few words are easy to remember.';

export function checkPassword(password: string): string {
  return [...password].length >= 10 ? '' : 'Use at least 10 characters. A few words are easy to remember.';
}

export function checkName(name: string): string {
  return name.trim() ? '' : 'Enter a name: it appears on orders and notes.';
}

export function checkPerson(values: { name: string; email: string }): FieldErrors {
  return {
    name: checkName(values.name),
    email: isEmail(values.email.trim()) ? '' : emailHint,
  };
}

export async function loadPeople(signal?: AbortSignal): Promise<Person[]> {
  return (await call(api.GET('/api/users', { signal }))).people;
}

/** Whether somebody else changed a person after this page read them. */
export function changedMeanwhile(error: unknown): error is ApiError {
  return error instanceof ApiError && error.code === 'changed_meanwhile';
}
