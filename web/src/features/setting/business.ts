/**
 * What can be told of a business by looking at what was typed, by the server's rules (shop/settings.go, shop/contact.go), so
 * that all wrong fields are told at once. The server checks all of it again.
 */

/** Whether a number that customers are to call has enough digits, or letters in the place of some. */
export function isCallable(phone: string): boolean {
  const digits = phone.replace(/[^0-9]/g, '').length;
  const letters = phone.replace(/[^A-Za-z]/g, '').length;
  return digits >= 3 && digits + letters >= 6;
}

/** Whether an address is a scheme and a host, perhaps with a port, and nothing behind it but a slash. */
export function isOrigin(address: string): boolean {
  const origin = address.trim().replace(/\/+$/, '');
  return /^https?:\/\/[^/?#@\s]+$/.test(origin) && URL.canParse(origin);
}
