// Colours of services. No hue lies near red (errors), amber (warnings) or plain green (success),
// and neighbours in the list are far apart. Light and dark values share one order.

import { contrast } from "./contrast";

export const kServiceColours = {
  light: ["#2773c0", "#08856a", "#8559b2", "#677236", "#0e7d92", "#a2457e", "#646ac6", "#056965",
    "#a257a8", "#015d82"],
  dark: ["#74b5fe", "#47cba8", "#c49cf1", "#afb96d", "#3eceec", "#e289bd", "#aeb8fe", "#12aea8",
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

// Degrees on the colour circle, of both schemes.
const kHues = [252, 172, 305, 112, 215, 345, 278, 190, 325, 235];
const kHuesApart = 40;  // closer than this, two colours are easily confused
const kHuesWellApart = 60;

function hueDistance(one: number, other: number): number {
  const apart = Math.abs(kHues[one]! - kHues[other]!);
  return Math.min(apart, 360 - apart);
}

function distanceTo(taken: ReadonlySet<number>, index: number): number {
  return Math.min(360, ...[...taken].map((other) => hueDistance(index, other)));
}

// The first in the list that is well apart from all taken ones, else the farthest free one.
function choose(taken: ReadonlySet<number>): number {
  let best = 0, bestDistance = -1;
  for (let index = 0; index < kHues.length; ++index) {
    const distance = taken.has(index) ? -1 : distanceTo(taken, index);
    if (distance >= kHuesWellApart) return index;
    if (distance > bestDistance) [best, bestDistance] = [index, distance];
  }
  return best;
}

// A palette index per name. A name prefers the same colour everywhere (its hash); where that is
// too like the colour of an earlier name, it takes one that is apart from all of them. So the
// result depends on the list alone, and as long as there are colours left no two names share one.
export function assignColours(names: readonly string[]): Map<string, number> {
  const count = kServiceColours.light.length;
  const result = new Map<string, number>();
  let taken = new Set<number>();
  for (const name of names) {
    if (result.has(name)) continue;
    if (taken.size === count) taken = new Set();
    let index = hash(name) % count;
    if (distanceTo(taken, index) < kHuesApart) index = choose(taken);
    taken.add(index);
    result.set(name, index);
  }
  return result;
}
