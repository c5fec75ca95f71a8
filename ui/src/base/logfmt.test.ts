import { describe, expect, it } from "vitest";

import { formatLogfmt, parseLogfmt, type Tags } from "./logfmt";

const parsed = (text: string) => {
  const result = parseLogfmt(text);
  return result.problem ?? { ...result.tags };
};

describe("parseLogfmt", () => {
  it.each<[string, unknown]>([
    ["", {}],
    ["  a=b  ", { a: "b" }],
    ['k=v k2="v 2"', { k: "v", k2: "v 2" }],
    ["error", { error: "true" }],
    ["a= b=c", { a: "", b: "c" }],
    ["url=http://x/?q=1", { url: "http://x/?q=1" }],
    [String.raw`m="say \"hi\" \\ bye"`, { m: String.raw`say "hi" \ bye` }],
    ['"odd key"=1', { "odd key": "1" }],
    ["名前=値", { 名前: "値" }],
    ['a="open', "unclosed-quote"],
    ["=v", "empty-key"],
    ["a=1 a=2", "duplicate-key"],
  ])("%j", (text, expected) => expect(parsed(text)).toEqual(expected));

  it("treats __proto__ as data", () => {
    const result = parseLogfmt("__proto__=x");
    expect(result.problem).toBeUndefined();
    expect(Object.keys((result as { tags: Tags }).tags)).toEqual(["__proto__"]);
  });

  it("reads back what formatLogfmt wrote", () => {
    const tags = { a: "b", "k 1": 'x "y"', empty: "", "eq=": "1=2", back: "\\" };
    expect(parsed(formatLogfmt(tags))).toEqual(tags);
  });
});
