// The rows in view as DOM elements, made once and filled as they scroll by. Text goes in as text
// nodes: a span name is never markup. Rows are elements, not pixels, so that names can be selected
// and screen readers and tests see a treegrid.

import { kHasError, kMissingParent, spanName, type Trace } from "../../api/trace";
import { formatDuration } from "../../base/duration";
import type { Messages } from "../../base/messages_en";
import { splitPackage } from "../../base/name_parts";
import { iconPath, type IconName } from "../../widgets/icons";
import { kRowHeight, shownService } from "./waterfall_layout";

export interface RowsToShow {
  trace: Trace;
  rows: Int32Array;
  collapsed: Uint8Array;
  colours: readonly string[];
  logCounts: Int32Array;
  matches: ReadonlySet<number>;
  selected: number;
  active: number;
  labelWidth: number;
  text: Messages;
}

const kIndent = 14;
const kIndentShareMax = 0.5;  // of the label column: deep traces must keep room for names

function element(tag: string, className: string, parent: HTMLElement): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  parent.append(made);
  return made;
}

function iconElement(name: IconName, className: string, parent: HTMLElement): SVGElement {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "icon " + className);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(namespace, "path");
  path.setAttribute("d", iconPath(name));
  svg.append(path);
  parent.append(svg);
  return svg;
}

class PooledRow {
  readonly root: HTMLElement;
  private readonly guides: HTMLElement;
  private readonly twisty: HTMLElement;
  private readonly edge: HTMLElement;
  private readonly words: HTMLElement;
  private readonly service: HTMLElement;
  private readonly packageName: HTMLElement;
  private readonly name: HTMLElement;
  private readonly hidden: HTMLElement;
  private readonly logs: HTMLElement;
  private key = "";

  constructor(parent: HTMLElement) {
    this.root = element("div", "span-row", parent);
    this.root.setAttribute("role", "row");
    const cell = element("div", "span-label", this.root);
    cell.setAttribute("role", "gridcell");
    this.guides = element("span", "guides", cell);
    this.twisty = element("span", "twisty", cell);
    iconElement("chevronRight", "", this.twisty);
    this.edge = element("span", "edge", cell);
    iconElement("alert", "row-error", cell);
    iconElement("broken", "row-broken", cell);
    this.words = element("span", "words", cell);
    this.service = element("span", "row-service", this.words);
    this.packageName = element("span", "row-package", this.words);
    this.name = element("span", "row-name", this.words);
    this.hidden = element("span", "row-hidden", cell);
    this.logs = element("span", "row-logs", cell);
  }

  // `place` is the row's place in the list; -1 hides the element.
  show(place: number, top: number, view: RowsToShow): void {
    const row = place >= 0 ? view.rows[place]! : -1;
    this.root.hidden = row < 0;
    if (row < 0) return;
    this.root.style.transform = `translateY(${top}px)`;
    const isCollapsed = view.collapsed[row] === 1;
    const key = [row, isCollapsed, view.matches.has(row), view.selected === row, view.active === row,
      view.colours[view.trace.service[row]!], view.logCounts[row], view.labelWidth, place].join();
    if (key === this.key) return;
    this.key = key;
    this.fill(row, place, isCollapsed, view);
  }

  forget(): void {
    this.key = "";
  }

  private fill(row: number, place: number, isCollapsed: boolean, view: RowsToShow): void {
    const { trace, text } = view;
    const flags = trace.flags[row]!;
    const classes = this.root.classList;
    classes.toggle("selected", view.selected === row);
    classes.toggle("active", view.active === row);
    classes.toggle("match", view.matches.has(row));
    classes.toggle("has-error", (flags & kHasError) !== 0);
    classes.toggle("is-broken", (flags & kMissingParent) !== 0);
    classes.toggle("has-children", trace.childCount[row]! > 0);
    classes.toggle("is-collapsed", isCollapsed);
    const indent = Math.min(trace.depth[row]! * kIndent, view.labelWidth * kIndentShareMax);
    this.guides.style.width = `${indent}px`;
    this.edge.style.background = view.colours[trace.service[row]!]!;
    const service = shownService(trace, row), name = spanName(trace, row);
    this.service.textContent = service;
    const [packageName, rest] = splitPackage(name);
    this.packageName.textContent = packageName;
    this.name.textContent = rest;
    this.words.title = name;
    const hidden = trace.end[row]! - row - 1;
    this.hidden.textContent = isCollapsed ? `+${hidden.toLocaleString()}` : "";
    this.hidden.title = isCollapsed ? text.hiddenSpans(hidden) : "";
    const logs = view.logCounts[row]!;
    this.logs.textContent = logs > 0 ? String(logs) : "";
    this.logs.title = logs > 0 ? text.logCount(logs) : "";
    this.describe(row, place, isCollapsed, view);
  }

  private describe(row: number, place: number, isCollapsed: boolean, view: RowsToShow): void {
    const { trace, text } = view;
    const isError = (trace.flags[row]! & kHasError) !== 0;
    const isBroken = (trace.flags[row]! & kMissingParent) !== 0;
    this.root.id = `span-row-${row}`;
    this.root.dataset["row"] = String(row);
    this.root.setAttribute("aria-level", String(trace.depth[row]! + 1));
    this.root.setAttribute("aria-rowindex", String(place + 1));
    this.root.setAttribute("aria-selected", String(view.selected === row));
    if (trace.childCount[row]! > 0) this.root.setAttribute("aria-expanded", String(!isCollapsed));
    else this.root.removeAttribute("aria-expanded");
    this.root.setAttribute("aria-label", [
      trace.services[trace.service[row]!]!.name, spanName(trace, row),
      formatDuration(trace.spanDuration[row]!), isError ? text.errors : "",
      isBroken ? text.missingParent : "",
    ].filter(Boolean).join(", "));
  }
}

export class RowPool {
  private readonly pool: PooledRow[] = [];

  constructor(private readonly parent: HTMLElement) {}

  // Fills the rows that a viewport of `height` at `scrollTop` shows.
  show(scrollTop: number, height: number, view: RowsToShow): void {
    const first = Math.floor(scrollTop / kRowHeight);
    const count = Math.ceil(height / kRowHeight) + 1;
    while (this.pool.length < count) this.pool.push(new PooledRow(this.parent));
    // A place keeps its element while it is in view, so that scrolling by a row fills one row.
    const size = this.pool.length;
    for (let k = 0; k < size; ++k) {
      const place = first + k;
      const isShown = k < count && place < view.rows.length;
      this.pool[place % size]!.show(isShown ? place : -1, place * kRowHeight - scrollTop, view);
    }
  }

  // After a change of language, which no key tells.
  forgetAll(): void {
    for (const row of this.pool) row.forget();
  }
}
