/**
 * What a colour says: `warning` a person should look, `error` failed or overdue, `success` good, `info` waiting on
 * others, `primary` chosen or running. The class `tone-<name>` in styles/parts.css gives it its shades.
 */
export type Tone = 'info' | 'success' | 'warning' | 'error' | 'neutral' | 'primary';
