/** Australian Business Numbers, by the server's rules (shop/settings.go, shop/business.go). */

const weights = [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19];

/** Whether eleven digits are an Australian Business Number: their weighted sum, one less for the first, divides by 89. */
export function isABN(number: string): boolean {
  const digits = number.replaceAll(' ', '');
  if (!/^\d{11}$/.test(digits)) return false;
  const sum = weights.reduce((sum, weight, i) => sum + weight * (Number(digits[i]) - (i === 0 ? 1 : 0)), 0);
  return sum % 89 === 0;
}

/** What is typed of a number, without what people write between its digits. */
export function abnDigits(number: string): string {
  return number.replace(/[ .-]/g, '');
}

/** An ABN as it is read, "51 824 753 556"; what has not its eleven digits stays as it is. */
export function spacedABN(number: string): string {
  const digits = abnDigits(number);
  return /^\d{11}$/.test(digits) ? digits.replace(/^(..)(...)(...)(...)$/, '$1 $2 $3 $4') : number;
}
