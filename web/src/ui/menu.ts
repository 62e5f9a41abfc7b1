import type { Icon } from './states';

/** A line of a Menu: a link, or something to do. */
export interface MenuItem {
  label: string;
  icon?: Icon;
  href?: string;
  /** The link leads out of the shop, in a tab of its own. */
  away?: boolean;
  onselect?: () => void;
  /** The key that does it too: "P". */
  key?: string;
  /** It cannot be undone; asks first. */
  danger?: boolean;
  /** Why it is off now, said in the line; off while there is a reason. */
  reason?: string;
  /** One of several, and this one holds: a tick. */
  chosen?: boolean;
  /** A heading above this line. */
  group?: string;
}
