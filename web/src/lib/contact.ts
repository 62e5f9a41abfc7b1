/** Addresses that a click calls or writes to. What somebody typed is a name in them and nothing more: no subject, no copy. */

/** Where a letter to an e-mail address is begun. */
export function mailTo(email: string): string {
  const at = email.lastIndexOf('@');
  return `mailto:${encodeURIComponent(email.slice(0, at))}@${encodeURIComponent(email.slice(at + 1))}`;
}

/** Where a call to a number is begun: its digits, and the + before a country's. */
export function callTo(phone: string): string {
  return `tel:${phone.replace(/[^+\d]/g, '')}`;
}
