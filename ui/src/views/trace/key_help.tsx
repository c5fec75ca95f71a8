// The list behind `?`.

import { text } from "../../base/language";
import { Dialog } from "../../widgets/dialog";

export function KeyHelp({ onClose }: { onClose: () => void }) {
  const t = text.value;
  const keys: [keys: string[], what: string][] = [
    [["↑", "↓"], t.keyMove], [["←", "→"], t.keyFold], [["PgUp", "PgDn", "Home", "End"], t.keyPage],
    [["Enter"], t.spanDetails], [["Esc"], t.keyClose], [["/"], t.keyFind],
    [["n", "Shift+n"], t.keyMatches], [["."], t.keyError], [["w", "s"], t.keyZoom],
    [["a", "d"], t.keyPan], [["0"], t.keyReset], [["e", "c"], t.keyFoldAll],
    [["t", "l"], t.keyTabs], [["?"], t.keyHelp],
  ];
  return (
    <Dialog title={t.help} onClose={onClose}>
      <dl class="key-help">
        {keys.map(([names, what]) => (
          <div key={what}>
            <dt>{names.map((name) => <kbd key={name}>{name}</kbd>)}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
