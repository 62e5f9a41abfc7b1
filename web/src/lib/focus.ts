import { tick } from 'svelte';

/** Puts the keyboard at the first field of a form that needs another answer. */
export async function focusFirstError(form: HTMLFormElement | undefined): Promise<void> {
  await tick();
  form?.querySelector<HTMLElement>('[aria-invalid="true"], [data-invalid]')?.focus();
}
