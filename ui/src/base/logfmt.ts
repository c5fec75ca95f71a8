// key=value pairs as people type them: `http.status_code=500 error msg="no route"`. A key alone
// means key=true. Quotes may hold spaces; inside them \" and \\ stand for themselves.

export type Tags = Record<string, string>;
export type LogfmtProblem = "unclosed-quote" | "empty-key" | "duplicate-key";
export type LogfmtResult = { tags: Tags; problem?: undefined } | { problem: LogfmtProblem };

interface Cursor {
  text: string;
  at: number;
}

function readQuoted(cursor: Cursor): string | null {
  let value = "";
  for (++cursor.at; cursor.at < cursor.text.length; ++cursor.at) {
    const c = cursor.text[cursor.at]!;
    if (c === '"') {
      ++cursor.at;
      return value;
    }
    const next = cursor.text[cursor.at + 1];
    if (c === "\\" && (next === '"' || next === "\\")) {
      value += next;
      ++cursor.at;
    } else {
      value += c;
    }
  }
  return null;
}

function readWord(cursor: Cursor, stopAtEquals: boolean): string | null {
  if (cursor.text[cursor.at] === '"') return readQuoted(cursor);
  const start = cursor.at;
  while (cursor.at < cursor.text.length) {
    const c = cursor.text[cursor.at]!;
    if (/\s/.test(c) || (stopAtEquals && c === "=")) break;
    ++cursor.at;
  }
  return cursor.text.slice(start, cursor.at);
}

export function parseLogfmt(text: string): LogfmtResult {
  const tags = Object.create(null) as Tags;  // "__proto__" is a key like any other
  const cursor: Cursor = { text, at: 0 };
  for (;;) {
    while (cursor.at < text.length && /\s/.test(text[cursor.at]!)) ++cursor.at;
    if (cursor.at >= text.length) return { tags };
    const key = readWord(cursor, true);
    if (key === null) return { problem: "unclosed-quote" };
    if (key === "") return { problem: "empty-key" };
    if (key in tags) return { problem: "duplicate-key" };
    let value: string | null = "true";
    if (text[cursor.at] === "=") {
      ++cursor.at;
      value = readWord(cursor, false);
      if (value === null) return { problem: "unclosed-quote" };
    }
    tags[key] = value;
  }
}

function quoteIfNeeded(word: string, pattern: RegExp): string {
  return word === "" || pattern.test(word) ? `"${word.replace(/[\\"]/g, "\\$&")}"` : word;
}

export function formatLogfmt(tags: Tags): string {
  return Object.keys(tags)
    .map((key) => `${quoteIfNeeded(key, /[\s"=]/)}=${quoteIfNeeded(tags[key]!, /[\s"]/)}`)
    .join(" ");
}
