// Tabs and tools above the waterfall.

import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

import { inBase } from "../../base/base_path";
import { text } from "../../base/language";
import { replaceParameters } from "../../base/navigation";
import { IconButton } from "../../widgets/icon_button";
import { Icon } from "../../widgets/icons";
import { Tabs } from "../../widgets/tabs";
import type { TraceState } from "./trace_state";
import { placeOf, wholeTrace } from "./waterfall_layout";

const kTypingPauseMs = 120;

function FindBox({ state, input }: { state: TraceState; input: RefObject<HTMLInputElement> }) {
  const t = text.value;
  const [typed, setTyped] = useState(state.findText.value);
  useEffect(() => {
    if (typed === state.findText.value) return;
    const timer = setTimeout(() => {
      state.find(typed);
      replaceParameters({ find: typed });
      if (state.matches.value.length > 0) state.goTo(state.matches.value[0]!);
    }, kTypingPauseMs);
    return () => clearTimeout(timer);
  }, [typed, state]);
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Enter") state.goToMatch(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") input.current?.blur();
  };
  const matches = state.matches.value;
  const at = placeOf(matches, state.active.value);
  const isAtMatch = at >= 0 && matches[at] === state.active.value;
  return (
    <div class="find" role="search">
      <Icon name="search" size={14} />
      <input ref={input} class="find-input" type="text" value={typed} placeholder={t.findInTrace}
        aria-label={t.findInTrace} autocomplete="off" spellcheck={false}
        onInput={(event) => setTyped(event.currentTarget.value)} onKeyDown={onKeyDown} />
      {state.findText.value.trim() !== "" && (
        <>
          <span class="muted find-count" role="status">
            {matches.length > 0 ? t.findCount(isAtMatch ? at + 1 : 0, matches.length) : t.findNothing}
          </span>
          <IconButton icon="chevronUp" label={t.findPrevious} onClick={() => state.goToMatch(-1)} disabled={matches.length === 0} />
          <IconButton icon="chevronDown" label={t.findNext} onClick={() => state.goToMatch(1)} disabled={matches.length === 0} />
        </>
      )}
    </div>
  );
}

interface Properties {
  state: TraceState;
  findInput: RefObject<HTMLInputElement>;
  onReload: () => void;
  onHelp: () => void;
}

export function TraceToolbar({ state, findInput, onReload, onHelp }: Properties) {
  const t = text.value;
  const whole = wholeTrace(state.trace);
  const shown = state.window.value;
  const isZoomed = shown.from > 0 || shown.to < whole.to;
  return (
    <div class="trace-toolbar">
      <Tabs id="trace-tabs" active={state.tab.value} onChange={(tab) => state.showTab(tab)} tabs={[
        { name: "timeline", label: t.tabTimeline },
        { name: "logs", label: t.tabLogs, count: state.logs.value?.length },
      ]} />
      <FindBox state={state} input={findInput} />
      <div class="tools">
        {state.trace.errorCount > 0 && (
          <button type="button" class="button quiet small error" onClick={() => state.goToNextError()}>
            <Icon name="alert" size={13} />{t.nextError}
          </button>
        )}
        <IconButton icon="reset" label={t.resetZoom} onClick={() => state.setWindow(whole)} disabled={!isZoomed} />
        <IconButton icon="unfold" label={t.expandAll} onClick={() => state.expandAll()} />
        <IconButton icon="fold" label={t.collapseAll} onClick={() => state.collapseAll()} />
        <IconButton icon="refresh" label={t.reload} onClick={onReload} />
        <a class="icon-button" href={inBase(`/api/traces/${state.trace.traceId}?prettyPrint=true`)} target="_blank"
          rel="noopener noreferrer" title={t.json} aria-label={t.json}>
          <Icon name="braces" />
        </a>
        <IconButton icon="keyboard" label={t.help} onClick={onHelp} />
      </div>
    </div>
  );
}
