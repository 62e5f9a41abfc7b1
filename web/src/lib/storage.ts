/** Small facts kept on this device. A browser that keeps nothing (private mode, full) must not break the page. */

const prefix = 'buildplate.';

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(prefix + key, value);
  } catch {
    // Losing a preference is the whole damage.
  }
}

export function recall(key: string): string | undefined {
  try {
    return localStorage.getItem(prefix + key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Kept until the tab is closed: what somebody typed but has not sent. */
export function saveTyped(key: string, value: unknown): void {
  try {
    sessionStorage.setItem(prefix + key, JSON.stringify(value));
  } catch {
    // As above.
  }
}

export function loadTyped<Form extends object>(key: string): Partial<Form> {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(prefix + key) ?? '{}');
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

export function dropTyped(key: string): void {
  try {
    sessionStorage.removeItem(prefix + key);
  } catch {
    // As above.
  }
}
