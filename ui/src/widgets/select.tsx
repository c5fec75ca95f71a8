// A labelled native select.

import { useId } from "preact/hooks";

interface Properties<Value extends string> {
  label: string;
  value: Value;
  options: readonly (readonly [value: Value, shown: string])[];
  onChange: (value: Value) => void;
  hideLabel?: boolean;
}

export function Select<Value extends string>(properties: Properties<Value>) {
  const id = useId();
  return (
    <div class="field">
      <label for={id} class={properties.hideLabel ? "visually-hidden" : undefined}>
        {properties.label}
      </label>
      <select id={id} value={properties.value} title={properties.label}
        onChange={(event) => properties.onChange(event.currentTarget.value as Value)}>
        {properties.options.map(([value, shown]) => <option key={value} value={value}>{shown}</option>)}
      </select>
    </div>
  );
}
