/** Addresses that a click calls or writes to. What somebody typed is a name in them and nothing more: no subject, no copy. */

/**
 * Whether a letter can be sent to an e-mail address, by the server's rule (shop/contact.go): one address with a domain and
 * nothing else. What only the server can tell of a name before the @, it says itself.
 */
export function isEmail(address: string): boolean {
  if (new TextEncoder().encode(address).length > 200) return false;
  return (
    /^[\p{L}\p{M}\p{N}.+\-_'!$*/^{|}~]+@[\p{L}\p{M}\p{N}-]+(\.[\p{L}\p{M}\p{N}-]+)+$/u.test(address) &&
    !/^\.|\.\.|\.@/.test(address)
  );
}

/** What to say of a malformed one. */
export const emailHint = 'Enter an e-mail address like name@example.com.';

/** Where a letter to an e-mail address is begun. */
export function mailTo(email: string): string {
  const at = email.lastIndexOf('@');
  return `mailto:${encodeURIComponent(email.slice(0, at))}@${encodeURIComponent(email.slice(at + 1))}`;
}

/** Where a call to a number is begun: its digits, and the + before a country's. */
export function callTo(phone: string): string {
  return `tel:${phone.replace(/[^+\d]/g, '')}`;
}
