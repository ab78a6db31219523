const prefix = "PD";
const weights = [8, 6, 4, 2, 3, 5, 9, 7];

/** A tracking number: the prefix, eight digits of the serial number and a check digit. */
export function trackingNumber(serial: number): string {
  if (!Number.isInteger(serial) || serial < 0 || serial > 99_999_999) {
    throw new RangeError(`Serial number out of range: ${serial}`);
  }
  const digits = String(serial).padStart(8, "0");
  return `${prefix}${digits}${checkDigit(digits)}`;
}

/** The check digit that postal services use: a weighted sum modulo 11, with two exceptions. */
export function checkDigit(digits: string): number {
  const sum = weights.reduce((total, weight, place) => total + weight * Number(digits[place]), 0);
  const rest = 11 - (sum % 11);
  if (rest === 10) return 0;
  if (rest === 11) return 5;
  return rest;
}

export function isTrackingNumber(text: string): boolean {
  const match = /^PD(\d{8})(\d)$/.exec(text);
  return match !== null && checkDigit(match[1] ?? "") === Number(match[2]);
}
