import { expect, test, type Page } from '@playwright/test';

import { findNothing } from '../support/access';
import { bracket, type ModelFile } from '../support/models';
import { choices, customerPage, fillCheckout, part, pick, picture, priced, stage } from '../support/shop';

// What customers stumbled over, a story each.

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const photo: ModelFile = {
  name: 'broken-clip.jpg',
  mimeType: 'image/jpeg',
  buffer: Buffer.from([0xff, 0xd8, 0xff, 0xe0]),
};
const junk: ModelFile = {
  name: 'junk.stl',
  mimeType: 'model/stl',
  buffer: Buffer.from('not a model at all, '.repeat(20)),
};

async function choose(page: Page, name: string): Promise<void> {
  await part(page, name).getByRole('button', { name }).click();
}

test('the form stays where it is while a part is sliced', async ({ browser }) => {
  for (const options of [{}, phone]) {
    const page = await customerPage(browser, options);
    await page.goto('/');
    await pick(page, bracket('still.stl', 1.31));
    const infill = choices(page, 'still.stl').getByLabel('Infill');
    await expect(infill).toBeVisible();
    await infill.evaluate((field) => {
      const seen = new Set<number>();
      Object.assign(window, { seen });
      const look = (): void => {
        seen.add(Math.round(field.getBoundingClientRect().top + window.scrollY));
        requestAnimationFrame(look);
      };
      look();
    });
    await priced(page, 'still.stl');
    const stored = page.waitForResponse(
      (response) => response.request().method() === 'PATCH' && response.url().includes('/parts/'),
    );
    await infill.selectOption('40');
    await stored;
    await priced(page, 'still.stl');
    const places = await page.evaluate(() => [...(window as unknown as { seen: Set<number> }).seen]);
    expect(Math.max(...places) - Math.min(...places), places.join(' ')).toBeLessThanOrEqual(1);
    await page.context().close();
  }
});

test('thirteen parts fit two screens of a phone, the chosen one open', async ({ browser }) => {
  const page = await customerPage(browser, phone);
  await page.goto('/');
  const names = Array.from({ length: 13 }, (_, i) => `clip-${i + 1}.stl`);
  await pick(page, ...names.map((name, i) => bracket(name, 0.6 + i * 0.01)));
  for (const name of names) await expect(part(page, name)).toBeVisible();
  await expect(page.getByText('Uploads')).toHaveCount(0);
  const list = page.getByRole('list', { name: 'Parts' });
  await expect.poll(async () => (await list.boundingBox())!.height).toBeLessThan(844);
  const bottom = async (): Promise<number> => {
    const box = (await list.boundingBox())!;
    return box.y + box.height + (await page.evaluate(() => window.scrollY));
  };
  expect(await bottom()).toBeLessThan(2 * 844);
  await choose(page, 'clip-9.stl');
  await expect(part(page, 'clip-9.stl').getByRole('button', { name: 'Change' })).toBeVisible();
  expect((await part(page, 'clip-9.stl').boundingBox())!.height).toBeGreaterThan(
    (await part(page, 'clip-8.stl').boundingBox())!.height,
  );
  await picture(page, 'parts-thirteen-phone');
  await findNothing(page, 'thirteen parts');
  await page.context().close();
});

test('a part that is too large says so once, and offers no second try', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket('rail.stl', 9));
  await expect(part(page, 'rail.stl').getByText('Too large for our printer')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText(/The model .*this printer/).filter({ visible: true })).toHaveCount(1);
  await expect(page.getByRole('button', { name: 'Try again' })).toHaveCount(0);
  await picture(page, 'part-too-large');
  await page.context().close();
});

test('a photo and a file that cannot be read are asked for copies and nothing else', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, photo, junk);
  for (const { name } of [photo, junk]) {
    await choose(page, name);
    await expect(choices(page, name).getByRole('spinbutton', { name: 'Copies' })).toBeVisible({ timeout: 60_000 });
    await expect(choices(page, name).getByText('write it in the note at checkout')).toBeVisible();
    await expect(choices(page, name).getByRole('radio')).toHaveCount(0);
    await expect(choices(page, name).getByText('Choose a material')).toHaveCount(0);
  }
  await page.context().close();
});

