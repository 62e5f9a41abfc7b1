/** Short news at the edge of the page. What must not be missed is an ErrorNote in its place instead. */
export { toast } from 'svelte-sonner';
