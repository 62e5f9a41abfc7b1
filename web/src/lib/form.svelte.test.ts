import { flushSync } from 'svelte';
import { describe, expect, it, vi } from 'vitest';

import { ApiError, hasCode, problemError } from '../api/client';
import { createForm, errorsUnder, Form, type FormOptions } from './form.svelte';
import { router } from './router.svelte';

interface Person {
  name: string;
  email: string;
}

const ada: Person = { name: 'Ada', email: 'ada@example.com' };
const problem = (message: string, field?: string, code = 'email_malformed') => new ApiError(message, 422, code, field);

function form(options: Partial<FormOptions<Person>> = {}): Form<Person> {
  return new Form<Person>({ values: ada, save: async () => {}, ...options });
}

describe('a form', () => {
  it('knows what is not stored, and goes back to it', () => {
    const it = form();
    expect(it.dirty).toBe(false);
    it.values.name = 'Ada L.';
    expect(it.dirty).toBe(true);
    it.values.name = 'Ada';
    expect(it.dirty).toBe(false);
    it.values.email = '';
    it.reset();
    expect(it.values.email).toBe('ada@example.com');
    expect(ada.email).toBe('ada@example.com');
  });

  it('shows what is wrong once it was tried, and no longer than it is wrong', async () => {
    let sent = 0;
    const it = form({
      check: (values) => ({ name: values.name ? '' : 'Who is it for?' }),
      save: async () => void sent++,
    });
    it.values.name = '';
    expect(it.errors).toEqual({});
    it.touch('name');
    expect(it.errors.name).toBe('Who is it for?');
    expect(await it.submit()).toBe(false);
    expect(sent).toBe(0);
    it.values.name = 'Lin';
    expect(it.errors).toEqual({});
    expect(await it.submit()).toBe(true);
    expect(sent).toBe(1);
    expect(it.dirty).toBe(false);
  });

  it('puts the messages of the server at all fields that it refused', async () => {
    const errors = [
      { field: 'name', code: 'name_length', detail: 'Give a name.' },
      { field: 'email', code: 'email_malformed', detail: 'Take one @ out.' },
    ];
    const it = form({
      save: async () => {
        throw problemError({ detail: 'Give a name.', code: 'name_length', field: 'name', errors }, 422);
      },
    });
    await it.submit();
    expect(it.errors).toEqual({ name: 'Give a name.', email: 'Take one @ out.' });
    expect(it.problem).toBe('');
    it.values.name = 'Lin';
    expect(it.errors).toEqual({ email: 'Take one @ out.' });
  });

  it('puts the message of the server at its field until that is changed, and keeps what was typed', async () => {
    const it = form({
      save: async () => {
        throw problem('There are two @ signs. Take one out.', 'email');
      },
    });
    it.values.email = 'ada@@example.com';
    await it.submit();
    expect(it.errors.email).toBe('There are two @ signs. Take one out.');
    expect(it.problem).toBe('');
    expect(it.values.email).toBe('ada@@example.com');
    expect(it.dirty).toBe(true);
    it.values.email = 'ada@example.org';
    expect(it.errors.email).toBeUndefined();
  });

  it('says what belongs to no field of its own for itself', async () => {
    const it = form({
      save: async () => {
        throw problem('The shop is closed.', 'opening_hours');
      },
    });
    await it.submit();
    expect(it.errors).toEqual({});
    expect(it.problem).toBe('The shop is closed.');
  });

  it('sends once, and keeps what was typed meanwhile', async () => {
    let answer: (person: Person) => void = () => {};
    let calls = 0;
    const it = form({ save: () => (calls++, new Promise<Person>((done) => (answer = done))) });
    it.values.name = 'Ada L.';
    const first = it.submit();
    expect(it.busy).toBe(true);
    expect(await it.submit()).toBe(false);
    it.values.email = 'new@example.com';
    answer({ name: 'Ada L.', email: 'ada@example.com' });
    await first;
    expect(calls).toBe(1);
    expect(it.busy).toBe(false);
    expect(it.values).toEqual({ name: 'Ada L.', email: 'new@example.com' });
    expect(it.dirty).toBe(true);
  });
});

describe('a part of a form', () => {
  it('has the messages about it under its own names, though the whole has a field of the same name', async () => {
    const whole = new Form({
      values: { email: ada.email, settings: { ...ada, stripe: { key: '' } } },
      check: ({ settings }) => errorsUnder('settings', { name: settings.name ? '' : 'Whose shop is it?' }),
      save: () => Promise.reject(problem('Like name@example.com.', 'settings.email')),
    });
    whole.values.settings.name = '';
    expect(await whole.submit()).toBe(false);
    expect(whole.errorsIn('settings')).toEqual({ name: 'Whose shop is it?' });
    whole.values.settings.name = 'Ada';
    await whole.submit();
    expect(whole.errors.email).toBeUndefined();
    expect(whole.errorsIn('settings')).toEqual({ email: 'Like name@example.com.' });
    expect(whole.problem).toBe('');
  });
});

describe('a conflict of versions', () => {
  const theirs: Person = { name: 'Ada King', email: 'ada@example.com' };
  const clashing = (): Form<Person> =>
    form({
      save: async () => {
        throw problem('Somebody changed it.', undefined, 'conflict');
      },
      conflict: (error) => (hasCode(error, 'conflict') ? Promise.resolve(theirs) : undefined),
    });

  it('keeps what was typed beside what they stored', async () => {
    const it = clashing();
    it.values.name = 'Ada L.';
    expect(await it.submit()).toBe(false);
    expect(it.values.name).toBe('Ada L.');
    expect(it.theirs).toEqual(theirs);
    it.keepMine();
    expect(it.theirs).toBeUndefined();
    expect(it.dirty).toBe(true);
  });

  it('can end with theirs', async () => {
    const it = clashing();
    it.values.name = 'Ada L.';
    await it.submit();
    it.takeTheirs();
    expect(it.values).toEqual(theirs);
    expect(it.dirty).toBe(false);
  });
});

it('holds the page while something is unsaved and its dialog is open', () => {
  const hold = vi.spyOn(router, 'hold');
  let open = true;
  const end = $effect.root(() => {
    const it = createForm<Person>({ values: ada, save: async () => {}, holds: () => open });
    flushSync();
    const held = hold.mock.lastCall![0];
    expect(held()).toBe(false);
    it.values.name = 'Ada L.';
    expect(held()).toBe(true);
    open = false;
    expect(held()).toBe(false);
  });
  end();
});