test('while the unit is asked for, no size is told that may not be one', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket('metres.stl', 0.001));
  await expect(page.getByRole('group', { name: 'How wide is it?' })).toBeVisible();
  await expect(page.getByText('0.04 mm', { exact: true }).first()).toBeVisible();
  await choose(page, 'metres.stl');
  await expect(choices(page, 'metres.stl').getByText(/very thin|hang in the air/)).toHaveCount(0);
  await expect(stage(page, 'metres.stl').getByText(/× .* mm$/)).toHaveCount(0);
  await expect(stage(page, 'metres.stl').getByRole('application')).toBeVisible();
  await picture(page, 'unit-asked');
  await page.getByRole('button', { name: /40 mm.*metres/ }).click();
  await priced(page, 'metres.stl');
  await expect(stage(page, 'metres.stl').getByText('40 × 20 × 30 mm')).toBeVisible();
  await page.context().close();
});

test('half a copy is asked about at its field, and one of several has its price', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket('some.stl'));
  await priced(page, 'some.stl');
  await expect(choices(page, 'some.stl').getByText('once for this part, for any number of copies')).toBeVisible();
  await expect(choices(page, 'some.stl').getByText(/^(\d+ h )?\d+ min at \$3\.00 per hour/)).toBeVisible();
  const copies = choices(page, 'some.stl').getByRole('spinbutton', { name: 'Copies' });
  await copies.fill('2.7');
  await copies.blur();
  await expect(copies).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByText('Enter 2 or 3, a whole number.')).toBeVisible();
  await expect(page.getByText('How many copies? Enter a whole number first.').first()).toBeVisible();
  await copies.fill('3');
  await copies.blur();
  await expect(copies).not.toHaveAttribute('aria-invalid');
  await priced(page, 'some.stl');
  await expect(choices(page, 'some.stl').getByText(/^(about )?\$[\d.]+ a copy$/)).toBeVisible();
  await expect(page.getByRole('complementary', { name: 'Price' }).getByText(/a copy$/)).toBeVisible();
  await page.context().close();
});

test('the stage fills the screen, and the wheel over it zooms only where nothing else is meant', async ({
  browser,
}) => {
  const page = await customerPage(browser, { viewport: { width: 1000, height: 700 } });
  await page.goto('/');
  await pick(page, bracket('wheel.stl'));
  await priced(page, 'wheel.stl');
  const view = stage(page, 'wheel.stl').getByRole('application');
  await view.hover();
  await page.mouse.wheel(0, 120);
  await expect(stage(page, 'wheel.stl').getByText('Hold Ctrl to zoom, or click here first')).toBeVisible();
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBeGreaterThan(0);
  await page.evaluate(() => window.scrollTo(0, 0));
  const widthLabel = view.getByText('40 mm');
  const before = (await widthLabel.boundingBox())!;
  await view.hover();
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -240);
  await page.keyboard.up('Control');
  await expect.poll(async () => (await widthLabel.boundingBox())!.x !== before.x).toBe(true);
  expect(await page.evaluate(() => window.scrollY)).toBe(0);
  await stage(page, 'wheel.stl').getByRole('button', { name: 'Full screen' }).click();
  await expect.poll(async () => (await stage(page, 'wheel.stl').boundingBox())!.width).toBe(1000);
  await expect(stage(page, 'wheel.stl').getByRole('button', { name: 'Leave full screen' })).toBeVisible();
  await stage(page, 'wheel.stl').getByRole('button', { name: 'Leave full screen' }).click();
  await expect(page.getByRole('button', { name: 'Full screen', exact: true })).toBeVisible();
  await page.context().close();
});

