// One line per trace.

import type { TraceSummary } from "../../api/trace_summaries";
import { inBase } from "../../base/base_path";
import { formatClock, formatDateTime, formatDay, isSameDay, nowMicros } from "../../base/clock_text";
import { formatDuration, formatExactDuration } from "../../base/duration";
import { locale, text } from "../../base/language";
import { followLink, navigate } from "../../base/navigation";
import { assignColours, serviceColour } from "../../base/palette";
import type { Sort } from "../../base/search_address";
import { scheme } from "../../base/theme";
import { Icon } from "../../widgets/icons";

const kChipsMax = 3;

const kOrders: Record<Sort, (a: TraceSummary, b: TraceSummary) => number> = {
  newest: (a, b) => b.start - a.start,
  longest: (a, b) => b.duration - a.duration,
  spans: (a, b) => b.spanCount - a.spanCount,
  errors: (a, b) => b.errorCount - a.errorCount || b.start - a.start,
};

export function sortTraces(traces: readonly TraceSummary[], sort: Sort): TraceSummary[] {
  return [...traces].sort(kOrders[sort]);
}

function ServiceChips({ trace, colours }: { trace: TraceSummary; colours: Map<string, number> }) {
  const services = [...trace.services].sort((a, b) => b.spanCount - a.spanCount);
  const hidden = services.slice(kChipsMax);
  return (
    <ul class="chips">
      {services.slice(0, kChipsMax).map((service) => (
        <li key={service.name} class="chip" title={`${service.name}: ${text.value.spanCount(service.spanCount)}`}>
          <i class="dot" style={{ background: serviceColour(colours.get(service.name) ?? 0, scheme.value) }} />
          <span>{service.name}</span>
          <span class="muted">{service.spanCount}</span>
          {service.errorCount > 0 && <span class="error"><Icon name="alert" size={11} /></span>}
        </li>
      ))}
      {hidden.length > 0 && (
        <li class="chip muted" title={hidden.map((service) => service.name).join(", ")}>
          {text.value.moreServices(hidden.length)}
        </li>
      )}
    </ul>
  );
}

function Row({ trace, longest, colours }: {
  trace: TraceSummary; longest: number; colours: Map<string, number>;
}) {
  const t = text.value;
  const href = `/trace/${trace.traceId}`;
  const open = (event: MouseEvent) => {
    const onLink = (event.target as Element).closest("a");
    if (!onLink && !window.getSelection()?.toString()) navigate(href);
  };
  return (
    <tr class={trace.errorCount > 0 ? "has-error" : undefined} onClick={open}>
      <td class="result-time" title={formatDateTime(trace.start, locale.value)}>
        {formatClock(trace.start)}
        {!isSameDay(trace.start, nowMicros()) && <span class="muted"> {formatDay(trace.start, locale.value)}</span>}
      </td>
      <td class="result-name">
        <a href={inBase(href)} onClick={followLink} title={`${trace.rootService} ${trace.rootName}`}>
          {trace.errorCount > 0 && <span class="error"><Icon name="alert" size={13} /></span>}
          <b>{trace.rootName || t.unknownRoot}</b>
          <span class="muted">{trace.rootService}</span>
          <code class="muted">{trace.traceId.slice(0, 7)}</code>
        </a>
      </td>
      <td class="result-duration" title={formatExactDuration(trace.duration, locale.value)}>
        <span class="number">{formatDuration(trace.duration)}</span>
        <span class="meter"><i style={{ width: `${Math.max(0.5, 100 * trace.duration / longest)}%` }} /></span>
      </td>
      <td class="number">{trace.spanCount.toLocaleString(locale.value)}</td>
      <td class={trace.errorCount > 0 ? "number error" : "number muted"}>
        {trace.errorCount > 0 ? trace.errorCount.toLocaleString(locale.value) : "–"}
      </td>
      <td><ServiceChips trace={trace} colours={colours} /></td>
    </tr>
  );
}

export function ResultTable({ traces, sort }: { traces: readonly TraceSummary[]; sort: Sort }) {
  const t = text.value;
  const longest = traces.reduce((most, trace) => Math.max(most, trace.duration), 1);
  const names = new Set(traces.flatMap((trace) => trace.services.map((service) => service.name)));
  const colours = assignColours([...names].sort());
  return (
    <table class="results" aria-label={t.results(traces.length)}>
      <thead>
        <tr>
          <th scope="col">{t.columnTime}</th>
          <th scope="col">{t.columnTrace}</th>
          <th scope="col" class="result-duration">{t.columnDuration}</th>
          <th scope="col" class="number">{t.columnSpans}</th>
          <th scope="col" class="number">{t.columnErrors}</th>
          <th scope="col">{t.columnServices}</th>
        </tr>
      </thead>
      <tbody>
        {sortTraces(traces, sort).map((trace) =>
          <Row key={trace.traceId} trace={trace} longest={longest} colours={colours} />)}
      </tbody>
    </table>
  );
}
