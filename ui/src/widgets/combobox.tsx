// A text field with a list of suggestions (ARIA combobox). Any text may be typed; the list only
// helps. Suggestions are filtered by all words typed, in any order.

import { useId, useMemo, useRef, useState } from "preact/hooks";

import { text } from "../base/language";
import { Icon } from "./icons";

const kShownMax = 100;

interface Properties {
  label: string;
  value: string;
  placeholder: string;
  options: readonly string[];
  onInput: (value: string) => void;
  onChoose?: (value: string) => void;
}

function matching(options: readonly string[], typed: string): string[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const found = options.filter((option) => {
    const lower = option.toLowerCase();
    return words.every((word) => lower.includes(word));
  });
  return found.slice(0, kShownMax);
}

export function Combobox({ label, value, placeholder, options, onInput, onChoose }: Properties) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [isTyping, setTyping] = useState(false);
  const [active, setActive] = useState(-1);
  const shown = useMemo(
    () => (isOpen ? matching(options, isTyping ? value : "") : []), [isOpen, isTyping, options, value]);

  const open = () => {
    setTyping(false);
    setActive(-1);
    setOpen(true);
  };
  const choose = (option: string) => {
    onInput(option);
    onChoose?.(option);
    setOpen(false);
  };
  const moveTo = (index: number) => {
    setActive(index);
    document.getElementById(`${id}-${index}`)?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) return open();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (shown.length) moveTo((active + step + shown.length) % shown.length);
    } else if (event.key === "Enter" && isOpen && active >= 0 && shown[active] !== undefined) {
      event.preventDefault();
      choose(shown[active]!);
    } else if (event.key === "Enter") {
      setOpen(false);
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    }
  };

  return (
    <div class="field combobox">
      <label for={id}>{label}</label>
      <div class="combobox-box">
        <input ref={input} id={id} type="text" role="combobox" autocomplete="off" spellcheck={false}
          aria-expanded={isOpen && shown.length > 0} aria-controls={`${id}-list`}
          aria-autocomplete="list" aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
          value={value} placeholder={placeholder} title={value}
          onInput={(event) => {
            onInput(event.currentTarget.value);
            setTyping(true);
            setActive(-1);
            setOpen(true);
          }}
          onFocus={(event) => event.currentTarget.select()} onClick={open} onKeyDown={onKeyDown}
          onBlur={() => setOpen(false)} />
        {value !== "" ? (
          <button type="button" class="combobox-side" tabIndex={-1} title={text.value.clear}
            aria-label={`${text.value.clear}: ${label}`}
            onClick={() => { choose(""); input.current?.focus(); }}>
            <Icon name="close" size={12} />
          </button>
        ) : <span class="combobox-side"><Icon name="chevronDown" size={12} /></span>}
        <ul id={`${id}-list`} role="listbox" aria-label={label} class="popup combobox-list"
          hidden={!isOpen || shown.length === 0}>
          {shown.map((option, index) => (
            <li key={option} id={`${id}-${index}`} role="option" aria-selected={index === active}
              onMouseDown={(event) => event.preventDefault()} onClick={() => choose(option)}>
              {option}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