test('the checkout asks for no phone number, begins with a way to pay, and says what it misses in red', async ({
  browser,
}) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket('checkout.stl'));
  await priced(page, 'checkout.stl');
  await page.goto('/checkout');
  await expect(page.getByRole('radio', { name: /^Card/ })).toBeChecked();
  await page.getByRole('checkbox', { name: /I have the rights/ }).check();
  await page.getByLabel('Name', { exact: true }).fill('Ada Byron');
  const email = page.getByLabel('E-mail');
  await email.fill('a@@b.c');
  await page.getByRole('radio', { name: /^Bank transfer/ }).check();
  await page.getByRole('button', { name: /^Order for/ }).click();
  await expect(page.getByText('There are two @ signs. Take one out.')).toBeVisible();
  await expect(page.getByText('So we can reach you about this order.')).toHaveCount(0);
  const red = await page.evaluate(() => {
    const probe = document.createElement('i');
    probe.style.color = 'var(--color-error)';
    document.body.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  });
  await expect(email).toHaveCSS('border-top-color', red);
  await email.fill('ada@example.com');
  await expect(page.getByText('There are two @ signs. Take one out.')).toHaveCount(0);
  await expect(email).not.toHaveCSS('border-top-color', red);

  await expect(page.getByText(/^Ready by /).first()).toBeVisible();
  await page.getByRole('radio', { name: /^Send it to me/ }).check();
  await expect(page.getByText(/^Leaves the shop by /).first()).toBeVisible();
  await page.getByLabel('Street and number').fill('1 Hay St');
  await page.getByLabel('Suburb or town').fill('Perth');
  await page.getByLabel('State').selectOption('WA');
  await page.getByRole('textbox', { name: 'Postcode' }).fill('6000');
  await expect(page.getByText('Delivery, Regional Australia')).toBeVisible();
  await page.getByRole('button', { name: /^Order for/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: /^Order ORD-/ })).toBeVisible();
  await page.context().close();
});

test('the page says from which total on paying at the counter is not offered', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket('dear.stl'));
  await priced(page, 'dear.stl');
  const copies = choices(page, 'dear.stl').getByRole('spinbutton', { name: 'Copies' });
  await copies.fill('20');
  await copies.blur();
  await priced(page, 'dear.stl');
  await page.goto('/checkout');
  await expect(page.getByRole('radio', { name: /^Card/ })).toBeChecked({ timeout: 90_000 }); // a plate of twenty is sliced
  await expect(page.getByRole('radio', { name: /^When I collect it/ })).toHaveCount(0);
  await expect(page.getByText(/You can pay when you collect for orders up to \$50\.00/)).toBeVisible();
  await picture(page, 'checkout-over-the-limit');
  await page.context().close();
});

test('after a card payment that was not finished the checkout is no review', async ({ browser }) => {
  const page = await customerPage(browser);
  await page.goto('/');
  await pick(page, bracket('unfinished.stl'));
  await priced(page, 'unfinished.stl');
  await fillCheckout(page, { payment: /^Card/ });
  await page.getByRole('button', { name: /^Pay \$/ }).click();
  await page.waitForURL((url) => url.port !== new URL(process.env.PUBLIC_URL!).port);
  await page.goto(`${process.env.PUBLIC_URL}/checkout`);
  await expect(page.getByRole('heading', { level: 1, name: 'Checkout' })).toBeVisible();
  await expect(page.getByText(/^This is ordered as ORD-/)).toBeVisible();
  await expect(page.getByText('Request a review')).toHaveCount(0);
  await page.context().close();
});

test('how the shop is reached stands on every page of customers', async ({ browser }) => {
  const page = await customerPage(browser);
  for (const at of ['/', '/terms', '/checkout']) {
    await page.goto(at);
    const contact = page.getByRole('contentinfo').getByLabel('Contact');
    await expect(contact.getByRole('link', { name: '02 5550 1234' })).toHaveAttribute('href', 'tel:0255501234');
    await expect(contact.getByRole('link', { name: 'hello@example.com' })).toBeVisible();
    await expect(contact.getByText('12 Example Street')).toBeVisible();
    await expect(contact.getByText('Monday to Friday, 9 am to 5 pm')).toBeVisible();
  }
  await findNothing(page, 'checkout');
  await page.context().close();
});
