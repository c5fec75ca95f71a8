// The page of one trace: header, overview, waterfall or logs, details of the selected span.

import type { RefObject } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import { ApiError } from "../../api/http";
import { fetchLogs } from "../../api/logs";
import { fetchTrace, spanName, type Trace } from "../../api/trace";
import { inBase } from "../../base/base_path";
import { language, text } from "../../base/language";
import { address, followLink } from "../../base/navigation";
import { readNumberSetting, writeSetting } from "../../base/settings";
import { Icon } from "../../widgets/icons";
import { FailureNotice, Notice } from "../../widgets/notice";
import { Splitter } from "../../widgets/splitter";
import { lastSearchUrl } from "../search/search_state";
import { KeyHelp } from "./key_help";
import { Overview } from "./overview";
import { SpanDock } from "./span_dock";
import { rootRow, TraceHeader } from "./trace_header";
import { TraceLogs } from "./trace_logs";
import { TraceState } from "./trace_state";
import { TraceToolbar } from "./trace_toolbar";
import { Waterfall } from "./waterfall";
import { wholeTrace } from "./waterfall_layout";

const kDockWidthMin = 300;
const kDockWidthMax = 900;
const kLists = '[role="treegrid"], .trace-logs';

function loadLogs(state: TraceState, signal?: AbortSignal): void {
  state.logsFailure.value = null;
  fetchLogs(state.trace.traceId, signal).then(
    (lines) => (state.logs.value = lines),
    (error: Error) => error.name !== "AbortError" && (state.logsFailure.value = error));
}

// Keys that work anywhere on the page, unless somebody is typing.
function usePageKeys(state: TraceState, actions: { find: () => void; help: () => void }): void {
  useEffect(() => {
    const keys: Record<string, () => void> = {
      "/": actions.find,
      "?": actions.help,
      n: () => state.goToMatch(1),
      N: () => state.goToMatch(-1),
      ".": () => state.goToNextError(),
      "0": () => state.setWindow(wholeTrace(state.trace)),
      e: () => state.expandAll(),
      c: () => state.collapseAll(),
      t: () => state.showTab("timeline"),
      l: () => state.showTab("logs"),
      Escape: () => state.select(-1),
    };
    const onKeyDown = (event: KeyboardEvent) => {
      const isTyping = (event.target as Element).closest("input, textarea, select, dialog");
      if (isTyping || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const action = keys[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [state]);
}

// Arrow keys work at once, without a click into the list first, and again when nothing has the focus
// after one of `changes`: the details or the help that had it have gone, or the list has come.
function useListFocus(page: RefObject<HTMLElement>, state: TraceState, changes: readonly boolean[]): void {
  const focusList = () =>
    page.current?.querySelector<HTMLElement>(kLists)?.focus({ preventScroll: true });
  useEffect(() => {
    // Arrow keys that go from tab to tab stay on them.
    if (!document.activeElement?.matches('[role="tab"]:focus-visible')) focusList();
  }, [state, state.tab.value]);
  useEffect(() => {
    if (document.activeElement === document.body) focusList();
  }, changes);
}

function LoadedTrace({ trace, onReload }: { trace: Trace; onReload: () => void }) {
  const state = useMemo(() => new TraceState(trace, new URLSearchParams(address.value.search)), [trace]);
  const findInput = useRef<HTMLInputElement>(null);
  const page = useRef<HTMLDivElement>(null);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [dockWidth, setDockWidth] = useState(() => readNumberSetting("dock-width", 460));
  usePageKeys(state, { find: () => findInput.current?.focus(), help: () => setHelpOpen(true) });

  useEffect(() => {
    const abort = new AbortController();
    loadLogs(state, abort.signal);
    return () => abort.abort();
  }, [state]);
  useListFocus(page, state, [state.selected.value < 0, !isHelpOpen, state.logs.value !== null]);
  useEffect(() => {
    const root = rootRow(trace);
    const name = root >= 0 ? spanName(trace, root).slice(0, 80) : trace.traceId;
    document.title = `${name} – ${text.value.product}`;
  }, [trace, language.value]);

  const selected = state.selected.value;
  const resizeDock = (width: number) => {
    setDockWidth(width);
    writeSetting("dock-width", String(width));
  };
  return (
    <div ref={page} class="trace-page">
      <TraceHeader state={state} />
      {trace.warnings.length > 0 && (
        <ul class="warnings" aria-label={text.value.traceWarnings}>
          {trace.warnings.map((warning, index) => <li key={index}><Icon name="alert" size={12} />{warning}</li>)}
        </ul>
      )}
      <Overview state={state} />
      <TraceToolbar state={state} findInput={findInput} onReload={onReload} onHelp={() => setHelpOpen(true)} />
      <div class="trace-body">
        <div class="trace-main" id="trace-tabs-panel" role="tabpanel"
          aria-labelledby={`trace-tabs-${state.tab.value}`}>
          {state.tab.value === "timeline" ? <Waterfall state={state} /> :
            <TraceLogs state={state} onRetry={() => loadLogs(state)} />}
        </div>
        {selected >= 0 && (
          <>
            <Splitter label={text.value.resizeDock} width={dockWidth} min={kDockWidthMin}
              max={kDockWidthMax} side="after" onResize={resizeDock} />
            <div class="dock-frame" style={{ "--dock-width": `${dockWidth}px` }}>
              <SpanDock state={state} row={selected} />
            </div>
          </>
        )}
      </div>
      {isHelpOpen && <KeyHelp onClose={() => setHelpOpen(false)} />}
    </div>
  );
}

function NotFound({ traceId, onRetry }: { traceId: string; onRetry: () => void }) {
  const t = text.value;
  return (
    <Notice title={t.traceNotFoundTitle}>
      <p class="mono">{traceId}</p>
      <p>{t.traceNotFoundText}</p>
      <p class="actions">
        <button type="button" class="button" onClick={onRetry}>{t.retry}</button>
        <a class="button quiet" href={inBase(lastSearchUrl.value)} onClick={followLink}>{t.backToSearch}</a>
      </p>
    </Notice>
  );
}

export function TraceView({ traceId }: { traceId: string }) {
  const [trace, setTrace] = useState<Trace | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    setFailure(null);
    fetchTrace(traceId, abort.signal).then(setTrace, (error: Error) => {
      if (error.name !== "AbortError") setFailure(error);
    });
    return () => abort.abort();
  }, [traceId, attempt]);

  const retry = () => setAttempt(attempt + 1);
  const isMissing = (failure instanceof ApiError && failure.status === 404) ||
    (failure === null && trace?.count === 0);
  if (isMissing) return <NotFound traceId={traceId} onRetry={retry} />;
  if (failure !== null) {
    return <FailureNotice title={text.value.traceFailedTitle} error={failure} onRetry={retry} />;
  }
  if (!trace) {
    return (
      <div class="trace-page" aria-busy="true" aria-label={text.value.loading}>
        <div class="skeleton skeleton-head" />
        <div class="skeleton-list">
          {Array.from({ length: 16 }, (_, index) => <div key={index} class="skeleton" />)}
        </div>
      </div>
    );
  }
  return <LoadedTrace trace={trace} onReload={retry} />;
}
