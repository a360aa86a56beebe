/** For JSON.stringify: figures to six digits, which is more than any of them is worth. */
export function sixDigits(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;
}
