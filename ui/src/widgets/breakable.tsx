// A name that may wrap at its separators.

import { Fragment } from "preact";

import { breakableParts } from "../base/name_parts";

export function Breakable({ name }: { name: string }) {
  return <>{breakableParts(name).map((part, index) => <Fragment key={index}>{part}<wbr /></Fragment>)}</>;
}
