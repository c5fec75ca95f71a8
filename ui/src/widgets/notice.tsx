// What a place says when it has nothing else to show: why, and what to do next.

import type { ComponentChildren } from "preact";

import { ApiError } from "../api/http";
import { text } from "../base/language";
import { Icon } from "./icons";

interface Properties {
  title: string;
  tone?: "plain" | "error";
  children?: ComponentChildren;
}

export function Notice({ title, tone = "plain", children }: Properties) {
  return (
    <section class={`notice ${tone}`} role={tone === "error" ? "alert" : undefined}>
      <h2>{tone === "error" && <Icon name="alert" />}{title}</h2>
      {children}
    </section>
  );
}

export function FailureNotice({ title, error, onRetry }: {
  title: string; error: unknown; onRetry: () => void;
}) {
  const unreachable = error instanceof ApiError && error.status === 0;
  const message = error instanceof Error ? error.message : String(error);
  return (
    <Notice title={title} tone="error">
      <p>{unreachable && text.value.serverUnreachable} <span class="mono">{message}</span></p>
      <p><button type="button" class="button" onClick={onRetry}>{text.value.retry}</button></p>
    </Notice>
  );
}
