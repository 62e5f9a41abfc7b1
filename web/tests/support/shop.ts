import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';

import { expect, type Browser, type Page } from '@playwright/test';

import { bracket, type ModelFile } from './models';
import { results } from './results';

/** What the demonstration's stand-in for Stripe is asked with. */
export const standInKey = { Authorization: 'Bearer sk_test_buildplate_demo_key_000000' };

export const publicURL = (): string => required('PUBLIC_URL');
export const staffURL = (): string => required('STAFF_URL');
export const setupLink = (): string => required('SETUP_LINK');

/** Runs a command of the program on the stories' data folder, beside the shop, and returns what it prints. */
export function command(...args: string[]): string {
  const binary = path.resolve(process.env.BUILDPLATE ?? '../buildplate');
  return execFileSync(binary, [...args, '--data', required('DATA')], { encoding: 'utf8' });
}

/** Where the setup story leaves the admin's cookies for the stories after it. */
export const staffState = path.join(results, 'staff.json');
export const admin = { name: 'Sam Keeper', email: 'sam@example.com', password: 'a long enough password' };

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; the support server sets it`);
  return value;
}

/** A picture of the page, kept as an artefact. One of the whole page makes the window as tall as that for a moment, and lays it out anew. */
export async function picture(page: Page, name: string, whole = true): Promise<void> {
  const folder = path.resolve(process.env.ARTEFACTS ?? '../artefacts');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: whole });
}

/** Picks files as a customer does, on a page that shows the drop zone. */
export async function pick(page: Page, ...files: ModelFile[]): Promise<void> {
  await page.locator('input[type=file]').setInputFiles(files);
}

/** Waits until a part has its exact price. */
export async function priced(page: Page, name: string): Promise<void> {
  const row = part(page, name);
  await expect(row.getByText('Priced', { exact: true })).toBeVisible({ timeout: 150_000 });
  await expect(row.getByText(/^\$\d/)).toBeVisible();
}

/** A part's row in the list. */
export function part(page: Page, name: string) {
  return page.getByRole('article', { name });
}

/** The stage with a part on it, for the one that is chosen. */
export function stage(page: Page, name: string) {
  return page.getByRole('region', { name, exact: true });
}

/** The choices of a part and what it costs, for the one that is chosen. */
export function choices(page: Page, name: string) {
  return page.getByRole('region', { name: `Choices of ${name}` });
}

export interface CheckoutWords {
  name?: string;
  email?: string;
  payment?: RegExp;
}

/** From the parts to the checkout, filled in for a pick-up. */
export async function fillCheckout(page: Page, words: CheckoutWords = {}): Promise<void> {
  await page.goto('/checkout');
  await page.getByLabel('Name', { exact: true }).fill(words.name ?? 'Ada Byron');
  await page.getByLabel('E-mail').fill(words.email ?? 'ada@example.com');
  await page.getByLabel('Phone').fill('0400 000 000');
  if (words.payment) await page.getByRole('radio', { name: words.payment }).check();
  await page.getByRole('checkbox', { name: /I have the rights/ }).check();
}

/** A page of the staff's, logged in. */
export async function staffPage(browser: Browser, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL: staffURL(), storageState: staffState, ...options });
  return context.newPage();
}

/** A page of somebody who works here and is no admin, logged in; an admin's page invites them. */
export async function helperPage(browser: Browser, inviting: Page, name: string): Promise<Page> {
  const headers = { Origin: staffURL() };
  const email = `${name.toLowerCase().replace(/\W+/g, '.')}@example.com`;
  const invited = await inviting.request.post('/api/users', { headers, data: { name, email, role: 'STAFF' } });
  expect(invited.ok(), await invited.text()).toBe(true);
  const token = (await invited.json()).path.split('/').pop();
  const context = await browser.newContext({ baseURL: staffURL() });
  const joined = await context.request.post('/api/auth/link/use', {
    headers,
    data: { token, name, password: admin.password },
  });
  expect(joined.ok(), await joined.text()).toBe(true);
  return context.newPage();
}

/** A customer's page: a browser of their own, at the public door. */
export async function customerPage(
  browser: Browser,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Page> {
  const context = await browser.newContext({ baseURL: publicURL(), ...options });
  const page = await context.newPage();
  page.on('pageerror', (error) => {
    throw error;
  });
  return page;
}

/** "ORD-1001" from the heading of an order's page. */
export async function orderNumber(page: Page): Promise<string> {
  const heading = await page.getByRole('heading', { level: 1, name: /^Order ORD-/ }).textContent();
  return heading!.replace('Order ', '').trim();
}

/** Pays on the page of the stand-in for Stripe, which is not ours. */
export async function payOnStandIn(page: Page): Promise<void> {
  await page.waitForURL((url) => url.origin !== publicURL());
  await page.getByRole('button', { name: /^Pay \S*\d/ }).click();
}

/** An order that staff typed in and took the money for, on its page. */
export async function counterOrder(page: Page, file: string, pay: 'Cash now' | 'Card terminal'): Promise<string> {
  await page.goto('/staff/orders/new');
  await pick(page, bracket(file));
  await priced(page, file);
  await page.getByLabel('Name', { exact: true }).fill('Walk-in');
  await page.getByRole('radio', { name: pay }).check();
  await page.getByRole('button', { name: /^Take \$15\.00.*and order$/ }).click();
  const heading = page.getByRole('heading', { level: 1, name: /^ORD-/ });
  await expect(heading).toBeVisible();
  return (await heading.textContent())!.trim();
}

/** What the server refuses of a page's requests, from now on. */
export function refusals(page: Page): string[] {
  const refused: string[] = [];
  page.on('response', (one) => {
    if (one.status() >= 400) refused.push(`${one.status()} ${one.request().method()} ${new URL(one.url()).pathname}`);
  });
  return refused;
}
