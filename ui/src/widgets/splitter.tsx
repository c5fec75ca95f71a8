// A bar between two panes that sets the width of one, by pointer or arrow keys.

interface Properties {
  label: string;
  width: number;
  min: number;
  max: number;
  side: "before" | "after";  // which neighbour has the width
  onResize: (width: number) => void;
}

const kKeyStep = 16;

export function Splitter({ label, width, min, max, side, onResize }: Properties) {
  const sign = side === "before" ? 1 : -1;
  const resize = (value: number) => onResize(Math.round(Math.min(max, Math.max(min, value))));
  const onPointerDown = (event: PointerEvent) => {
    const bar = event.currentTarget as HTMLElement;
    const from = event.clientX;
    bar.setPointerCapture(event.pointerId);
    bar.onpointermove = (move) => resize(width + sign * (move.clientX - from));
    bar.onpointerup = bar.onpointercancel = () => (bar.onpointermove = null);
    event.preventDefault();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? sign : event.key === "ArrowLeft" ? -sign : 0;
    if (step === 0) return;
    event.preventDefault();
    event.stopPropagation();
    resize(width + step * kKeyStep);
  };
  return (
    <div class="splitter" role="separator" aria-orientation="vertical" aria-label={label}
      aria-valuenow={width} aria-valuemin={min} aria-valuemax={max} tabIndex={0}
      onPointerDown={onPointerDown} onKeyDown={onKeyDown} />
  );
}
