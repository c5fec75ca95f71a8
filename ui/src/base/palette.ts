// Colours of services. No hue lies near red (errors), amber (warnings) or plain green (success),
// and neighbours in the list are far apart. Light and dark values share one order.

import { contrast } from "./contrast";

export const kServiceColours = {
  light: ["#2773c0", "#08856a", "#8559b2", "#6f7300", "#0e7d92", "#a2457e", "#646ac6", "#056965",
    "#a257a8", "#015d82"],
  dark: ["#74b5fe", "#47cba8", "#c49cf1", "#b9bf5b", "#3eceec", "#e289bd", "#aeb8fe", "#12aea8",
    "#eaa4ed", "#2e9dd3"],
} as const;

export type Scheme = keyof typeof kServiceColours;

// The surfaces and reserved inks that the stylesheet uses too (tokens.css); the test holds both
// to the contrast rules.
export const kSurfaces: Record<Scheme, { page: string; panel: string; raised: string }> = {
  light: { page: "#f6f7f9", panel: "#ffffff", raised: "#eef1f5" },
  dark: { page: "#0f1319", panel: "#151a22", raised: "#1e2530" },
};
export const kInks: Record<Scheme, Record<"text" | "muted" | "accent" | "error" | "warning", string>> = {
  light: { text: "#1a2230", muted: "#58637a", accent: "#1f5fc4", error: "#c01c1c",
    warning: "#8f5200" },
  dark: { text: "#e3e8f0", muted: "#98a4b8", accent: "#83b4ff", error: "#ff7b7b",
    warning: "#f0b429" },
};

export const kLines: Record<Scheme, string> = { light: "#dfe4ec", dark: "#262e3a" };

export function serviceColour(index: number, scheme: Scheme): string {
  const colours = kServiceColours[scheme];
  return colours[index % colours.length]!;
}

// Black or white, whichever reads better on `background`.
export function inkOn(background: string): string {
  return contrast(background, "#10151d") >= contrast(background, "#ffffff") ? "#10151d" : "#ffffff";
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; ++i) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  value ^= value >>> 15;
  return (value >>> 0) % 1_000_003;
}

// A palette index per name. A name prefers the same colour everywhere (its hash); where two want
// one colour, the earlier in `names` keeps it. So the result depends on the list alone, and as
// long as there are colours left no two names share one.
export function assignColours(names: readonly string[]): Map<string, number> {
  const count = kServiceColours.light.length;
  const result = new Map<string, number>();
  let taken = new Set<number>();
  for (const name of names) {
    if (result.has(name)) continue;
    if (taken.size === count) taken = new Set();
    let index = hash(name) % count;
    while (taken.has(index)) index = (index + 1) % count;
    taken.add(index);
    result.set(name, index);
  }
  return result;
}
