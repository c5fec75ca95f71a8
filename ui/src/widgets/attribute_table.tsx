// Keys and values of a span, resource, event or log line. Values come from strangers: text nodes
// only, and a link only where the value is a plain http(s) address.

import { useState } from "preact/hooks";

import { linkTarget, type Attribute } from "../api/attribute";
import { text } from "../base/language";
import { Breakable } from "./breakable";
import { CopyButton } from "./copy_button";

const kShownAtFirst = 100;
const kValueCharactersMax = 2000;

function Value({ attribute }: { attribute: Attribute }) {
  const [isWhole, setWhole] = useState(false);
  const { value, type } = attribute;
  const href = linkTarget(value);
  if (href) return <a href={href} target="_blank" rel="noopener noreferrer">{value}</a>;
  const hidden = value.length - kValueCharactersMax;
  return (
    <span class={`value value-${type === "int64" || type === "float64" || type === "bool" ? "plain" : "text"}`}>
      {isWhole || hidden <= 0 ? value : value.slice(0, kValueCharactersMax) + "…"}
      {!isWhole && hidden > 0 && (
        <button type="button" class="link-button" onClick={() => setWhole(true)}>
          {text.value.showMore(hidden)}
        </button>
      )}
    </span>
  );
}

export function AttributeTable({ attributes }: { attributes: readonly Attribute[] }) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? attributes : attributes.slice(0, kShownAtFirst);
  return (
    <>
      <table class="attributes">
        <tbody>
          {shown.map((attribute, index) => (
            <tr key={index}>
              <th scope="row" title={attribute.type}><Breakable name={attribute.key} /></th>
              <td>
                <Value attribute={attribute} />
                <CopyButton value={attribute.value} label={`${text.value.copy}: ${attribute.key}`} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < attributes.length && (
        <button type="button" class="link-button" onClick={() => setWhole(true)}>
          {text.value.showMore(attributes.length - shown.length)}
        </button>
      )}
    </>
  );
}
