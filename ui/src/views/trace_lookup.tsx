// The box in the header that opens a trace by its id, or by a pasted link or log line's field.

import { useId, useState } from "preact/hooks";

import { text } from "../base/language";
import { navigate } from "../base/navigation";
import { findTraceId } from "../base/search_address";
import { Icon } from "../widgets/icons";

export function TraceLookup() {
  const id = useId();
  const [typed, setTyped] = useState("");
  const [isInvalid, setInvalid] = useState(false);
  const open = (event: Event) => {
    event.preventDefault();
    const traceId = findTraceId(typed);
    setInvalid(traceId === null);
    if (traceId === null) return;
    setTyped("");
    navigate(`/trace/${traceId}`);
  };
  return (
    <form class="lookup" role="search" onSubmit={open}>
      <Icon name="search" size={14} />
      <input id={id} class="mono" type="text" autocomplete="off" spellcheck={false} value={typed}
        aria-label={text.value.traceIdPlaceholder} placeholder={text.value.traceIdPlaceholder}
        aria-invalid={isInvalid || undefined}
        aria-describedby={isInvalid ? `${id}-problem` : undefined}
        onInput={(event) => { setTyped(event.currentTarget.value); setInvalid(false); }} />
      {isInvalid && <p id={`${id}-problem`} class="popup problem" role="alert">{text.value.traceIdInvalid}</p>}
    </form>
  );
}
