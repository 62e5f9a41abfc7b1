import { expect, test, type Locator, type Page } from '@playwright/test';

import { findNothingInEither, fits, viewports } from '../support/access';
import { hangingBracket, heavyBox } from '../support/models';
import { customerPage, part, pick, picture, priced, stage } from '../support/shop';

/** Cents that stand in a text: "$12.34". */
const cents = (text: string | null): number =>
  Math.round(Number(/\$([\d,]+\.\d\d)/.exec(text!)![1]!.replace(',', '')) * 100);

/** The exact price of a part, in cents. */
async function total(page: Page, name: string): Promise<number> {
  await priced(page, name);
  return cents(await part(page, name).getByText(/^\$\d/).textContent());
}

/** Opens what the stage offers, once it does. */
async function compare(page: Page, name: string): Promise<Locator> {
  await stage(page, name).getByRole('button', { name: 'Compare poses' }).click({ timeout: 90_000 });
  const dialog = page.getByRole('dialog', { name: `Which way up should ${name} print?` });
  await expect(dialog.getByText(/still being sliced/), 'all is sliced').toHaveCount(0, { timeout: 60_000 });
  return dialog;
}

for (const viewport of viewports) {
  test(`a customer takes a proposed pose, and goes back, at ${viewport.width} px`, async ({ browser }) => {
    const page = await customerPage(browser, { viewport });
    await page.goto('/');
    await pick(page, hangingBracket('shelf.stl', 2));
    const hanging = await total(page, 'shelf.stl');
    const on = stage(page, 'shelf.stl');
    await expect(on.getByText(/^Overhang 28 cm²/)).toBeVisible();

    // It is offered, and nothing is taken by itself.
    const sent: string[] = [];
    page.on('request', (request) => request.method() === 'PATCH' && sent.push(request.postData() ?? ''));
    const dialog = await compare(page, 'shelf.stl');
    await picture(page, `poses-${viewport.width}`, false); // a whole one moves what lies over a long page
    const own = dialog.getByRole('listitem', { name: 'As in your file' });
    await expect(own.getByText('Chosen now')).toBeVisible();
    await expect(own.getByText(/\d g$/)).toBeVisible();
    expect(cents(await own.getByText(/^\$\d/).textContent())).toBe(hanging);
    const best = dialog.getByRole('listitem').filter({ hasText: /Cheapest/ });
    await expect(best.getByText('none', { exact: true })).toBeVisible();
    const offered = cents(await best.getByText(/^\$\d/).textContent());
    expect(offered).toBeLessThan(hanging);
    await expect(best.getByText(`saves $${((hanging - offered) / 100).toFixed(2)}`)).toBeVisible();
    for (const image of await dialog.locator('img').all()) {
      await image.scrollIntoViewIfNeeded();
      await expect.poll(() => image.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(256);
    }
    await findNothingInEither(page, 'comparing poses');
    await picture(page, `poses-dark-${viewport.width}`, false);
    const wide = await dialog.locator('.modal-box').evaluate((box) => box.scrollWidth - box.clientWidth);
    expect(wide, 'nothing sticks out of the dialog').toBeLessThanOrEqual(0);
    await page.emulateMedia({ colorScheme: 'light' });
    expect(sent).toEqual([]);

    // One tap takes it, at the price that was said.
    await best.getByRole('button', { name: /^Use this pose/ }).click();
    await expect(dialog).toBeHidden();
    await expect(on.getByText('No overhang · no supports')).toBeVisible({ timeout: 30_000 });
    expect(await total(page, 'shelf.stl')).toBe(offered);
    await picture(page, `poses-taken-${viewport.width}`, false);
    await fits(page, 'a pose was taken');
    await page.reload();
    expect(await total(page, 'shelf.stl')).toBe(offered);

    // The file's own is as easily taken again.
    await compare(page, 'shelf.stl');
    await expect(own.getByText(/more$/)).toBeVisible();
    await own.getByRole('button', { name: /^Use this pose/ }).click();
    await expect(on.getByText(/^Overhang 28 cm²/)).toBeVisible({ timeout: 30_000 });
    expect(await total(page, 'shelf.stl')).toBe(hanging);
    expect(sent).toHaveLength(2);
    await page.context().close();
  });
}

test('of several copies the poses are compared by estimates, and a part that lies well is left alone', async ({
  browser,
}) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, hangingBracket('hooks.stl', 1.5));
  await priced(page, 'hooks.stl');
  await page.getByRole('spinbutton', { name: 'Copies' }).fill('4');
  await page.getByRole('spinbutton', { name: 'Copies' }).press('Tab');
  const dialog = await compare(page, 'hooks.stl');
  await expect(dialog.getByText('About what 4 copies would take, from slicing one each way.')).toBeVisible({
    timeout: 90_000,
  });
  await expect(dialog.getByText(/^about \$\d/)).not.toHaveCount(0);
  await picture(page, 'poses-of-copies', false);
  await dialog.getByRole('button', { name: 'Turn it myself' }).click();
  await expect(page.getByRole('region', { name: 'Turn the part' })).toBeVisible();
  await page.getByRole('button', { name: 'Close turning' }).click();
  await pick(page, heavyBox('cube.stl', 12));
  await page.getByRole('article', { name: 'cube.stl' }).click();
  await priced(page, 'cube.stl');
  await expect(stage(page, 'cube.stl').getByRole('button', { name: 'Compare poses' })).toHaveCount(0);
  await page.context().close();
});
