import { expect, it } from "vitest";

import { breakableParts, splitPackage } from "./name_parts";

it("splits a gRPC method from its package", () => {
  expect(splitPackage("shop.v1.Cart/Add")).toEqual(["shop.v1.", "Cart/Add"]);
  for (const name of ["GET /api/v1", "Cart/Add", "a.b", "", "http://x.y/z?q"]) {
    expect(splitPackage(name)).toEqual(["", name]);
  }
});

it("breaks names after separators and loses nothing", () => {
  expect(breakableParts("rpc.response.status_code"))
    .toEqual(["rpc.", "response.", "status_", "code"]);
  expect(breakableParts("a//b")).toEqual(["a//", "b"]);
  for (const name of ["", "plain", ".x.", "http://a/b?c", "-".repeat(500), "a.".repeat(500)]) {
    expect(breakableParts(name).join("")).toBe(name);
  }
});
