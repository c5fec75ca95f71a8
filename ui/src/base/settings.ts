// What the reader chose, kept in this browser. Storage may be forbidden; then nothing is kept.

export type SettingName = "theme" | "language" | "label-width" | "dock-width";

export function readSetting(name: SettingName): string | null {
  try {
    return localStorage.getItem(`spanhound.${name}`);
  } catch {
    return null;
  }
}

export function writeSetting(name: SettingName, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`spanhound.${name}`);
    else localStorage.setItem(`spanhound.${name}`, value);
  } catch {
    // Private windows refuse; the choice lasts as long as the page.
  }
}

export function readNumberSetting(name: SettingName, otherwise: number): number {
  const value = Number(readSetting(name) ?? NaN);
  return Number.isFinite(value) ? value : otherwise;
}
