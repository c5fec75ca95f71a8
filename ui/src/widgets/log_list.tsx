// Log lines in time order. A line opens to its attributes; where the caller can show the line's
// span, the time is the way there.

import { useState } from "preact/hooks";

import type { LogLine } from "../api/logs";
import { formatClock } from "../base/clock_text";
import { formatDuration } from "../base/duration";
import { text } from "../base/language";
import { AttributeTable } from "./attribute_table";
import { CopyButton } from "./copy_button";
import { Icon } from "./icons";

const kLinesPerStep = 300;

interface Properties {
  lines: readonly LogLine[];
  origin: number;  // µs since 1970; times are shown relative to it
  colourOf?: (service: string) => string;
  onShowSpan?: (spanId: string) => void;
}

function Line({ line, origin, colourOf, onShowSpan }: { line: LogLine } & Omit<Properties, "lines">) {
  const [isOpen, setOpen] = useState(false);
  const offset = formatDuration(line.time - origin);
  const canJump = onShowSpan && line.spanId !== "";
  const select = () => !window.getSelection()?.toString() && canJump && onShowSpan(line.spanId);
  return (
    <li class={`log-line severity-${line.severity}`}>
      <div class={canJump ? "log-row jumps" : "log-row"} onClick={select}>
        <button type="button" class="icon-button small" aria-expanded={isOpen}
          aria-label={text.value.attributes} disabled={line.attributes.length === 0}
          onClick={(event) => { event.stopPropagation(); setOpen(!isOpen); }}>
          <Icon name={isOpen ? "chevronDown" : "chevronRight"} size={12} />
        </button>
        {canJump ? (
          <button type="button" class="link-button log-time" title={formatClock(line.time, 6)}
            onClick={(event) => { event.stopPropagation(); onShowSpan(line.spanId); }}>
            {offset}
          </button>
        ) : <span class="log-time" title={formatClock(line.time, 6)}>{offset}</span>}
        <span class="log-severity">{line.severityText}</span>
        {colourOf && (
          <span class="log-service" title={line.service}>
            <i class="dot" style={{ background: colourOf(line.service) }} />{line.service}
          </span>
        )}
        <span class="log-body">{line.body}</span>
        <CopyButton value={line.body} />
      </div>
      {isOpen && <div class="log-more"><AttributeTable attributes={line.attributes} /></div>}
    </li>
  );
}

export function LogList({ lines, ...rest }: Properties) {
  const [shown, setShown] = useState(kLinesPerStep);
  const hidden = lines.length - shown;
  return (
    <>
      <ol class="log-list">
        {lines.slice(0, shown).map((line, index) => <Line key={index} line={line} {...rest} />)}
      </ol>
      {hidden > 0 && (
        <button type="button" class="link-button" onClick={() => setShown(shown + 10 * kLinesPerStep)}>
          {text.value.showMore(hidden)}
        </button>
      )}
    </>
  );
}
