// Points in time as text, in the reader's own time zone.

const kMicrosPerDay = 86_400e6;

function pad(value: number, digits = 2): string {
  return String(value).padStart(digits, "0");
}

// "14:03:05.123456"; `fraction` digits after the second, cut, not rounded.
export function formatClock(micros: number, fraction = 3): string {
  const date = new Date(Math.floor(micros / 1000));
  const text = `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
  if (fraction === 0) return text;
  const below = Math.floor(((micros % 1e6) + 1e6) % 1e6);
  return `${text}.${pad(below, 6).slice(0, fraction)}`;
}

export function formatDay(micros: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { month: "short", day: "numeric" })
    .format(new Date(micros / 1000));
}

export function formatDateTime(micros: number, locale: string): string {
  const day = new Intl.DateTimeFormat(locale, { year: "numeric", month: "short", day: "numeric" })
    .format(new Date(micros / 1000));
  return `${day} ${formatClock(micros)}`;
}

export function isSameDay(micros: number, otherMicros: number): boolean {
  return Math.abs(micros - otherMicros) < kMicrosPerDay &&
    new Date(micros / 1000).getDate() === new Date(otherMicros / 1000).getDate();
}

// The text of <input type="datetime-local" step="1">, and back; null when it is not complete.
export function toLocalInput(micros: number): string {
  const date = new Date(micros / 1000);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}T` +
    `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}

export function fromLocalInput(text: string): number | null {
  const millis = new Date(text).getTime();
  return Number.isFinite(millis) ? millis * 1000 : null;
}

export function nowMicros(): number {
  return Date.now() * 1000;
}
