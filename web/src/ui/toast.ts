/**
 * Short news at the edge of the page: `toast.success('Moved to Bruno', { description: 'Done 4:35 pm, in time',
 * action: { label: 'Undo', onClick: undo } })`. What must not be missed is an ErrorNote in its place instead.
 */
export { toast } from 'svelte-sonner';
