// All log lines of the trace in time order; each leads to its span.

import { useMemo, useState } from "preact/hooks";

import { text } from "../../base/language";
import { LogList } from "../../widgets/log_list";
import { FailureNotice, Notice } from "../../widgets/notice";
import type { TraceState } from "./trace_state";

export function TraceLogs({ state, onRetry }: { state: TraceState; onRetry: () => void }) {
  const t = text.value;
  const [typed, setTyped] = useState("");
  const lines = state.logs.value;
  const shown = useMemo(() => {
    const words = typed.trim().toLowerCase();
    return (lines ?? []).filter((line) => words === "" || line.body.toLowerCase().includes(words) ||
      line.service.toLowerCase().includes(words) || line.severityText.toLowerCase().includes(words) ||
      line.attributes.some((item) => `${item.key}=${item.value}`.toLowerCase().includes(words)));
  }, [lines, typed]);
  if (state.logsFailure.value !== null) {
    return <FailureNotice title={t.logsFailed} error={state.logsFailure.value} onRetry={onRetry} />;
  }
  if (lines === null) return <p class="muted hint">{t.loading}</p>;
  if (lines.length === 0) {
    return <Notice title={t.noLogsOfTrace}><p>{t.noLogsHint}</p></Notice>;
  }
  return (
    <div class="trace-logs" tabIndex={-1}>
      <div class="trace-logs-bar">
        <input type="search" class="find-input" value={typed} placeholder={t.filterLogs}
          aria-label={t.filterLogs} onInput={(event) => setTyped(event.currentTarget.value)} />
        <span class="muted" role="status">{t.logCount(shown.length)}</span>
        {state.isLogsCut.value && <span class="warning">{t.logsCut(lines.length)}</span>}
      </div>
      <LogList key={typed} lines={shown} origin={state.trace.start} colourOf={state.colourOfService}
        onShowSpan={(id) => state.showSpan(id)} />
    </div>
  );
}
