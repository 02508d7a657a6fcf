import { InvalidArgumentError } from '@commander-js/extra-typings';

/** Parses the value of an option that is a whole number of at most nine digits. @throws InvalidArgumentError */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}
