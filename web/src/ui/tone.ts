/** What a colour says; the class `tone-<name>` in app.css gives it its shade. */
export type Tone = 'info' | 'success' | 'warning' | 'error' | 'neutral' | 'primary';
