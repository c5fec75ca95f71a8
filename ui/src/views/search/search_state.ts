// The search of the address bar and its answer. Kept outside the page, so that coming back from a
// trace shows the same list at the same place without asking again.

import { signal } from "@preact/signals";

import { ApiError } from "../../api/http";
import { fetchServices } from "../../api/services";
import { fetchSummaries, type TraceSummary } from "../../api/trace_summaries";
import { nowMicros } from "../../base/clock_text";
import { timeRange, type Search } from "../../base/search_address";

export interface Answer {
  search: Search;
  range: { start: number; end: number };  // µs, as asked
  traces: TraceSummary[];
  tookMicros: number;
}

export const services = signal<readonly string[] | null>(null);  // null: not known yet
export const answer = signal<Answer | null>(null);
export const failure = signal<unknown>(null);
export const isLoading = signal(false);
export const lastSearchUrl = signal("/search");
export const listPlace = { url: "", scrollTop: 0 };

let running: AbortController | null = null;
let answeredUrl = "";

function isAbort(error: unknown): boolean {
  return (error as Error | null)?.name === "AbortError";
}

export async function loadServices(): Promise<void> {
  try {
    services.value = await fetchServices();
  } catch (error) {
    if (services.value === null) failure.value = error;
  }
}

// Asks for `search`, which `url` stands for. The same url is asked again only when `force`.
export async function runSearch(search: Search, url: string, force: boolean): Promise<void> {
  lastSearchUrl.value = url;
  if (!force && answeredUrl === url && answer.value) return;
  running?.abort();
  const mine = running = new AbortController();
  isLoading.value = true;
  answeredUrl = url;
  listPlace.scrollTop = 0;
  const started = performance.now();
  const now = nowMicros();
  try {
    const traces = await fetchSummaries(search, now, mine.signal);
    answer.value = {
      search, range: timeRange(search, now), traces,
      tookMicros: (performance.now() - started) * 1000,
    };
    failure.value = null;
  } catch (error) {
    if (isAbort(error)) return;
    failure.value = error instanceof ApiError ? error : new ApiError(0, String(error));
    answer.value = null;
  }
  if (running === mine) isLoading.value = false;
}
