/** Colours for an accent that any shop may choose: WCAG contrast decides the shades that are used. */

type Rgb = [number, number, number];

const darkText = '#10130f';
/** Where text in the accent stands, by theme: the page in light, a card in dark, the one that leaves less contrast. */
const surfaces = { light: '#f3f4f0', dark: '#1a201e' };
const cards = { light: '#ffffff', dark: '#1a201e' };

/** The design's own teal: styles/tokens.css has its shades by hand. */
export const designAccent = '#0f766e';

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

function mix(from: string, to: string, share: number): string {
  const a = parseHex(from)!;
  const b = parseHex(to)!;
  return toHex(a.map((channel, i) => channel + (b[i]! - channel) * share) as Rgb);
}

/** Moves a colour towards black or white until it reads at the ratio on the surface. */
function readableOn(colour: string, surface: string, towards: string, ratio: number): string {
  for (let share = 0; share <= 1; share += 0.04) {
    const shade = mix(colour, towards, share);
    if (contrast(shade, surface) >= ratio) return shade;
  }
  return towards;
}

function textOn(colour: string): string {
  return contrast(colour, '#ffffff') >= contrast(colour, darkText) ? '#ffffff' : darkText;
}

/** An accent in one theme. */
export interface AccentShades {
  /** The fill of a primary button. */
  fill: string;
  /** Text on the fill. */
  content: string;
  /** The fill under the pointer. */
  hover: string;
  /** The ground of what is chosen or running. */
  soft: string;
  /** Text on the soft ground, links, the focus ring. */
  text: string;
  /** The ground of a selected row, under ordinary text. */
  selected: string;
}

function shadesOn(accent: string, theme: 'light' | 'dark'): AccentShades {
  const away = theme === 'light' ? '#000000' : '#ffffff';
  const card = cards[theme];
  // A little more than 4.5 leaves room for the tints that cards and rows lay under text.
  const fill = readableOn(accent, surfaces[theme], away, 5);
  const soft = mix(card, fill, theme === 'light' ? 0.13 : 0.17);
  const content = textOn(fill);
  return {
    fill,
    content,
    // Away from the text on it, so that it only reads better.
    hover: mix(fill, content === '#ffffff' ? '#000000' : '#ffffff', 0.14),
    soft,
    text: readableOn(fill, soft, away, 6),
    selected: mix(card, fill, theme === 'light' ? 0.09 : 0.12),
  };
}

/** The shades of an accent for light and dark pages; undefined for what is not "#rrggbb". */
export function accentShades(accent: string): { light: AccentShades; dark: AccentShades } | undefined {
  const hex = accent.trim();
  if (!parseHex(hex)) return undefined;
  return { light: shadesOn(hex, 'light'), dark: shadesOn(hex, 'dark') };
}
