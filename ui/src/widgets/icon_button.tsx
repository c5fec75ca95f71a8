// A button that shows an icon alone; `label` is its name and its tooltip.

import { Icon, type IconName } from "./icons";

interface Properties {
  icon: IconName;
  label: string;
  onClick: () => void;
  pressed?: boolean;
  disabled?: boolean;
}

export function IconButton({ icon, label, onClick, pressed, disabled }: Properties) {
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} onClick={onClick}
      disabled={disabled} {...(pressed !== undefined && { "aria-pressed": pressed })}>
      <Icon name={icon} />
    </button>
  );
}
