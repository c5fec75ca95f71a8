// GET requests to the server that served this page.

import { inBase } from "../base/base_path";

export class ApiError extends Error {
  // 0: the server was not reached or answered nonsense.
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

interface Envelope {
  data?: unknown;
  errors?: unknown;
}

function errorText(envelope: Envelope | null, fallback: string): string {
  const errors = envelope?.errors;
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  const message = first && typeof first === "object" ? (first as { msg?: unknown }).msg : undefined;
  return typeof message === "string" && message ? message : fallback;
}

// The `data` of the answer's envelope. Throws ApiError, or the AbortError of `signal`.
export async function getData(
  path: string, parameters: Record<string, string>, signal?: AbortSignal): Promise<unknown> {
  const query = new URLSearchParams(parameters).toString();
  let response: Response;
  let envelope: Envelope | null = null;
  try {
    response = await fetch(inBase(query ? `${path}?${query}` : path), {
      headers: { Accept: "application/json" }, ...(signal && { signal }),
    });
    const body = await response.text();
    try {
      const parsed: unknown = JSON.parse(body);
      if (parsed && typeof parsed === "object") envelope = parsed as Envelope;
    } catch {
      // Told apart below: an error answer may well be plain text.
    }
  } catch (error) {
    if ((error as Error).name === "AbortError") throw error;
    throw new ApiError(0, String((error as Error).message));
  }
  if (!response.ok) {
    throw new ApiError(response.status, errorText(envelope, `HTTP ${response.status}`));
  }
  if (!envelope) throw new ApiError(0, "the answer is not JSON");
  return envelope.data ?? null;
}

export function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asRecord(value: unknown): Record<string, unknown> {
  return value && typeof value === "object" ? (value as Record<string, unknown>) : {};
}

export function asText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
