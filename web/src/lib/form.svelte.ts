import { ApiError, messageOf } from '../api/client';
import { router } from './router.svelte';

/** Field -> the message that says what is wrong with it and what to do. */
export type FieldErrors = Record<string, string>;

export interface FormOptions<Values extends object> {
  /** What is stored now: what the fields show first, and what typing is compared with. */
  values: Values;
  /** What this page can check by itself. A field that is right has no message. */
  check?: (values: Values) => FieldErrors;
  /** Sends it. What it returns is stored now; nothing returned means just what was sent. */
  save: (values: Values) => Promise<Values | void>;
  /**
   * When somebody else saved meanwhile: recognises that in the error and fetches what they stored; undefined for any
   * other error. What was typed stays in the fields, theirs is in `theirs`.
   */
  conflict?: (error: unknown) => Promise<Values> | undefined;
  /** Reads the fields at fault from an error; without it, an API problem's own fields. */
  fields?: (error: unknown) => FieldErrors;
  message?: (error: unknown) => string;
  /**
   * Whether leaving with something unsaved is asked about now; without it, always. A dialog's form asks while the dialog
   * is open, and one whose text is kept elsewhere never does.
   */
  holds?: () => boolean;
}

/**
 * A form: what is typed, what is wrong with which field, whether it differs from what is stored, and sending it. Made
 * while a component starts, it asks before the page is left with something unsaved. An error never clears a field.
 */
export function createForm<Values extends object>(options: FormOptions<Values>): Form<Values> {
  const form = new Form(options);
  $effect(() => router.hold(() => form.dirty && (options.holds?.() ?? true)));
  return form;
}

export class Form<Values extends object> {
  /** What is typed; bind fields to its parts. */
  values: Values = $state()!;
  /** Being sent. */
  busy = $state(false);
  /** What went wrong, where no single field is to blame. */
  problem = $state('');
  /** What the last try ended with; undefined when it was stored. */
  failure: unknown = undefined;
  /** What somebody else stored meanwhile; undefined while there is no such conflict. */
  theirs = $state.raw<Values>();

  private stored: string = $state('');
  private tried = $state(false);
  private touched = $state.raw<readonly string[]>([]);
  /** Field -> the server's message and the value it was about: it is gone as soon as that value is. */
  private refused = $state.raw<Record<string, { message: string; about: string }>>({});

  /** Something typed is not stored. */
  readonly dirty = $derived.by(() => JSON.stringify(this.values) !== this.stored);

  /** The messages to show, by field: after the first try all, before it those of fields that were left. */
  readonly errors: FieldErrors = $derived.by(() => {
    const shown: FieldErrors = {};
    for (const [field, message] of Object.entries(this.options.check?.(this.values) ?? {})) {
      if (message && (this.tried || this.touched.includes(field))) shown[field] = message;
    }
    for (const [field, { message, about }] of Object.entries(this.refused)) {
      if (about === this.part(field)) shown[field] ??= message;
    }
    return shown;
  });

  constructor(private readonly options: FormOptions<Values>) {
    this.take(options.values);
  }

  /** The messages about a part of the values, by the names that its fields have in it: `email` for "settings.email". */
  errorsIn(part: string): FieldErrors {
    const within = Object.entries(this.errors).filter(([field]) => field.startsWith(`${part}.`));
    return Object.fromEntries(within.map(([field, message]) => [field.slice(part.length + 1), message]));
  }

  /** The field was left: it is checked from now on. */
  touch(field: string): void {
    if (!this.touched.includes(field)) this.touched = [...this.touched, field];
  }

  /** Checks, then sends. True when it is stored. A conflict is decided first. For `onsubmit`. */
  readonly submit = async (event?: SubmitEvent): Promise<boolean> => {
    event?.preventDefault();
    if (this.busy || this.theirs) return false;
    this.tried = true;
    this.problem = '';
    if (Object.values(this.options.check?.(this.values) ?? {}).some(Boolean)) return false;
    this.busy = true;
    this.failure = undefined;
    const sent = $state.snapshot(this.values) as Values;
    try {
      const now = (await this.options.save(sent)) ?? sent;
      this.settle(sent, now);
      return true;
    } catch (error) {
      this.failure = error;
      await this.refuse(error);
      return false;
    } finally {
      this.busy = false;
    }
  };

  /** Starts again from what is stored, or from other values. */
  reset(values: Values = JSON.parse(this.stored) as Values): void {
    this.take(values);
  }

  /** Ends a conflict with their values in the fields. */
  takeTheirs(): void {
    if (this.theirs) this.take(this.theirs);
  }

  /** Ends a conflict with what was typed: it is compared with theirs from now on, and saving replaces theirs. */
  keepMine(): void {
    if (this.theirs) this.stored = JSON.stringify(this.theirs);
    this.theirs = undefined;
    this.problem = '';
  }

  private take(values: Values): void {
    this.stored = JSON.stringify(values);
    this.values = JSON.parse(this.stored) as Values;
    this.tried = false;
    this.touched = [];
    this.refused = {};
    this.problem = '';
    this.theirs = undefined;
  }

  /** What was typed while it was being sent stays, and is unsaved. */
  private settle(sent: Values, now: Values): void {
    const typed = JSON.stringify(this.values);
    if (typed === JSON.stringify(sent)) {
      this.take(now);
      return;
    }
    this.stored = JSON.stringify(now);
  }

  private async refuse(error: unknown): Promise<void> {
    const fetching = this.options.conflict?.(error);
    if (fetching) {
      try {
        this.theirs = await fetching;
        return;
      } catch (other) {
        error = other;
      }
    }
    const fields = Object.entries((this.options.fields ?? fieldErrors)(error)).filter(([field]) => this.has(field));
    this.refused = Object.fromEntries(fields.map(([field, message]) => [field, { message, about: this.part(field) }]));
    if (fields.length === 0) this.problem = (this.options.message ?? messageOf)(error);
  }

  /** Whether a field of the server's naming, "address.postcode", is one of this form's. */
  private has(field: string): boolean {
    return field.split('.')[0]! in this.values;
  }

  private part(field: string): string {
    let value: unknown = this.values;
    for (const name of field.split('.')) value = (value as Record<string, unknown> | undefined)?.[name];
    return JSON.stringify(value) ?? '';
  }
}

/** What is wrong with a part of a form's values, by the names that the form and the server have for its fields. */
export function errorsUnder(part: string, errors: FieldErrors): FieldErrors {
  return Object.fromEntries(Object.entries(errors).map(([field, message]) => [`${part}.${field}`, message]));
}

/** The fields at fault of an API problem, each with its message. */
function fieldErrors(error: unknown): FieldErrors {
  if (error instanceof ApiError && error.fields.length > 0) {
    return Object.fromEntries(error.fields.map(({ field, detail }) => [field, detail]));
  }
  return error instanceof ApiError && error.field ? { [error.field]: error.message } : {};
}
