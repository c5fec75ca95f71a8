// Everything about one span, beside the waterfall: what it is, its logs, attributes, events.

import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";

import { kMissingParent, serviceName, spanDetails, type Trace } from "../../api/trace";
import type { SpanDetails, SpanEvent, SpanReference } from "../../api/span_details";
import { inBase } from "../../base/base_path";
import { formatClock } from "../../base/clock_text";
import { formatDuration, formatExactDuration } from "../../base/duration";
import { locale, text } from "../../base/language";
import { followLink } from "../../base/navigation";
import { AttributeTable } from "../../widgets/attribute_table";
import { Breakable } from "../../widgets/breakable";
import { CopyButton } from "../../widgets/copy_button";
import { IconButton } from "../../widgets/icon_button";
import { Icon } from "../../widgets/icons";
import { LogList } from "../../widgets/log_list";
import type { TraceState } from "./trace_state";

function Section({ title, count, children, isOpen = true }: {
  title: string; count: number; children: ComponentChildren; isOpen?: boolean;
}) {
  return (
    <details class="dock-section" open={isOpen}>
      <summary><Icon name="chevronRight" size={12} />{title}<span class="tab-count">{count}</span></summary>
      <div class="dock-body">{children}</div>
    </details>
  );
}

function Facts({ state, row, details }: { state: TraceState; row: number; details: SpanDetails }) {
  const t = text.value;
  const { trace } = state;
  const exact = (micros: number) => formatExactDuration(micros, locale.value);
  const offset = trace.offset[row]!, duration = trace.spanDuration[row]!, self = trace.selfTime[row]!;
  const isError = details.status === "ERROR";
  return (
    <dl class="facts">
      <div><dt>{t.duration}</dt><dd title={exact(duration)}>{formatDuration(duration)}</dd></div>
      <div title={t.selfTimeHelp}><dt>{t.selfTime}</dt><dd title={exact(self)}>{formatDuration(self)}</dd></div>
      <div><dt>{t.startOffset}</dt><dd title={formatClock(trace.start + offset, 6)}>{formatDuration(offset)}</dd></div>
      <div><dt>{t.childCount}</dt><dd>{trace.childCount[row]!.toLocaleString(locale.value)}</dd></div>
      <div><dt>{t.kind}</dt><dd>{details.kind || "–"}</dd></div>
      <div><dt>{t.status}</dt>
        <dd class={isError ? "error" : undefined}>
          {isError && <Icon name="alert" size={12} />}{details.status || t.statusUnset}
        </dd>
      </div>
    </dl>
  );
}

function SpanLogs({ state, spanId, origin }: { state: TraceState; spanId: string; origin: number }) {
  const t = text.value;
  const lines = useMemo(() => state.logsOf(spanId), [state.logs.value, spanId]);
  if (state.logsFailure.value !== null) return <p class="muted">{t.logsFailed}</p>;
  if (state.logs.value === null) return <p class="muted">{t.loading}</p>;
  return (
    <Section title={t.logs} count={lines.length}>
      {lines.length > 0 ? <LogList key={spanId} lines={lines} origin={origin} /> :
        <p class="muted hint">{t.noLogsOfSpan}</p>}
      {state.isLogsCut.value && <p class="muted hint">{t.logsCut(state.logs.value.length)}</p>}
    </Section>
  );
}

function Events({ events, origin }: { events: readonly SpanEvent[]; origin: number }) {
  return (
    <ol class="events">
      {events.map((event, index) => (
        <li key={index}>
          <p>
            <span class="log-time" title={formatClock(event.time, 6)}>{formatDuration(event.time - origin)}</span>
            <b>{event.name}</b>
          </p>
          {event.attributes.length > 0 && <AttributeTable attributes={event.attributes} />}
        </li>
      ))}
    </ol>
  );
}

function References({ references, state }: { references: readonly SpanReference[]; state: TraceState }) {
  const { trace } = state;
  const t = text.value;
  return (
    <ul class="references">
      {references.map((reference, index) => {
        const isHere = reference.traceId === trace.traceId;
        const row = isHere ? trace.rowOfSpan.get(reference.spanId) : undefined;
        return (
          <li key={index}>
            <span class="muted">{reference.isParent ? t.linkParent : t.linkOther}</span>
            {row !== undefined ? (
              <button type="button" class="link-button mono" onClick={() => state.select(row)}>
                {reference.spanId}
              </button>
            ) : isHere ? <span class="mono">{reference.spanId}</span> : (
              <a class="mono" onClick={followLink}
                href={inBase(`/trace/${encodeURIComponent(reference.traceId)}?span=${encodeURIComponent(reference.spanId)}`)}>
                {reference.traceId} / {reference.spanId}
              </a>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Warnings({ trace, row, details }: { trace: Trace; row: number; details: SpanDetails }) {
  // The server says it too, and which parent.
  const isUntold = (trace.flags[row]! & kMissingParent) !== 0 && details.warnings.length === 0;
  const warnings = isUntold ? [text.value.missingParent] : details.warnings;
  if (warnings.length === 0) return null;
  return (
    <ul class="warnings">
      {warnings.map((warning, index) => <li key={index}><Icon name="alert" size={12} />{warning}</li>)}
    </ul>
  );
}

export function SpanDock({ state, row }: { state: TraceState; row: number }) {
  const t = text.value;
  const { trace } = state;
  const details = useMemo(() => spanDetails(trace, row), [trace, row]);
  const resource = useMemo(() => trace.processTags(row), [trace, row]);
  const start = trace.start + trace.offset[row]!;
  return (
    <aside class="dock" aria-label={t.spanDetails}>
      <header class="dock-head" style={{ "--service": state.colours.value[trace.service[row]!]! }}>
        <div>
          <p class="dock-service">{serviceName(trace, row)}</p>
          <h2><Breakable name={details.name} /></h2>
        </div>
        <IconButton icon="close" label={t.close} onClick={() => state.select(-1)} />
      </header>
      <div class="dock-scroll">
        <Facts state={state} row={row} details={details} />
        {details.statusMessage && <p class="status-message">{details.statusMessage}</p>}
        <Warnings trace={trace} row={row} details={details} />
        <SpanLogs state={state} spanId={details.spanId} origin={start} />
        <Section title={t.attributes} count={details.attributes.length}>
          <AttributeTable key={row} attributes={details.attributes} />
        </Section>
        {details.events.length > 0 && (
          <Section title={t.events} count={details.events.length}>
            <Events key={row} events={details.events} origin={start} />
          </Section>
        )}
        <Section title={t.resource} count={resource.length}>
          <AttributeTable key={row} attributes={resource} />
        </Section>
        {details.references.length > 0 && (
          <Section title={t.references} count={details.references.length}>
            <References references={details.references} state={state} />
          </Section>
        )}
        <footer class="dock-foot">
          {details.scope && <p><span class="muted">{t.scope}</span> <span class="mono">{details.scope}</span></p>}
          <p><span class="muted">{t.spanId}</span> <span class="mono">{details.spanId}</span><CopyButton value={details.spanId} /></p>
          <p class="actions">
            <CopyButton showLabel label={t.copySpanLink} value={() => location.href} />
            <CopyButton showLabel label={t.copySpanJson} value={() => JSON.stringify(trace.spans[row], null, 2)} />
          </p>
        </footer>
      </div>
    </aside>
  );
}
