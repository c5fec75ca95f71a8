import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, it } from "vitest";

const kRoot = dirname(fileURLToPath(import.meta.url));
const kLayers = ["base", "api", "widgets", "views"];

function filesIn(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? filesIn(path) : /\.tsx?$/.test(path) ? [path] : [];
  });
}

const layerOf = (path: string) => kLayers.indexOf(relative(kRoot, path).split("/")[0]!);

it("imports only from its own and lower layers", () => {
  let imports = 0;
  for (const file of kLayers.flatMap((layer) => filesIn(join(kRoot, layer)))) {
    for (const match of readFileSync(file, "utf8").matchAll(/from "(\.[^"]+)"/g)) {
      ++imports;
      const target = join(dirname(file), match[1]!);
      expect(layerOf(target), `${relative(kRoot, file)} imports ${match[1]}`)
        .toBeLessThanOrEqual(layerOf(file));
    }
  }
  expect(imports).toBeGreaterThan(50);
});
