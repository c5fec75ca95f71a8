// The first page: filter, chart, list. It opens on answers: without a filter it shows the newest
// traces of all services.

import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";

import { formatDuration, toDurationText } from "../../base/duration";
import { text } from "../../base/language";
import { address, navigate } from "../../base/navigation";
import { kLimits, kSorts, readSearch, writeSearch, type Search, type Sort } from "../../base/search_address";
import { FailureNotice } from "../../widgets/notice";
import { Select } from "../../widgets/select";
import { NoResults, Onboarding } from "./empty_states";
import { ResultTable } from "./result_table";
import { Scatter, type Region } from "./scatter";
import { SearchForm } from "./search_form";
import {
  answer, failure, isLoading, listPlace, loadServices, runSearch, services, type Answer,
} from "./search_state";

function Skeleton() {
  return (
    <div class="skeleton-list" aria-busy="true" aria-label={text.value.loading}>
      {Array.from({ length: 12 }, (_, index) => <div key={index} class="skeleton" />)}
    </div>
  );
}

function Summary({ shown, search, onChange }: {
  shown: Answer; search: Search; onChange: (search: Search) => void;
}) {
  const t = text.value;
  const { length } = shown.traces;
  const { limit } = shown.search;
  const isCut = length >= limit;
  const higher = kLimits.find((known) => known > limit);
  const sortNames: Record<Sort, string> = {
    newest: t.sortNewest, longest: t.sortLongest, spans: t.sortSpans, errors: t.sortErrors,
  };
  return (
    <div class="result-bar">
      <p role="status">
        <b>{t.results(length)}</b>
        {isCut && <span class="muted"> · {t.resultsCut(limit)}</span>}
        {isCut && higher && (
          <button type="button" class="link-button" onClick={() => onChange({ ...search, limit: higher })}>
            {t.raiseLimit(higher)}
          </button>
        )}
        <span class="muted"> · {t.resultsTook(formatDuration(shown.tookMicros))}</span>
      </p>
      <Select label={t.sortBy} hideLabel value={search.sort}
        options={kSorts.map((sort) => [sort, sortNames[sort]] as const)}
        onChange={(sort) => onChange({ ...search, sort })} />
    </div>
  );
}

export function SearchView() {
  const query = address.value.search;
  const search = useMemo(() => readSearch(query), [query]);
  // The order is the page's own business: it must not ask the server again.
  const url = writeSearch({ ...search, sort: "newest" });
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => void loadServices(), []);
  useEffect(() => void runSearch(search, url, false), [url]);
  const isEmpty = services.value !== null && services.value.length === 0;
  const wasEmpty = useRef(false);
  useEffect(() => {
    if (wasEmpty.current && !isEmpty) void runSearch(search, url, true);
    wasEmpty.current = isEmpty;
  }, [isEmpty]);
  useLayoutEffect(() => {
    if (list.current && listPlace.url === url) list.current.scrollTop = listPlace.scrollTop;
    listPlace.url = url;
  }, [url, answer.value]);

  const show = (next: Search) => navigate(writeSearch(next));
  const submit = (next: Search) => {
    const nextUrl = writeSearch(next);
    if (nextUrl === writeSearch(search)) void runSearch(search, url, true);
    else navigate(nextUrl);
    void loadServices();
  };
  const select = (region: Region) => show({
    ...search, lookback: "custom", start: region.start, end: region.end,
    minDuration: toDurationText(region.minDuration), maxDuration: toDurationText(region.maxDuration),
  });

  if (isEmpty && answer.value?.traces.length !== undefined && answer.value.traces.length === 0) {
    return <div class="search-page"><Onboarding /></div>;
  }
  const shown = answer.value;
  return (
    <div class="search-page">
      <h1 class="visually-hidden">{text.value.navSearch}</h1>
      <SearchForm search={search} isLoading={isLoading.value} onSubmit={submit} />
      <div ref={list} class={isLoading.value ? "search-results stale" : "search-results"}
        onScroll={(event) => (listPlace.scrollTop = event.currentTarget.scrollTop)}>
        {failure.value !== null && !shown ? (
          <FailureNotice title={text.value.searchFailedTitle} error={failure.value}
            onRetry={() => submit(search)} />
        ) : !shown ? <Skeleton /> : shown.traces.length === 0 ? (
          <NoResults answer={shown} onSearch={show} />
        ) : (
          <>
            <Scatter traces={shown.traces} range={shown.range} onSelect={select}
              onOpen={(traceId) => navigate(`/trace/${traceId}`)} />
            <Summary shown={shown} search={search} onChange={show} />
            <ResultTable traces={shown.traces} sort={search.sort} />
          </>
        )}
      </div>
    </div>
  );
}
