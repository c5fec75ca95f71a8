// One typed key/value pair, as spans, resources, events and log records carry them.

import { asArray, asRecord, asText } from "./http";

export interface Attribute {
  key: string;
  type: string;  // string, bool, int64, float64, binary
  value: string;
}

export function decodeAttributes(raw: unknown): Attribute[] {
  return asArray(raw).map((item) => {
    const { key, type, value } = asRecord(item);
    return { key: asText(key), type: asText(type) || typeof value, value: asText(value) };
  });
}

// The web address a value is, or null. Only http and https: a span must not plant javascript:.
export function linkTarget(value: string): string | null {
  if (value.length > 4096 || !/^https?:\/\/\S+$/i.test(value)) return null;
  try {
    const url = new URL(value);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}
