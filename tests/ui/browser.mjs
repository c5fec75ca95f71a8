// Debian's Chromium for the tests, with everything that went wrong on a page written down.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium } from "../../ui/node_modules/playwright-core/index.mjs";

const kFlags = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

export class Browser {
  static async open() {
    const browser = new Browser();
    browser.directory = await mkdtemp(join(tmpdir(), "spanhound-browser-"));
    browser.context = await chromium.launchPersistentContext(browser.directory, {
      executablePath: process.env.SPANHOUND_CHROMIUM ?? "/usr/bin/chromium",
      headless: true, viewport: { width: 1400, height: 900 }, locale: "en-US", args: kFlags,
    });
    return browser;
  }

  // A page whose `problems` lists console errors, exceptions, policy violations and requests to
  // anywhere but the server.
  async newPage(serverUrl) {
    const page = await this.context.newPage();
    page.problems = [];
    page.setDefaultTimeout(60_000);
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") {
        page.problems.push(`console ${message.type()}: ${message.text()}`);
      }
    });
    page.on("pageerror", (error) => page.problems.push(`exception: ${error.message}`));
    page.on("dialog", async (dialog) => {
      page.problems.push(`dialog: ${dialog.message()}`);
      await dialog.dismiss();
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(serverUrl)) page.problems.push(`request to ${request.url()}`);
    });
    await page.addInitScript(() => {
      window.policyViolations = [];
      addEventListener("securitypolicyviolation", (event) =>
        window.policyViolations.push(`${event.violatedDirective}: ${event.blockedURI}`));
    });
    return page;
  }

  async close() {
    await this.context.close();
    await rm(this.directory, { recursive: true, force: true });
  }
}
