import { accentShades, designAccent } from './colour';
import { remember, recall } from './storage';

export type ThemeChoice = 'system' | 'light' | 'dark';

/** Light or dark: what the system prefers, unless the person chose on this device. */
class Theme {
  choice = $state<ThemeChoice>('system');
  private systemDark = $state(false);

  /** What is shown now; the viewer draws by it. */
  dark = $derived(this.choice === 'dark' || (this.choice === 'system' && this.systemDark));

  start(): void {
    const media = window.matchMedia('(prefers-color-scheme: dark)');
    this.systemDark = media.matches;
    media.addEventListener('change', (event) => (this.systemDark = event.matches));
    const stored = recall('theme');
    this.choose(stored === 'light' || stored === 'dark' ? stored : 'system');
  }

  choose(choice: ThemeChoice): void {
    this.choice = choice;
    remember('theme', choice);
    const root = document.documentElement;
    if (choice === 'system') root.removeAttribute('data-theme');
    else root.setAttribute('data-theme', choice);
  }

  /** The shop's own accent; the design's teal needs nothing, its shades stand in the style sheet. */
  setAccent(hex: string): void {
    const shades = hex.toLowerCase() === designAccent ? undefined : accentShades(hex);
    const style = document.documentElement.style;
    for (const mode of ['light', 'dark'] as const) {
      for (const part of parts) {
        const name = part === 'fill' ? `--accent-${mode}` : `--accent-${mode}-${part}`;
        if (shades) style.setProperty(name, shades[mode][part]);
        else style.removeProperty(name);
      }
    }
  }
}

const parts = ['fill', 'content', 'hover', 'soft', 'text', 'selected'] as const;

export const theme = new Theme();
