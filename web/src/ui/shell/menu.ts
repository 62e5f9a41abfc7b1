import type { Icon } from '../states';

/** A page of the side menu. */
export interface MenuPage {
  href: string;
  label: string;
  icon: Icon;
  /** How many wait there; zero shows nothing. */
  count?: number;
  /** A person should see to them: an amber number. */
  hot?: boolean;
  /** This is where we are. */
  current?: boolean;
}
