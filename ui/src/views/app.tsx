// The frame around every page, and which page an address is.

import { useEffect } from "preact/hooks";

import { inBase } from "../base/base_path";
import { chooseLanguage, kLanguageNames, language, text, type Language } from "../base/language";
import { address, followLink } from "../base/navigation";
import { themeChoice, type ThemeChoice } from "../base/theme";
import { Icon, type IconName } from "../widgets/icons";
import { Notice } from "../widgets/notice";
import { lastSearchUrl } from "./search/search_state";
import { SearchView } from "./search/search_view";
import { TraceLookup } from "./trace_lookup";
import { TraceView } from "./trace/trace_view";

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
      <rect width="32" height="32" rx="7" class="mark-ground" />
      <rect x="6" y="7.5" width="20" height="4" rx="2" class="mark-one" />
      <rect x="10" y="14" width="12" height="4" rx="2" class="mark-two" />
      <rect x="18" y="20.5" width="8" height="4" rx="2" class="mark-three" />
    </svg>
  );
}

const kThemes: readonly (readonly [ThemeChoice, IconName])[] = [
  ["system", "monitor"], ["light", "sun"], ["dark", "moon"],
];

function ThemeSwitch() {
  const t = text.value;
  const names: Record<ThemeChoice, string> = {
    system: t.themeSystem, light: t.themeLight, dark: t.themeDark,
  };
  return (
    <div class="segmented" role="group" aria-label={t.theme}>
      {kThemes.map(([choice, icon]) => (
        <button key={choice} type="button" aria-pressed={themeChoice.value === choice}
          aria-label={`${t.theme}: ${names[choice]}`} title={`${t.theme}: ${names[choice]}`}
          onClick={() => (themeChoice.value = choice)}>
          <Icon name={icon} size={14} />
        </button>
      ))}
    </div>
  );
}

function LanguageSwitch() {
  return (
    <select class="language" aria-label={text.value.language} title={text.value.language}
      value={language.value} onChange={(event) => chooseLanguage(event.currentTarget.value as Language)}>
      {Object.entries(kLanguageNames).map(([code, name]) => (
        <option key={code} value={code} lang={code}>{name}</option>
      ))}
    </select>
  );
}

function Header() {
  const t = text.value;
  const isSearch = !address.value.path.startsWith("/trace/");
  return (
    <header class="app-header">
      <a href="#content" class="skip-link">{t.skipToContent}</a>
      <a class="brand" href={inBase("/")} onClick={followLink} aria-label={t.product}>
        <Mark /><span>{t.product}</span>
      </a>
      <nav>
        <a href={inBase(lastSearchUrl.value)} onClick={followLink} aria-current={isSearch ? "page" : undefined}>
          {t.navSearch}
        </a>
      </nav>
      <TraceLookup />
      <LanguageSwitch />
      <ThemeSwitch />
    </header>
  );
}

function Page() {
  const { path } = address.value;
  if (path === "/" || path === "/search" || path === "/search/") return <SearchView />;
  const traceId = /^\/trace\/([0-9a-fA-F]{1,32})\/?$/.exec(path)?.[1];
  if (traceId) return <TraceView key={traceId} traceId={traceId.toLowerCase()} />;
  return (
    <Notice title={text.value.pageNotFound}>
      <p><a href={inBase("/search")} onClick={followLink}>{text.value.backToSearch}</a></p>
    </Notice>
  );
}

export function App() {
  const isSearch = !address.value.path.startsWith("/trace/");
  useEffect(() => {
    if (isSearch) document.title = `${text.value.navSearch} – ${text.value.product}`;
  }, [isSearch, language.value]);
  return (
    <div class="app">
      <Header />
      <main id="content" tabIndex={-1}><Page /></main>
    </div>
  );
}
