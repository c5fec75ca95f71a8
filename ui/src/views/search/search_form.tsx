// The filter bar. Holds a draft; the search itself is the address bar's.

import { useEffect, useMemo, useState } from "preact/hooks";

import { fetchOperations } from "../../api/services";
import { fromLocalInput, nowMicros, toLocalInput } from "../../base/clock_text";
import { parseDuration } from "../../base/duration";
import { text } from "../../base/language";
import { parseLogfmt } from "../../base/logfmt";
import type { Messages } from "../../base/messages_en";
import { kLimits, kLookbacks, timeRange, type Search } from "../../base/search_address";
import { Combobox } from "../../widgets/combobox";
import { Icon } from "../../widgets/icons";
import { Select } from "../../widgets/select";
import { TextField } from "../../widgets/text_field";
import { services } from "./search_state";

type Problems = Partial<Record<"tags" | "minDuration" | "maxDuration" | "range", string>>;

function findProblems(draft: Search, t: Messages): Problems {
  const problems: Problems = {};
  const logfmt = parseLogfmt(draft.tags).problem;
  if (logfmt) {
    problems.tags = {
      "unclosed-quote": t.logfmtUnclosedQuote, "empty-key": t.logfmtEmptyKey,
      "duplicate-key": t.logfmtDuplicateKey,
    }[logfmt];
  }
  for (const name of ["minDuration", "maxDuration"] as const) {
    if (draft[name].trim() && parseDuration(draft[name]) === null) problems[name] = t.durationInvalid;
  }
  const min = parseDuration(draft.minDuration), max = parseDuration(draft.maxDuration);
  if (min !== null && max !== null && max < min) problems.maxDuration = t.durationOrder;
  if (draft.lookback === "custom" && draft.end <= draft.start) problems.range = t.rangeInvalid;
  return problems;
}

function useOperations(service: string): readonly string[] {
  const [operations, setOperations] = useState<readonly string[]>([]);
  const isKnown = service !== "" && (services.value?.includes(service) ?? false);
  useEffect(() => {
    setOperations([]);
    if (!isKnown) return;
    const abort = new AbortController();
    // Suggestions only: without them any operation can still be typed.
    fetchOperations(service, abort.signal).then(setOperations, () => undefined);
    return () => abort.abort();
  }, [service, isKnown]);
  return operations;
}

interface Properties {
  search: Search;
  isLoading: boolean;
  onSubmit: (search: Search) => void;
}

function RangeFields({ draft, problem, change }: {
  draft: Search; problem: string | undefined; change: (part: Partial<Search>) => void;
}) {
  const t = text.value;
  return (
    <>
      <TextField type="datetime-local" label={t.from} value={toLocalInput(draft.start)}
        onInput={(value) => change({ start: fromLocalInput(value) ?? draft.start })} />
      <TextField type="datetime-local" label={t.to} value={toLocalInput(draft.end)}
        problem={problem ?? null}
        onInput={(value) => change({ end: fromLocalInput(value) ?? draft.end })} />
    </>
  );
}

export function SearchForm({ search, isLoading, onSubmit }: Properties) {
  const t = text.value;
  const [draft, setDraft] = useState(search);
  const [isChecked, setChecked] = useState(false);
  useEffect(() => setDraft(search), [search]);
  const change = (part: Partial<Search>) => setDraft((now) => ({ ...now, ...part }));
  const operations = useOperations(draft.service);
  const problems = useMemo(() => findProblems(draft, t), [draft, t]);
  const shown = isChecked ? problems : {};

  const chooseLookback = (lookback: string) => {
    if (lookback !== "custom") return change({ lookback, start: 0, end: 0 });
    change({ lookback, ...timeRange(draft, nowMicros()) });
  };
  const submit = (event: Event) => {
    event.preventDefault();
    setChecked(true);
    if (Object.keys(problems).length === 0) onSubmit(draft);
  };
  const lookbacks = kLookbacks.map((value) => [value as string, t.lookbackLast(value)] as const);
  if (draft.lookback !== "custom" && !kLookbacks.some((known) => known === draft.lookback)) {
    lookbacks.unshift([draft.lookback, t.lookbackLast(draft.lookback)]);
  }
  const limits = [...new Set([...kLimits, draft.limit])].sort((a, b) => a - b);

  return (
    <form class="search-form" onSubmit={submit} role="search" aria-label={t.navSearch}>
      <Combobox label={t.service} value={draft.service} placeholder={t.allServices}
        options={services.value ?? []} onInput={(service) => change({ service, operation: "" })} />
      <Combobox label={t.operation} value={draft.operation} placeholder={t.allOperations}
        options={operations} onInput={(operation) => change({ operation })} />
      <TextField label={t.tags} value={draft.tags} placeholder={t.tagsPlaceholder} hint={t.tagsHelp}
        problem={shown.tags ?? null} mono onInput={(tags) => change({ tags })} />
      <Select label={t.lookback} value={draft.lookback} onChange={chooseLookback}
        options={[...lookbacks, ["custom", t.lookbackCustom]]} />
      {draft.lookback === "custom" &&
        <RangeFields draft={draft} problem={shown.range} change={change} />}
      <TextField label={t.minDuration} value={draft.minDuration} placeholder={t.durationPlaceholder}
        problem={shown.minDuration ?? null} onInput={(minDuration) => change({ minDuration })} />
      <TextField label={t.maxDuration} value={draft.maxDuration} placeholder={t.durationPlaceholder}
        problem={shown.maxDuration ?? null} onInput={(maxDuration) => change({ maxDuration })} />
      <Select label={t.limit} value={String(draft.limit)}
        options={limits.map((limit) => [String(limit), String(limit)] as const)}
        onChange={(limit) => change({ limit: Number(limit) })} />
      <button type="submit" class="button primary" aria-busy={isLoading}>
        <Icon name="search" size={14} />{t.find}
      </button>
    </form>
  );
}
