import { api, call, hasCode } from '../../api/client';
import type { Me, Permission } from '../../api/types';
import { router } from '../../lib/router.svelte';

/** Who is logged in on this browser. */
class Session {
  me = $state.raw<Me | undefined>(undefined);
  /** The first answer is here. */
  known = $state(false);

  async load(): Promise<void> {
    try {
      this.me = await call(api.GET('/api/auth/me'));
    } catch (error) {
      if (!hasCode(error, 'login_needed')) throw error;
      this.me = undefined;
    }
    this.known = true;
  }

  /** Whether the server lets them do that to the shop as a whole. What depends on an order, the order says itself. */
  may(permission: Permission): boolean {
    return this.me?.permissions.includes(permission) ?? false;
  }

  loggedIn(me: Me): void {
    this.me = me;
    this.known = true;
  }

  async logOut(): Promise<void> {
    await call(api.POST('/api/auth/logout'));
    this.me = undefined;
    router.go('/staff/login');
  }

  /** A session that ended while a page was open leads to the log-in, and back here after it. */
  expired(error: unknown): boolean {
    if (!hasCode(error, 'login_needed')) return false;
    this.me = undefined;
    return true;
  }
}

export const session = new Session();
