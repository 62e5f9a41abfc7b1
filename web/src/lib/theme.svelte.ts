import { accentShades } from './colour';
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

  setAccent(hex: string): void {
    const shades = accentShades(hex);
    if (!shades) return;
    const style = document.documentElement.style;
    style.setProperty('--accent-light', shades.light);
    style.setProperty('--accent-light-content', shades.lightContent);
    style.setProperty('--accent-dark', shades.dark);
    style.setProperty('--accent-dark-content', shades.darkContent);
  }
}

export const theme = new Theme();
