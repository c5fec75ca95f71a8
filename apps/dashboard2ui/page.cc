#include "dashboard2ui/page.h"

namespace dashboard2ui {
namespace {

constexpr char kPage[] = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Namespaces</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; margin: 3rem auto; max-width: 44rem }
  table { border-collapse: collapse; width: 100% }
  th, td { text-align: left; padding: .4rem .8rem; border-bottom: 1px solid #ddd }
  #trace { color: #666; font-family: monospace; font-size: 13px }
</style>
<h1>Namespaces</h1>
<p id="state" role="status">Loading…</p>
<table hidden><thead><tr><th>Name<th>Phase<th>Created</thead><tbody></tbody></table>
<p id="trace"></p>
<script>
  const state = document.getElementById('state');
  function addRow(body, texts) {
    const row = body.insertRow();
    for (const text of texts) row.insertCell().textContent = text;
  }
  fetch('/api/namespaces').then(async (reply) => {
    document.getElementById('trace').textContent = 'trace ' + reply.headers.get('X-Trace-Id');
    const data = await reply.json();
    if (!reply.ok) throw new Error(data.error);
    const table = document.querySelector('table');
    for (const each of data.namespaces) {
      addRow(table.tBodies[0], [each.name, each.phase, each.created]);
    }
    table.hidden = false;
    state.textContent = data.namespaces.length + ' namespaces';
  }).catch((error) => { state.textContent = 'Failed: ' + error.message; });
</script>
</html>
)";

}  // namespace

std::string_view Page() { return {kPage, sizeof(kPage) - 1}; }

std::string_view PageSecurityPolicy() {
  return "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
         "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

}  // namespace dashboard2ui
