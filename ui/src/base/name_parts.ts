// Long names, cut where they may be cut.

// A gRPC method's package and the rest: "shop.v1." and "Cart/Add". The package is what a narrow
// column can do without; other names are all rest.
export function splitPackage(name: string): [packageName: string, rest: string] {
  const match = /^([\w.]*\.)(\w+\/\w+)$/.exec(name);
  return match ? [match[1]!, match[2]!] : ["", name];
}

const kPartsMax = 100;  // names are data: nobody promises that they are short

// Pieces between which a line may break: after a dot, slash, underscore, colon or dash.
export function breakableParts(name: string): string[] {
  const parts = name.match(/[^./_:-]*[./_:-]+|[^./_:-]+$/g) ?? [name];
  return parts.length > kPartsMax ? [name] : parts;
}
