#include "dashboard2ui/page.h"

namespace dashboard2ui {
namespace {

constexpr char kHtml[] = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Dashboard</title>
<link rel="stylesheet" href="/style.css">
<script src="/app.js" defer></script>
<h1>Dashboard</h1>
<p id="state" role="status">Loading…</p>
<section id="nodes"><h2>Nodes</h2></section>
<section id="namespaces"><h2>Namespaces</h2></section>
<section id="pods"><h2>Pods</h2></section>
<section id="deployments"><h2>Deployments</h2></section>
<section id="services"><h2>Services</h2></section>
<p id="trace"></p>
</html>
)";

constexpr char kStyle[] = R"(body {
  font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 64rem; padding: 0 1rem
}
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .3rem .8rem; border-bottom: 1px solid #ddd }
td { overflow-wrap: anywhere }
meter { width: 6rem; margin-right: .5rem; vertical-align: middle }
#state { color: #444 }
#state.old { color: #8a4b00 }
#state.failed { color: #a00 }
#trace { color: #666; font: 13px monospace; white-space: pre-line }
[aria-current] { font-weight: bold }
)";

constexpr char kScript[] = R"('use strict';

const state = document.getElementById('state');
const traces = new Map();
let serial = 0;

function element(name, text) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  return made;
}

// Each cell is a text or an element.
function show(id, note, heads, rows) {
  const table = element('table');
  const head = table.createTHead().insertRow();
  for (const text of heads) head.append(element('th', text));
  const body = table.createTBody();
  for (const cells of rows) {
    const row = body.insertRow();
    for (const cell of cells) row.insertCell().append(cell);
  }
  const section = document.getElementById(id);
  section.replaceChildren(section.firstElementChild, table);
  if (note) section.append(element('p', note));
}

const cpu = (millis) => (millis / 1000).toFixed(2) + ' cores';
const memory = (bytes) => bytes < 2 ** 30 ? (bytes / 2 ** 20).toFixed(0) + ' MiB'
                                          : (bytes / 2 ** 30).toFixed(1) + ' GiB';

function share(used, all, text) {
  const cell = element('span');
  if (used === undefined) return 'not measured';
  if (all > 0) {
    const meter = element('meter');
    meter.max = all;
    meter.value = used;
    cell.append(meter);
  }
  cell.append(text(used) + (all > 0 ? ' of ' + text(all) : ''));
  return cell;
}

async function get(path) {
  const reply = await fetch(path);
  traces.set(path.split('?')[0], reply.headers.get('X-Trace-Id'));
  const data = await reply.json();
  if (!reply.ok) throw new Error(data.error);
  return data;
}

function namespaceLink(name, chosen) {
  const link = element('a', name);
  link.href = '#' + encodeURIComponent(name);
  if (name === chosen) link.setAttribute('aria-current', 'true');
  return link;
}

const note = (data, items) => data.total > items.length
    ? 'the first ' + items.length + ' of ' + data.total : '';

async function showCluster(chosen) {
  const [nodes, namespaces] = await Promise.all([get('/api/nodes'), get('/api/namespaces')]);
  show('nodes', nodes.usageMissing, ['Name', 'State', 'Pods', 'CPU used', 'CPU requested',
                                     'Memory used', 'Memory requested'],
       nodes.nodes.map((node) => [
         node.name, (node.ready ? 'Ready' : 'Not ready') + (node.unschedulable ? ', cordoned' : ''),
         String(node.pods),
         share(node.usage?.cpuMillis, node.allocatable.cpuMillis, cpu),
         share(node.requested.cpuMillis, node.allocatable.cpuMillis, cpu),
         share(node.usage?.memoryBytes, node.allocatable.memoryBytes, memory),
         share(node.requested.memoryBytes, node.allocatable.memoryBytes, memory)]));
  show('namespaces', note(namespaces, namespaces.namespaces), ['Name', 'Phase', 'Created'],
       namespaces.namespaces.map((each) => [namespaceLink(each.name, chosen), each.phase,
                                            each.created]));
  return [nodes, namespaces];
}

async function showNamespace(name) {
  const query = '?namespace=' + encodeURIComponent(name);
  const [pods, deployments, services] = await Promise.all(
      [get('/api/pods' + query), get('/api/deployments' + query), get('/api/services' + query)]);
  show('pods', note(pods, pods.pods),
       ['Name', 'Phase', 'Ready', 'Restarts', 'Node', 'IP', 'CPU', 'Memory'],
       pods.pods.map((pod) => [
         pod.name, pod.phase + (pod.reason ? ': ' + pod.reason : ''),
         pod.containersReady + '/' + pod.containers, String(pod.restarts), pod.node, pod.podIP,
         share(pod.usage?.cpuMillis, 0, cpu), share(pod.usage?.memoryBytes, 0, memory)]));
  show('deployments', note(deployments, deployments.deployments), ['Name', 'Ready', 'Up to date'],
       deployments.deployments.map((each) => [each.name, each.ready + '/' + each.replicas,
                                              String(each.updated)]));
  show('services', note(services, services.services), ['Name', 'Type', 'Cluster IP', 'Ports'],
       services.services.map((each) => [each.name, each.type, each.clusterIP,
                                        each.ports.join(', ')]));
  return [pods, deployments, services];
}

async function refresh() {
  const mine = ++serial;
  let chosen = 'default';
  try { chosen = decodeURIComponent(location.hash.slice(1)) || chosen; } catch { /* stays */ }
  try {
    const answers = [...await showCluster(chosen), ...await showNamespace(chosen)];
    if (mine !== serial) return;
    const old = answers.find((each) => each.source.warning);
    state.className = old ? 'old' : '';
    state.textContent = old
        ? 'As of ' + new Date(old.source.asOfMs).toLocaleString() + ': ' + old.source.warning
        : 'Namespace ' + chosen;
  } catch (error) {
    if (mine !== serial) return;
    state.className = 'failed';
    state.textContent = 'Failed: ' + error.message;
  }
  document.getElementById('trace').textContent =
      [...traces].map(([path, id]) => 'trace of ' + path + ' ' + id).join('\n');
}

addEventListener('hashchange', refresh);
setInterval(refresh, 10000);
refresh();
)";

template <std::size_t kSize>
constexpr std::string_view ViewOf(const char (&text)[kSize]) {
  return {text, kSize - 1};
}

}  // namespace

std::optional<PageFile> PageFileAt(std::string_view path) {
  if (path == "/") return PageFile{"text/html; charset=utf-8", ViewOf(kHtml)};
  if (path == "/app.js") return PageFile{"text/javascript; charset=utf-8", ViewOf(kScript)};
  if (path == "/style.css") return PageFile{"text/css; charset=utf-8", ViewOf(kStyle)};
  return std::nullopt;
}

std::string_view PageSecurityPolicy() {
  return "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
         "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

}  // namespace dashboard2ui
