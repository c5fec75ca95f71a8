import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

async function on(page: { content: string } | null) {
  vi.stubGlobal("document", { querySelector: () => page });
  return import("./base_path");
}

test("without a base path addresses stay as they are", async () => {
  for (const page of [null, { content: "" }]) {
    const { inBase, withoutBase } = await on(page);
    expect(inBase("/search?a=b")).toBe("/search?a=b");
    expect(withoutBase("/trace/1")).toBe("/trace/1");
    vi.resetModules();
  }
});

test("a base path is put before what the browser gets and taken from what it says", async () => {
  const { inBase, withoutBase } = await on({ content: "/jaeger" });
  expect(inBase("/search?a=b")).toBe("/jaeger/search?a=b");
  expect(withoutBase("/jaeger/trace/1")).toBe("/trace/1");
  expect(withoutBase("/jaeger")).toBe("/");
  expect(withoutBase("/jaegers/trace/1")).toBe("/jaegers/trace/1");
});
