// Durations as people read them: three significant digits, one unit style. All times in the UI are
// microseconds in a double, which is exact for the next two centuries.

const kUnits: readonly [name: string, micros: number][] = [
  ["ns", 0.001],
  ["µs", 1],
  ["ms", 1e3],
  ["s", 1e6],
];

function threeDigits(value: number): string {
  if (value === 0) return "0";
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toFixed(digits);
}

// "0 µs", "843 ns", "1.23 ms", "12.4 s", "3 m 07 s", "2 h 05 m".
export function formatDuration(micros: number): string {
  if (!Number.isFinite(micros)) return "–";
  if (micros < 0) return "−" + formatDuration(-micros);
  if (micros === 0) return "0 µs";
  if (micros >= 3600e6) {
    const minutes = Math.floor(micros / 60e6);
    return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} m`;
  }
  if (micros >= 60e6) {
    const seconds = Math.floor(micros / 1e6);
    return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, "0")} s`;
  }
  let unit = 0;
  // 999.6 would print as "1000", so a unit ends where its rounding does.
  while (unit + 1 < kUnits.length && micros / kUnits[unit]![1] >= 999.5) ++unit;
  const [name, size] = kUnits[unit]!;
  return `${threeDigits(micros / size)} ${name}`;
}

// Every digit there is, for tooltips: "1,234.567 ms".
export function formatExactDuration(micros: number, locale: string): string {
  const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 });
  return micros >= 1e6 ? `${format.format(micros / 1e6)} s` : `${format.format(micros / 1e3)} ms`;
}

const kGoUnits: Record<string, number> = {
  ns: 0.001, us: 1, "µs": 1, "μs": 1, ms: 1e3, s: 1e6, m: 60e6, h: 3600e6,
};

// Go's duration text ("1.2s", "1h30m", "250us"), which is what the query API takes; null when it
// is none.
export function parseDuration(text: string): number | null {
  const compact = text.replace(/\s+/g, "");
  if (!/^(\d+(\.\d*)?(ns|us|µs|μs|ms|s|m|h))+$/.test(compact)) return null;
  let sum = 0;
  for (const part of compact.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|μs|ms|s|m|h)/g)) {
    sum += Number(part[1]) * kGoUnits[part[2]!]!;
  }
  return sum;
}

// The shortest text parseDuration() reads back, rounded to three digits.
export function toDurationText(micros: number): string {
  for (const [unit, size] of [["s", 1e6], ["ms", 1e3], ["us", 1]] as const) {
    if (micros >= size) return Number((micros / size).toPrecision(3)) + unit;
  }
  return Math.round(micros * 1000) + "ns";
}

// About `count` round steps over `span`: 1, 2 or 5 times a power of ten.
export function niceStep(span: number, count: number): number {
  if (!(span > 0)) return 1;
  const raw = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  for (const factor of [1, 2, 5]) {
    if (raw <= factor * power) return factor * power;
  }
  return 10 * power;
}
