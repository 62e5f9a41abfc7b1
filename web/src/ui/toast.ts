import { toast as sonner, type ExternalToast } from 'svelte-sonner';

/** What went wrong is read more slowly than what went well, in milliseconds. */
const errorMs = 8000;

/**
 * Short news at the top of the page: `toast.success('Moved to Bruno', { description: 'Done 4:35 pm, in time',
 * action: { label: 'Undo', onClick: undo } })`. What must not be missed is an ErrorNote in its place instead.
 */
export const toast = {
  success: sonner.success,
  info: sonner.info,
  warning: sonner.warning,
  error: (message: string, more: ExternalToast = {}) => sonner.error(message, { duration: errorMs, ...more }),
};
