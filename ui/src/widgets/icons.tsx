// Line icons on a 16 px grid. Decorative: the text beside them, or the button's label, speaks.

const kPaths = {
  search: "M7 12.5a5.5 5.5 0 1 1 0-11 5.5 5.5 0 0 1 0 11zM11 11l3.5 3.5",
  close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  copy: "M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z",
  check: "M3 8.5l3.2 3.2L13 4.8",
  chevronRight: "M6 3.5L10.5 8 6 12.5",
  chevronDown: "M3.5 6L8 10.5 12.5 6",
  chevronUp: "M3.5 10L8 5.5 12.5 10",
  alert: "M8 1.8l6.6 11.9H1.4zM8 6.2v3.6M8 11.6v.3",
  sun: "M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8L13 13M13 3l-1.2 1.2M4.2 11.8L3 13",
  moon: "M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3z",
  monitor: "M1.8 2.5h12.4v8.2H1.8zM5 13.8h6M8 10.7v3",
  keyboard: "M1.5 4h13v8.5h-13zM4 6.8h.1M6.7 6.8h.1M9.3 6.8h.1M12 6.8h.1M4.5 10h7",
  refresh: "M13.5 8A5.5 5.5 0 1 1 11.7 3.9M13.5 1.8v3h-3",
  braces: "M6 2.5H5A1.5 1.5 0 0 0 3.5 4v2.5L2 8l1.5 1.5V12A1.5 1.5 0 0 0 5 13.5h1M10 2.5h1A1.5 1.5 0 0 1 12.5 4v2.5L14 8l-1.5 1.5V12a1.5 1.5 0 0 1-1.5 1.5h-1",
  link: "M6.5 9.5l3-3M7.5 4.2l1.2-1.2a3 3 0 0 1 4.3 4.3l-1.2 1.2M8.5 11.8l-1.2 1.2A3 3 0 0 1 3 8.7l1.2-1.2",
  broken: "M3 3l10 10M5 8a3 3 0 0 1 1-2.2M8 4.5h3.5a3.5 3.5 0 0 1 2.3 6.1",
  unfold: "M4.5 6L8 2.5 11.5 6M4.5 10L8 13.5 11.5 10",
  fold: "M4.5 2.5L8 6l3.5-3.5M4.5 13.5L8 10l3.5 3.5",
  reset: "M1.8 8h12.4M4.5 5L1.5 8l3 3M11.5 5l3 3-3 3",
} as const;

export type IconName = keyof typeof kPaths;

export function iconPath(name: IconName): string {
  return kPaths[name];
}

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 16 16" fill="none"
      stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"
      aria-hidden="true" focusable="false">
      <path d={kPaths[name]} />
    </svg>
  );
}
