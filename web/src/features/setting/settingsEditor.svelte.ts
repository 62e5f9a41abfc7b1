import { api, call, hasCode, messageOf } from '../../api/client';
import type { ShopSettings } from '../../api/types';
import { createForm, type Form } from '../../lib/form.svelte';
import { session } from '../account/session.svelte';
import { checkValues, differences, settingsOf, valuesOf, type SettingsValues } from './values';

/**
 * The settings as an admin edits them, and the version that a save is made from. The version is no field: what is typed
 * while a save is under way belongs to the version that this save makes. Made while a component is, since it lives as long.
 */
export class SettingsEditor {
  readonly form: Form<SettingsValues>;
  /** Another admin was quicker: who and when. */
  conflict = $state('');
  /** In words, what they have otherwise than what is typed. */
  readonly differences: string[] = $derived.by(() =>
    this.form.theirs ? differences(this.form.values, this.form.theirs) : [],
  );

  private version = 0;

  /** `saved` is called after each save. */
  constructor(stored: ShopSettings, saved: () => void) {
    this.form = createForm<SettingsValues>({
      values: this.take(stored),
      check: checkValues,
      message: (error) => (session.expired(error) ? '' : messageOf(error)),
      save: async (values) => {
        const body = settingsOf(values, this.version);
        const now = this.take(await call(api.PUT('/api/settings', { body })));
        saved();
        return now;
      },
      conflict: (error) => {
        if (!hasCode(error, 'changed_meanwhile')) return undefined;
        this.conflict = error.message;
        return call(api.GET('/api/settings')).then((now) => this.take(now));
      },
    });
  }

  private take(now: ShopSettings): SettingsValues {
    this.version = now.version;
    return valuesOf(now);
  }
}
