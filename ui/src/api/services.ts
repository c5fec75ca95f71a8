// The names to choose from in a search.

import { asArray, asRecord, asText, getData } from "./http";

export async function fetchServices(signal?: AbortSignal): Promise<string[]> {
  const names = asArray(await getData("/api/services", {}, signal)).map(asText).filter(Boolean);
  return names.sort((a, b) => a.localeCompare(b));
}

// Distinct names; one operation may exist with several kinds.
export async function fetchOperations(service: string, signal?: AbortSignal): Promise<string[]> {
  const items = asArray(await getData("/api/operations", { service }, signal));
  const names = items.map((item) => asText(typeof item === "string" ? item : asRecord(item)["name"]));
  return [...new Set(names.filter(Boolean))].sort((a, b) => a.localeCompare(b));
}
