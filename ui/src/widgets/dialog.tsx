// A modal dialog on the native element, which brings focus trap, Escape and inertness.

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { text } from "../base/language";
import { IconButton } from "./icon_button";

interface Properties {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}

export function Dialog({ title, onClose, children }: Properties) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => element.current?.showModal(), []);
  return (
    <dialog ref={element} class="dialog" aria-label={title} onClose={onClose}
      onClick={(event) => event.target === element.current && element.current?.close()}
      onKeyDown={(event) => event.stopPropagation()}>
      <header>
        <h2>{title}</h2>
        <IconButton icon="close" label={text.value.close} onClick={() => element.current?.close()} />
      </header>
      {children}
    </dialog>
  );
}
