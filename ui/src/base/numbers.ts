// Numbers that may come as text (64-bit values do), and numbers as people read them.

export function toNumber(value: unknown, otherwise = 0): number {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : otherwise;
}

// A nanosecond count, as text or number, in microseconds. Text goes through BigInt: 1.7e18 ns has
// more digits than a double.
export function nanosToMicros(value: unknown): number {
  if (typeof value === "string" && /^\d+$/.test(value)) {
    const nanos = BigInt(value);
    return Number(nanos / 1000n) + Number(nanos % 1000n) / 1000;
  }
  return toNumber(value) / 1000;
}

export function formatCount(value: number, locale: string): string {
  return new Intl.NumberFormat(locale).format(value);
}
