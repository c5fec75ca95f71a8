// The language shown: the browser's unless the reader chose. `text.value` is read while rendering,
// so a switch redraws what it concerns.

import { computed, effect, signal } from "@preact/signals";

import { en, type Messages } from "./messages_en";
import { zhCn } from "./messages_zh_cn";
import { readSetting, writeSetting } from "./settings";

export type Language = "en" | "zh-CN";

const kMessages: Record<Language, Messages> = { en, "zh-CN": zhCn };
export const kLanguageNames: Record<Language, string> = { en: "English", "zh-CN": "简体中文" };

function systemLanguage(): Language {
  return navigator.language.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
}

const stored = readSetting("language");
export const language = signal<Language>(
  stored === "en" || stored === "zh-CN" ? stored : systemLanguage());
export const text = computed<Messages>(() => kMessages[language.value]);

// The locale of numbers and dates: the browser's own where it is of the language shown.
export const locale = computed(() =>
  navigator.language.startsWith(language.value.slice(0, 2)) ? navigator.language : language.value);

export function chooseLanguage(choice: Language): void {
  writeSetting("language", choice);
  language.value = choice;
}

export function followLanguage(): void {
  effect(() => {
    document.documentElement.lang = language.value;
  });
}
