// The address bar as a signal. Everything a page shows that is worth sharing lives in it.

import { signal } from "@preact/signals";
import { inBase, withoutBase } from "./base_path";

export interface Address {
  path: string;    // decoded by nobody yet
  search: string;  // with "?" or empty
}

function current(): Address {
  return { path: withoutBase(location.pathname), search: location.search };
}

export const address = signal<Address>(current());

addEventListener("popstate", () => (address.value = current()));

// A new history entry, or the same one rewritten.
export function navigate(url: string, options: { replace?: boolean } = {}): void {
  if (url === address.value.path + address.value.search) return;
  if (options.replace) history.replaceState(null, "", inBase(url));
  else history.pushState(null, "", inBase(url));
  address.value = current();
}

// Changes query parameters of the current page in place; null removes one.
export function replaceParameters(changes: Record<string, string | null>): void {
  const parameters = new URLSearchParams(address.value.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") parameters.delete(name);
    else parameters.set(name, value);
  }
  const search = parameters.toString();
  navigate(address.value.path + (search ? "?" + search : ""), { replace: true });
}

// For onClick of <a>: plain left clicks stay in the page, everything else is the browser's.
export function followLink(event: MouseEvent): void {
  const link = (event.currentTarget as Element).closest("a");
  if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey ||
      event.altKey) {
    return;
  }
  event.preventDefault();
  navigate(withoutBase(link.pathname) + link.search);
}
