// What the search page shows when there is nothing to list: how to send a first span, or how to
// find more.

import { useEffect, useMemo } from "preact/hooks";

import { formatDateTime } from "../../base/clock_text";
import { locale, text } from "../../base/language";
import { kDefaultSearch, kLookbacks, lookbackMicros, type Search } from "../../base/search_address";
import { CopyButton } from "../../widgets/copy_button";
import { Notice } from "../../widgets/notice";
import { loadServices, type Answer } from "./search_state";

const kLookAgainMs = 3000;

function randomHex(bytes: number): string {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function firstSpanCommand(host: string): string {
  const end = BigInt(Date.now()) * 1_000_000n;
  const span = {
    traceId: randomHex(16), spanId: randomHex(8), name: "hello", kind: 2,
    startTimeUnixNano: String(end - 25_000_000n), endTimeUnixNano: String(end),
  };
  const body = {
    resourceSpans: [{
      resource: { attributes: [{ key: "service.name", value: { stringValue: "my-service" } }] },
      scopeSpans: [{ spans: [span] }],
    }],
  };
  return `curl -i http://${host}:4318/v1/traces -H 'Content-Type: application/json' -d '` +
    `${JSON.stringify(body)}'`;
}

export function Onboarding() {
  const t = text.value;
  const host = location.hostname || "127.0.0.1";
  const command = useMemo(() => firstSpanCommand(host), [host]);
  useEffect(() => {
    const timer = setInterval(() => void loadServices(), kLookAgainMs);
    return () => clearInterval(timer);
  }, []);
  return (
    <Notice title={t.emptyTitle}>
      <p>{t.emptyText}</p>
      <div class="command">
        <pre class="mono">{command}</pre>
        <CopyButton value={command} showLabel />
      </div>
      <p>{t.emptyMore}</p>
      <dl class="endpoints">
        <div><dt>OTLP HTTP</dt><dd class="mono">http://{host}:4318</dd></div>
        <div><dt>OTLP gRPC</dt><dd class="mono">{host}:4317</dd></div>
        <div><dt>Jaeger Thrift HTTP</dt><dd class="mono">http://{host}:14268/api/traces</dd></div>
      </dl>
      <p class="waiting" role="status"><i class="pulse" />{t.emptyWaiting}</p>
    </Notice>
  );
}

export function NoResults({ answer, onSearch }: { answer: Answer; onSearch: (search: Search) => void }) {
  const t = text.value;
  const { search, range } = answer;
  const asked = search.lookback === "custom" ? range.end - range.start : lookbackMicros(search.lookback)!;
  const wider = kLookbacks.find((lookback) => lookbackMicros(lookback)! >= 4 * asked) ??
    (asked < lookbackMicros("30d")! ? "30d" : null);
  const hasFilters = search.service || search.operation || search.tags || search.minDuration ||
    search.maxDuration;
  const shown = search.lookback === "custom" ?
    `${formatDateTime(range.start, locale.value)} – ${formatDateTime(range.end, locale.value)}` :
    t.lookbackLast(search.lookback).toLowerCase();
  return (
    <Notice title={t.noResultsTitle}>
      <p>{t.noResultsText(shown)}</p>
      <p class="actions">
        {wider && (
          <button type="button" class="button"
            onClick={() => onSearch({ ...search, lookback: wider, start: 0, end: 0 })}>
            {t.widenRange(t.lookbackLast(wider))}
          </button>
        )}
        {hasFilters && (
          <button type="button" class="button" onClick={() => onSearch({
            ...kDefaultSearch, lookback: search.lookback, start: search.start, end: search.end,
          })}>
            {t.clearFilters}
          </button>
        )}
      </p>
    </Notice>
  );
}
