/**
 * Which row a key leads to from row `at` of `count`; undefined for keys that do not move. Letters only count without
 * Ctrl, Alt and Meta, which belong to the browser.
 */
export function moveInRows(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'metaKey'>,
  at: number,
  count: number,
): number | undefined {
  if (count === 0 || event.ctrlKey || event.altKey || event.metaKey) return undefined;
  switch (event.key) {
    case 'ArrowDown':
    case 'j':
      return Math.min(count - 1, at + 1);
    case 'ArrowUp':
    case 'k':
      return Math.max(0, at - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
