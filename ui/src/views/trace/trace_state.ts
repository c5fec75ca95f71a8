// Everything the trace page's parts share. One per loaded trace; plain signals, so that each part
// redraws for what it reads alone.

import { computed, signal } from "@preact/signals";

import { kLogLinesMax, type LogLine } from "../../api/logs";
import { kHasError, spanId, type Trace } from "../../api/trace";
import { replaceParameters } from "../../base/navigation";
import { assignColours, serviceColour } from "../../base/palette";
import { scheme } from "../../base/theme";
import {
  allCollapsed, clampWindow, findRows, placeOf, visibleRows, wholeTrace, withRowShown,
  type TimeWindow,
} from "./waterfall_layout";

export type TraceTab = "timeline" | "logs";

export class TraceState {
  readonly collapsed = signal<Uint8Array>(new Uint8Array(0));
  readonly rows = computed(() => visibleRows(this.trace, this.collapsed.value));
  readonly selected = signal(-1);  // row whose details show, -1 for none
  readonly active = signal(0);     // row the keyboard is at
  readonly window = signal<TimeWindow>({ from: 0, to: 1 });
  readonly isolated = signal(-1);  // service that stands out, -1 for all alike
  readonly findText = signal("");
  readonly matches = signal<Int32Array>(new Int32Array(0));
  readonly matchSet = computed<ReadonlySet<number>>(() => new Set(this.matches.value));
  readonly tab = signal<TraceTab>("timeline");
  readonly logs = signal<readonly LogLine[] | null>(null);  // null: not read yet
  readonly logsFailure = signal<unknown>(null);
  readonly isLogsCut = computed(() => (this.logs.value?.length ?? 0) >= kLogLinesMax);
  readonly logCounts = computed(() => this.countLogs());  // by row
  readonly colours = computed(() => this.serviceColours.map((i) => serviceColour(i, scheme.value)));
  // Set by the waterfall: brings a place of the list into view.
  scrollToPlace: (place: number) => void = () => undefined;
  private readonly serviceColours: number[];

  constructor(readonly trace: Trace, parameters: URLSearchParams) {
    this.collapsed.value = new Uint8Array(trace.count);
    this.window.value = wholeTrace(trace);
    const names = trace.services.map((service) => service.name);
    const colours = assignColours([...names].sort());  // as in the result list
    this.serviceColours = names.map((name) => colours.get(name)!);
    this.tab.value = parameters.get("tab") === "logs" ? "logs" : "timeline";
    const selected = trace.rowOfSpan.get((parameters.get("span") ?? "").toLowerCase());
    if (selected !== undefined) this.selected.value = this.active.value = selected;
    this.find(parameters.get("find") ?? parameters.get("uiFind") ?? "");
  }

  colourOfService = (name: string): string =>
    this.colours.value[this.trace.services.findIndex((service) => service.name === name)] ??
    "var(--muted)";

  // The row's details, in view; the waterfall opens what hides it.
  select(row: number): void {
    this.selected.value = row;
    replaceParameters({ span: row >= 0 ? spanId(this.trace, row) : null });
    if (row >= 0) this.goTo(row);
  }

  goTo(row: number): void {
    this.collapsed.value = withRowShown(this.trace, this.collapsed.value, row);
    this.active.value = row;
    this.scrollToPlace(placeOf(this.rows.value, row));
  }

  showTab(tab: TraceTab): void {
    this.tab.value = tab;
    replaceParameters({ tab: tab === "timeline" ? null : tab });
  }

  showSpan(id: string): void {
    const row = this.trace.rowOfSpan.get(id);
    if (row === undefined) return;
    this.showTab("timeline");
    this.select(row);
  }

  setCollapsed(row: number, isCollapsed: boolean): void {
    if (this.trace.childCount[row] === 0) return;
    const next = this.collapsed.value.slice();
    next[row] = isCollapsed ? 1 : 0;
    this.setAllCollapsed(next);
  }

  collapseAll(): void {
    this.setAllCollapsed(allCollapsed(this.trace));
  }

  expandAll(): void {
    this.setAllCollapsed(new Uint8Array(this.trace.count));
  }

  setWindow(window: TimeWindow): void {
    this.window.value = clampWindow(window, wholeTrace(this.trace).to);
  }

  find(typed: string): void {
    this.findText.value = typed;
    this.matches.value = findRows(this.trace, typed);
  }

  // The next match after the keyboard's row, around the end; step -1 for the one before.
  goToMatch(step: 1 | -1): void {
    this.goToNext(this.matches.value, step);
  }

  goToNextError(): void {
    const errors: number[] = [];
    for (let row = 0; row < this.trace.count; ++row) {
      if (this.trace.flags[row]! & kHasError) errors.push(row);
    }
    this.goToNext(errors, 1);
  }

  logsOf(id: string): LogLine[] {
    return (this.logs.value ?? []).filter((line) => line.spanId === id);
  }

  private goToNext(candidates: ArrayLike<number>, step: 1 | -1): void {
    if (candidates.length === 0) return;
    const list = Array.from(candidates);
    const from = this.active.value;
    const next = step > 0 ? list.find((row) => row > from) ?? list[0]! :
      list.reverse().find((row) => row < from) ?? list[0]!;
    if (this.tab.value !== "timeline") this.showTab("timeline");
    if (this.selected.value >= 0) this.select(next);
    else this.goTo(next);
  }

  private setAllCollapsed(collapsed: Uint8Array): void {
    this.collapsed.value = collapsed;
    const rows = this.rows.value;
    this.active.value = rows[Math.max(0, placeOf(rows, this.active.value))] ?? 0;
  }

  private countLogs(): Int32Array {
    const counts = new Int32Array(this.trace.count);
    for (const line of this.logs.value ?? []) {
      const row = this.trace.rowOfSpan.get(line.spanId);
      if (row !== undefined) ++counts[row]!;
    }
    return counts;
  }
}
