import { describe, expect, it } from 'vitest';

import { accentShades, contrast, parseHex } from './colour';

describe('accentShades', () => {
  it.each(['#0f5c5c', '#ffee00', '#ff0000', '#000000', '#ffffff', '#7f7f7f', '#3366ff'])(
    'makes %s readable in light and dark',
    (accent) => {
      const shades = accentShades(accent)!;
      expect(contrast(shades.light, '#ffffff')).toBeGreaterThanOrEqual(4.5);
      expect(contrast(shades.light, '#f5f5f1')).toBeGreaterThanOrEqual(4.5);
      expect(contrast(shades.dark, '#1c1d1b')).toBeGreaterThanOrEqual(4.5);
      expect(contrast(shades.light, shades.lightContent)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(shades.dark, shades.darkContent)).toBeGreaterThanOrEqual(4.5);
    },
  );

  it('leaves an accent that already reads as it is', () => {
    expect(accentShades('#0f5c5c')!.light).toBe('#0f5c5c');
  });

  it('takes nothing but #rrggbb', () => {
    for (const text of ['', 'red', '#fff', '#12345g', 'url(x)']) expect(accentShades(text)).toBeUndefined();
  });
});

it('knows the contrast of black on white', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(parseHex('#0a0B0c')).toEqual([10, 11, 12]);
});
