import { render } from "preact";

import "./base/tokens.css";
import "./widgets/widgets.css";
import "./views/app.css";
import "./views/search/search.css";
import "./views/trace/trace.css";
import "./views/trace/dock.css";
import { followLanguage } from "./base/language";
import { followTheme } from "./base/theme";
import { App } from "./views/app";

followTheme();
followLanguage();
render(<App />, document.getElementById("app")!);
