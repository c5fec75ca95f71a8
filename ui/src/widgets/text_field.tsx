// A labelled text input that can say what is wrong with its content.

import { useId } from "preact/hooks";

interface Properties {
  label: string;
  value: string;
  onInput: (value: string) => void;
  type?: "text" | "datetime-local";
  placeholder?: string;
  hint?: string;
  problem?: string | null;
  mono?: boolean;
}

export function TextField(properties: Properties) {
  const id = useId();
  const { label, value, onInput, type = "text", placeholder, hint, problem, mono } = properties;
  return (
    <div class={problem ? "field invalid" : "field"}>
      <label for={id} title={hint}>{label}</label>
      <input id={id} type={type} value={value} placeholder={placeholder} title={problem || hint}
        class={mono ? "mono" : undefined} autocomplete="off" spellcheck={false}
        {...(type === "datetime-local" && { step: 1 })}
        aria-invalid={problem ? true : undefined} aria-describedby={problem ? `${id}-problem` : undefined}
        onInput={(event) => onInput(event.currentTarget.value)} />
      {problem && <p id={`${id}-problem`} class="problem" role="alert">{problem}</p>}
    </div>
  );
}
