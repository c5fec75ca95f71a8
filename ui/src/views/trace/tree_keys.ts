// What keys do in the span list. ARIA's treegrid keys, and w a s d for time.

import type { TraceState } from "./trace_state";
import { panWindow, placeOf, wholeTrace, zoomWindow } from "./waterfall_layout";

function moveTo(state: TraceState, place: number): void {
  const rows = state.rows.value;
  const row = rows[Math.max(0, Math.min(rows.length - 1, place))];
  if (row === undefined) return;
  if (state.selected.value >= 0) state.select(row);  // the open details follow
  else state.goTo(row);
}

function zoom(state: TraceState, factor: number): void {
  const shown = state.window.value;
  const centre = (shown.from + shown.to) / 2;
  state.setWindow(zoomWindow(shown, factor, centre, wholeTrace(state.trace).to));
}

function pan(state: TraceState, share: number): void {
  state.setWindow(panWindow(state.window.value, share, wholeTrace(state.trace).to));
}

function stepIn(state: TraceState): void {
  const row = state.active.value;
  if (state.trace.childCount[row] === 0) return;
  if (state.collapsed.value[row]) state.setCollapsed(row, false);
  else moveTo(state, placeOf(state.rows.value, row) + 1);
}

function stepOut(state: TraceState): void {
  const row = state.active.value;
  if (state.trace.childCount[row]! > 0 && !state.collapsed.value[row]) {
    return state.setCollapsed(row, true);
  }
  const parent = state.trace.parent[row]!;
  if (parent >= 0) moveTo(state, placeOf(state.rows.value, parent));
}

// True when the key meant something here.
export function handleTreeKey(state: TraceState, event: KeyboardEvent, page: number): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const place = placeOf(state.rows.value, state.active.value);
  const actions: Record<string, () => void> = {
    ArrowDown: () => moveTo(state, place + 1),
    ArrowUp: () => moveTo(state, place - 1),
    PageDown: () => moveTo(state, place + page),
    PageUp: () => moveTo(state, place - page),
    Home: () => moveTo(state, 0),
    End: () => moveTo(state, state.rows.value.length - 1),
    ArrowRight: () => stepIn(state),
    ArrowLeft: () => stepOut(state),
    Enter: () => state.select(state.active.value),
    " ": () => state.select(state.active.value),
    w: () => zoom(state, 1 / 1.4),
    s: () => zoom(state, 1.4),
    a: () => pan(state, -0.2),
    d: () => pan(state, 0.2),
  };
  const action = actions[event.key];
  action?.();
  return action !== undefined;
}
