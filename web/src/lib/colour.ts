/** Colours for an accent that any shop may choose: WCAG contrast decides the shades that are used. */

type Rgb = [number, number, number];

const darkText = '#10130f';
const lightSurface = '#f5f5f1';
const darkSurface = '#1c1d1b';

/** "#rrggbb" as three numbers 0-255; undefined for anything else. */
export function parseHex(hex: string): Rgb | undefined {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex.trim());
  if (!match) return undefined;
  return [parseInt(match[1]!, 16), parseInt(match[2]!, 16), parseInt(match[3]!, 16)];
}

function toHex(rgb: Rgb): string {
  return `#${rgb.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;
}

/** Relative luminance as WCAG 2 defines it, 0 (black) to 1 (white). */
function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((channel) => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast ratio of two colours, 1 to 21. */
export function contrast(a: string, b: string): number {
  const la = luminance(parseHex(a) ?? [0, 0, 0]);
  const lb = luminance(parseHex(b) ?? [0, 0, 0]);
  return (Math.max(la, lb) + 0.05) / (Math.min(la, lb) + 0.05);
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  return from.map((channel, i) => channel + (to[i]! - channel) * share) as Rgb;
}

/** Moves a colour towards black or white until it reads at 4.5:1 on the surface. */
function readableOn(accent: Rgb, surface: string, towards: Rgb): string {
  for (let share = 0; share <= 1; share += 0.04) {
    const shade = toHex(mix(accent, towards, share));
    // A little more than 4.5 leaves room for the tints that cards and badges lay under text.
    if (contrast(shade, surface) >= 5) return shade;
  }
  return toHex(towards);
}

function textOn(colour: string): string {
  return contrast(colour, '#ffffff') >= contrast(colour, darkText) ? '#ffffff' : darkText;
}

export interface AccentShades {
  light: string;
  lightContent: string;
  dark: string;
  darkContent: string;
}

/** The shades of an accent for light and dark pages, and the text colours that go on them. */
export function accentShades(accent: string): AccentShades | undefined {
  const rgb = parseHex(accent);
  if (!rgb) return undefined;
  const light = readableOn(rgb, lightSurface, [0, 0, 0]);
  const dark = readableOn(rgb, darkSurface, [255, 255, 255]);
  return { light, lightContent: textOn(light), dark, darkContent: textOn(dark) };
}
