// Copies a text and says so.

import { useEffect, useState } from "preact/hooks";

import { text } from "../base/language";
import { Icon } from "./icons";

// The clipboard API exists on secure pages only; a server on another host is plain http.
async function copyText(value: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(value);
  const area = document.createElement("textarea");
  area.value = value;
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

interface Properties {
  value: string | (() => string);
  label?: string;
  showLabel?: boolean;
}

export function CopyButton({ value, label = text.value.copy, showLabel }: Properties) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async (event: Event) => {
    event.stopPropagation();
    try {
      await copyText(typeof value === "function" ? value() : value);
      setCopied(true);
    } catch {
      // Refused by the browser: the button simply does not confirm.
    }
  };
  const shown = copied ? text.value.copied : label;
  return (
    <button type="button" class={showLabel ? "button quiet small" : "icon-button small copy"}
      aria-label={shown} title={shown} onClick={copy}>
      <Icon name={copied ? "check" : "copy"} size={14} />
      {showLabel && <span>{shown}</span>}
    </button>
  );
}
