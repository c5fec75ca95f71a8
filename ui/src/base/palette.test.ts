import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { contrast } from "./contrast";
import { assignColours, inkOn, kInks, kLines, kServiceColours, kSurfaces, type Scheme } from "./palette";

const kSchemes: Scheme[] = ["light", "dark"];

describe.each(kSchemes)("%s", (scheme) => {
  const surfaces = Object.values(kSurfaces[scheme]);

  it("shows every service colour with 3:1 on every surface", () => {
    for (const colour of kServiceColours[scheme]) {
      for (const surface of surfaces) {
        expect(contrast(colour, surface), `${colour} on ${surface}`).toBeGreaterThanOrEqual(3);
      }
    }
  });

  it("shows every ink with 4.5:1 on every surface", () => {
    for (const [name, ink] of Object.entries(kInks[scheme])) {
      for (const surface of surfaces) {
        expect(contrast(ink, surface), `${name} on ${surface}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it("labels bars with 4.5:1", () => {
    for (const colour of kServiceColours[scheme]) {
      expect(contrast(inkOn(colour), colour), colour).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("keeps hues away from the error and warning inks", () => {
    const hue = (hex: string) => {
      const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
      return (Math.atan2(Math.sqrt(3) * (g! - b!), 2 * r! - g! - b!) * 180 / Math.PI + 360) % 360;
    };
    for (const colour of kServiceColours[scheme]) {
      for (const reserved of [kInks[scheme].error, kInks[scheme].warning]) {
        const apart = Math.abs(hue(colour) - hue(reserved));
        expect(Math.min(apart, 360 - apart), `${colour} near ${reserved}`).toBeGreaterThan(15);
      }
    }
  });

  it("is what the stylesheet says", () => {
    const css = readFileSync(new URL("tokens.css", import.meta.url), "utf8");
    for (const value of [...surfaces, kLines[scheme], ...Object.values(kInks[scheme])]) {
      expect(css).toContain(value);
    }
  });
});

describe("assignColours", () => {
  it("gives different colours while there are some, whatever the names", () => {
    const names = Array.from({ length: 10 }, (_, i) => `service-${i * 7}`);
    expect(new Set(assignColours(names).values()).size).toBe(10);
  });

  it("keeps the colours of few services far apart", () => {
    for (let i = 0; i < 50; ++i) {
      const hues = [...assignColours([`a${i}`, `b${i}`, `c${i}`]).values()].map((index) => {
        const [r, g, b] = [1, 3, 5].map((at) =>
          parseInt(kServiceColours.dark[index]!.slice(at, at + 2), 16));
        return (Math.atan2(Math.sqrt(3) * (g! - b!), 2 * r! - g! - b!) * 180 / Math.PI + 360) % 360;
      });
      for (const [at, hue] of hues.entries()) {
        for (const other of hues.slice(at + 1)) {
          const apart = Math.abs(hue - other);
          expect(Math.min(apart, 360 - apart), hues.join()).toBeGreaterThan(20);
        }
      }
    }
  });

  it("is the same for the same list and wraps after the last colour", () => {
    const names = Array.from({ length: 25 }, (_, i) => `s${i}`);
    expect(assignColours(names)).toEqual(assignColours([...names]));
    expect(assignColours(names).size).toBe(25);
  });
});
