import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, it, vi, type Mock } from 'vitest';

import { api } from '../../api/client';
import type { ShopSettings } from '../../api/types';
import { sample } from './sample';
import { SettingsEditor } from './settingsEditor.svelte';

/** What the server has: each save must name its version, and makes the next. */
let stored: ShopSettings;
let saved: ShopSettings[];
/** Called while a save is under way. */
let meanwhile: () => void;
let told: Mock<() => void>;
let page: SettingsEditor;
let stop: () => void;

beforeEach(() => {
  stored = { ...sample, version: 1 };
  saved = [];
  meanwhile = () => {};
  vi.spyOn(api, 'PUT').mockImplementation((async (_: string, { body }: { body: ShopSettings }) => {
    meanwhile();
    if (body.version !== stored.version) {
      const error = { detail: 'Ada changed this.', code: 'changed_meanwhile' };
      return { error, response: new Response(null, { status: 409 }) };
    }
    saved.push(body);
    stored = { ...body, version: stored.version + 1 };
    return { data: stored, response: new Response() };
  }) as never);
  vi.spyOn(api, 'GET').mockImplementation((async () => ({ data: stored, response: new Response() })) as never);
  told = vi.fn<() => void>();
  stop = $effect.root(() => void (page = new SettingsEditor(stored, told)));
  flushSync();
});

afterEach(() => {
  stop();
  vi.restoreAllMocks();
});

it('is no conflict with oneself to type on while a save is under way', async () => {
  page.form.values.phone = '02 5550 1';
  meanwhile = () => (page.form.values.phone = '02 5550 12');
  expect(await page.form.submit()).toBe(true);
  expect(page.form.values.phone).toBe('02 5550 12');
  expect(page.form.dirty).toBe(true);
  meanwhile = () => {};
  expect(await page.form.submit()).toBe(true);
  expect(page.form.theirs).toBeUndefined();
  expect(saved.map(({ phone, version }) => [phone, version])).toEqual([
    ['02 5550 1', 1],
    ['02 5550 12', 2],
  ]);
  expect(page.form.dirty).toBe(false);
});

it('keeps what was typed when another admin was quicker, until one of the two is chosen', async () => {
  stored = { ...stored, version: 2, email: 'ada@example.com' };
  page.form.values.phone = '02 5550 1';
  expect(await page.form.submit()).toBe(false);
  expect(page.conflict).toBe('Ada changed this.');
  expect(page.differences).toEqual(['e-mail', 'phone']);
  expect(await page.form.submit()).toBe(false); // Enter in a field chooses nothing
  expect(saved).toEqual([]);
  page.form.keepMine();
  expect(await page.form.submit()).toBe(true);
  expect(saved).toMatchObject([{ phone: '02 5550 1', email: '', version: 2 }]);
});

it('tells once the settings are saved, and no sooner', async () => {
  stored = { ...stored, version: 2 };
  page.form.values.phone = '02 5550 1';
  expect(await page.form.submit()).toBe(false);
  expect(told).not.toHaveBeenCalled();
  page.form.keepMine();
  expect(await page.form.submit()).toBe(true);
  expect(told).toHaveBeenCalledOnce();
});
