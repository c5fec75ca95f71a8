// What the trace is, in one glance: its root, its numbers, its services.

import { serviceName, spanName, type Trace } from "../../api/trace";
import { formatDateTime } from "../../base/clock_text";
import { formatDuration, formatExactDuration } from "../../base/duration";
import { locale, text } from "../../base/language";
import { CopyButton } from "../../widgets/copy_button";
import { Icon } from "../../widgets/icons";
import type { TraceState } from "./trace_state";

const kServicesShownMax = 12;

// The earliest root; with a missing parent none is the real one, but it is the best there is.
export function rootRow(trace: Trace): number {
  return trace.count > 0 ? 0 : -1;
}

function Stat({ label, value, title, isError }: {
  label: string; value: string; title?: string; isError?: boolean;
}) {
  return (
    <div title={title}>
      <dt>{label}</dt>
      <dd class={isError ? "error" : undefined}>{isError && <Icon name="alert" size={12} />}{value}</dd>
    </div>
  );
}

function Legend({ state }: { state: TraceState }) {
  const services = state.trace.services;
  const isolate = (index: number) => (state.isolated.value = index);
  return (
    <ul class="chips legend" onPointerLeave={() => isolate(-1)}>
      {services.slice(0, kServicesShownMax).map((service, index) => (
        <li key={service.name} class="chip" onPointerEnter={() => isolate(index)}
          title={`${text.value.spanCount(service.spanCount)}, ${text.value.selfTime} ${formatDuration(service.selfTime)}`}>
          <i class="dot" style={{ background: state.colours.value[index]! }} />
          <span>{service.name}</span>
          <span class="muted">{service.spanCount.toLocaleString(locale.value)}</span>
          {service.errorCount > 0 && <span class="error"><Icon name="alert" size={11} />{service.errorCount}</span>}
        </li>
      ))}
      {services.length > kServicesShownMax && (
        <li class="chip muted" title={services.slice(kServicesShownMax).map((s) => s.name).join(", ")}>
          {text.value.moreServices(services.length - kServicesShownMax)}
        </li>
      )}
    </ul>
  );
}

export function TraceHeader({ state }: { state: TraceState }) {
  const t = text.value;
  const { trace } = state;
  const root = rootRow(trace);
  const number = (value: number) => value.toLocaleString(locale.value);
  return (
    <header class="trace-head">
      <div class="trace-title">
        <h1>
          <span class="muted">{root >= 0 && serviceName(trace, root)}</span>{" "}
          {root >= 0 && spanName(trace, root)}
        </h1>
        <span class="trace-id" title={t.traceId}>
          <code>{trace.traceId}</code><CopyButton value={trace.traceId} label={`${t.copy}: ${t.traceId}`} />
        </span>
      </div>
      <dl class="stats">
        <Stat label={t.duration} value={formatDuration(trace.duration)} title={formatExactDuration(trace.duration, locale.value)} />
        <Stat label={t.start} value={formatDateTime(trace.start, locale.value)} />
        <Stat label={t.spans} value={number(trace.count)} />
        <Stat label={t.errors} value={number(trace.errorCount)} isError={trace.errorCount > 0} />
        <Stat label={t.depth} value={number(trace.count ? trace.depthMax + 1 : 0)} />
        <Stat label={t.services} value={number(trace.services.length)} />
      </dl>
      <Legend state={state} />
    </header>
  );
}
