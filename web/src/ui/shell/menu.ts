import { findRoute, type Route } from '../../lib/routes';
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

/** A screen that may have an entry in the side menu; the entry's label is the screen's title. */
export interface MenuRoute extends Route {
  /** Without it people reach the screen by a link. */
  menu?: {
    icon: Icon;
    /** How many wait there. */
    count?: () => number | undefined;
    /** A person should see to them. */
    hot?: boolean;
  };
  /** A screen without an entry: the path of the one that is marked meanwhile. */
  under?: string;
}

/** The side menu of these screens, in their order, as it is while a path is open. */
export function menuOf(routes: MenuRoute[], path: string): MenuPage[] {
  const here = findRoute(routes, path)?.route as MenuRoute | undefined;
  return routes.flatMap(({ path: href, title: label, menu }) =>
    menu
      ? {
          href,
          label,
          icon: menu.icon,
          count: menu.count?.(),
          hot: menu.hot,
          current: [here?.path, here?.under].includes(href),
        }
      : [],
  );
}
