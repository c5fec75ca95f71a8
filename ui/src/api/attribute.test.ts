import { describe, expect, it } from "vitest";

import { decodeAttributes, linkTarget } from "./attribute";

it("takes values of every type as text", () => {
  expect(decodeAttributes([
    { key: "a", type: "int64", value: 5 }, { key: "b", type: "bool", value: true },
    { key: "c", value: { x: 1 } }, null, "odd",
  ])).toEqual([
    { key: "a", type: "int64", value: "5" }, { key: "b", type: "bool", value: "true" },
    { key: "c", type: "object", value: '{"x":1}' }, { key: "", type: "undefined", value: "" },
    { key: "", type: "undefined", value: "" },
  ]);
  expect(decodeAttributes("no list")).toEqual([]);
});

describe("linkTarget", () => {
  it("links http and https alone", () => {
    expect(linkTarget("http://x/a?b")).toBe("http://x/a?b");
    expect(linkTarget("HTTPS://x")).toBe("https://x/");
  });
  it.each(["javascript:alert(1)", " http://x", "data:text/html,x", "http://", "https://a b",
    "//x", "ftp://x", "http://" + "x".repeat(5000)])("does not link %j", (value) =>
    expect(linkTarget(value)).toBeNull());
});
