// Where below its host the server shows itself: "" or "/jaeger". The server writes it into the page
// (`spanhound serve --base-path`). Inside the program addresses begin at "/"; only what the browser
// is given has the base path before it.

export const basePath = typeof document === "undefined" ? ""  // unit tests have no page
  : document.querySelector<HTMLMetaElement>('meta[name="base-path"]')?.content ?? "";

export function inBase(address: string): string {
  return basePath + address;
}

// The inverse, for what the browser says.
export function withoutBase(path: string): string {
  return basePath && (path === basePath || path.startsWith(basePath + "/"))
    ? path.slice(basePath.length) || "/" : path;
}
