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

const weights = [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19];

/** Whether eleven digits are an Australian Business Number: their weighted sum, one less for the first, divides by 89. */
export function isABN(number: string): boolean {
  const digits = number.replaceAll(' ', '');
  if (!/^\d{11}$/.test(digits)) return false;
  const sum = weights.reduce((sum, weight, i) => sum + weight * (Number(digits[i]) - (i === 0 ? 1 : 0)), 0);
  return sum % 89 === 0;
}
