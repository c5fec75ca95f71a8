// ARIA tabs; the panel belongs to the caller and carries id `${id}-panel`.

interface Properties<Name extends string> {
  id: string;
  tabs: readonly { name: Name; label: string; count?: number | undefined }[];
  active: Name;
  onChange: (name: Name) => void;
}

export function Tabs<Name extends string>({ id, tabs, active, onChange }: Properties<Name>) {
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const at = tabs.findIndex((tab) => tab.name === active);
    const next = tabs[(at + step + tabs.length) % tabs.length]!;
    onChange(next.name);
    document.getElementById(`${id}-${next.name}`)?.focus();
  };
  return (
    <div role="tablist" class="tabs" onKeyDown={onKeyDown}>
      {tabs.map((tab) => (
        <button key={tab.name} type="button" role="tab" id={`${id}-${tab.name}`}
          aria-selected={tab.name === active} aria-controls={`${id}-panel`}
          tabIndex={tab.name === active ? 0 : -1} onClick={() => onChange(tab.name)}>
          {tab.label}
          {tab.count !== undefined && <span class="tab-count">{tab.count}</span>}
        </button>
      ))}
    </div>
  );
}
