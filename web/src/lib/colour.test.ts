import { describe, expect, it } from 'vitest';

import { accentShades, contrast, parseHex } from './colour';

const text = { light: '#171c1a', dark: '#e8edea' };
const muted = { light: '#565e5a', dark: '#a5afaa' };
const card = { light: '#ffffff', dark: '#1a201e' };
const page = { light: '#f3f4f0', dark: '#111514' };

describe('accentShades', () => {
  it.each(['#0f766e', '#0f5c5c', '#ffee00', '#ff0000', '#000000', '#ffffff', '#7f7f7f', '#3366ff'])(
    'makes %s readable in light and dark',
    (accent) => {
      const shades = accentShades(accent)!;
      for (const theme of ['light', 'dark'] as const) {
        const { fill, content, hover, soft, text: strong, selected } = shades[theme];
        expect(contrast(fill, card[theme])).toBeGreaterThanOrEqual(4.5);
        expect(contrast(fill, page[theme])).toBeGreaterThanOrEqual(4.5);
        expect(contrast(content, fill)).toBeGreaterThanOrEqual(4.5);
        expect(contrast(content, hover)).toBeGreaterThanOrEqual(4.5);
        expect(contrast(strong, soft)).toBeGreaterThanOrEqual(4.5);
        expect(contrast(strong, page[theme])).toBeGreaterThanOrEqual(4.5);
        expect(contrast(text[theme], selected)).toBeGreaterThanOrEqual(7);
        expect(contrast(muted[theme], selected)).toBeGreaterThanOrEqual(4.5);
      }
    },
  );

  it('leaves an accent that already reads as it is', () => {
    expect(accentShades('#0f5c5c')!.light.fill).toBe('#0f5c5c');
  });

  it('takes nothing but #rrggbb', () => {
    for (const text of ['', 'red', '#fff', '#12345g', 'url(x)']) expect(accentShades(text)).toBeUndefined();
  });
});

it('knows the contrast of black on white', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(parseHex('#0a0B0c')).toEqual([10, 11, 12]);
});
