// Light or dark: the system's choice unless the reader chose. `scheme` is what is shown.

import { computed, effect, signal } from "@preact/signals";

import type { Scheme } from "./palette";
import { readSetting, writeSetting } from "./settings";

export type ThemeChoice = "system" | Scheme;

const kDarkQuery = matchMedia("(prefers-color-scheme: dark)");
const systemIsDark = signal(kDarkQuery.matches);
kDarkQuery.addEventListener("change", (event) => (systemIsDark.value = event.matches));

function storedChoice(): ThemeChoice {
  const stored = readSetting("theme");
  return stored === "light" || stored === "dark" ? stored : "system";
}

export const themeChoice = signal<ThemeChoice>(storedChoice());
export const scheme = computed<Scheme>(() =>
  themeChoice.value !== "system" ? themeChoice.value : systemIsDark.value ? "dark" : "light");

// Keeps the document in step; called once at start.
export function followTheme(): void {
  effect(() => {
    document.documentElement.dataset["theme"] = scheme.value;
    writeSetting("theme", themeChoice.value === "system" ? null : themeChoice.value);
  });
}
