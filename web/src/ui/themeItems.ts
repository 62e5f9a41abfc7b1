import Monitor from '@lucide/svelte/icons/monitor';
import Moon from '@lucide/svelte/icons/moon';
import Sun from '@lucide/svelte/icons/sun';

import { theme } from '../lib/theme.svelte';
import type { MenuItem } from './menu';

/** The choice of light or dark as lines of a menu; read as state. */
export function themeItems(): MenuItem[] {
  const choices = [
    { choice: 'system', label: 'As the system', icon: Monitor },
    { choice: 'light', label: 'Light', icon: Sun },
    { choice: 'dark', label: 'Dark', icon: Moon },
  ] as const;
  return choices.map(({ choice, label, icon }, i) => ({
    label,
    icon,
    group: i === 0 ? 'Colours' : undefined,
    chosen: theme.choice === choice,
    onselect: () => theme.choose(choice),
  }));
}
