// What the search page shows when there is nothing to list: how to send a first span, or how to
// find more.

import { useEffect, useMemo } from "preact/hooks";

import { formatDateTime } from "../../base/clock_text";
import { locale, text } from "../../base/language";
import { kDefaultSearch, kLookbacks, lookbackMicros, type Search } from "../../base/search_address";
import { CopyButton } from "../../widgets/copy_button";
import { Notice } from "../../widgets/notice";
import { doors, sdkSettings, spanCommand } from "./first_span";
import { loadServices, type Answer } from "./search_state";

const kLookAgainMs = 3000;

function randomHex(bytes: number): string {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function Command({ shown, value }: { shown: string; value: string | (() => string) }) {
  return (
    <div class="command">
      <pre class="mono">{shown}</pre>
      <CopyButton value={value} showLabel />
    </div>
  );
}

export function Onboarding() {
  const t = text.value;
  const ids = useMemo(() => [randomHex(16), randomHex(8)] as const, []);
  // Made anew when it is copied: a page may stay open for longer than the search looks back.
  const command = () => spanCommand(location, Date.now(), ...ids);
  const shown = useMemo(command, [ids]);
  useEffect(() => {
    const timer = setInterval(() => void loadServices(), kLookAgainMs);
    return () => clearInterval(timer);
  }, []);
  return (
    <Notice title={t.emptyTitle}>
      <p>{t.emptyText}</p>
      <Command shown={shown} value={command} />
      <p>{t.emptyProgram}</p>
      <Command shown={sdkSettings(location)} value={sdkSettings(location)} />
      <p>{t.emptyMore}</p>
      <dl class="endpoints">
        {doors(location).map((door) => (
          <div key={door.name}>
            <dt>{door.name}</dt>
            <dd class="mono">{door.address}<CopyButton value={door.address} label={`${t.copy}: ${door.name}`} /></dd>
          </div>
        ))}
      </dl>
      <p class="muted">{t.emptyPorts}</p>
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
