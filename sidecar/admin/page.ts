/** The savings page: one document that loads nothing but its own figures. */

import { createHash } from 'node:crypto'
import { SCRIPT } from './page-script.ts'
import { STYLE } from './page-style.ts'

/** Content-Security-Policy: this style and this script, and requests to the admin port itself. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src ${sourceHash(STYLE)}`,
  `script-src ${sourceHash(SCRIPT)}`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>M2M savings</title>
<style>${STYLE}</style>
</head>
<body>
<header>
  <h1>M2M savings</h1>
  <p class="quiet" id="since"></p>
</header>
<p id="state" role="status"></p>
<dl class="figures">
  <div class="good"><dt>tokens saved</dt><dd id="saved">–</dd></div>
  <div class="good"><dt>of all input tokens</dt><dd id="percent">–</dd></div>
  <div class="good"><dt>USD saved, at list prices</dt><dd id="usd">–</dd></div>
  <div><dt>LLM calls</dt><dd id="requests">–</dd></div>
  <div><dt>added latency, p99</dt><dd id="added">–</dd></div>
</dl>
<p class="quiet" id="audited"></p>
<div class="pair">
  <section>
    <h2>By model</h2>
    <div class="scroll"><table id="models">
      <thead><tr><th class="text">model</th><th>calls</th><th>tokens</th><th>saved</th><th>share</th><th title="saved tokens, weighed by their price: a tenth inside a cached prefix">weighed</th><th>USD</th></tr></thead>
      <tbody></tbody>
    </table></div>
  </section>
  <section>
    <h2>By technique</h2>
    <div class="scroll"><table id="techniques">
      <thead><tr><th class="text">technique</th><th>blocks</th><th>saved</th><th>share</th></tr></thead>
      <tbody></tbody>
    </table></div>
  </section>
</div>
<section>
  <h2>Treated and held out</h2>
  <p class="quiet" id="groups-note"></p>
  <div class="scroll"><table id="groups">
    <thead><tr><th class="text">group</th><th>sessions</th><th title="answered calls">calls</th><th>failed</th><th>tokens</th><th>sent</th><th title="at list prices, of the calls whose usage and prices are known">USD per call</th><th>turns per session</th><th>tool errors per session</th><th class="text">finish reasons</th></tr></thead>
    <tbody></tbody>
  </table></div>
</section>
<section>
  <h2>Broken prompt-cache prefixes</h2>
  <p class="quiet" id="prefix-note"></p>
  <div class="scroll"><table id="breaks">
    <thead><tr><th class="text">time</th><th class="text">broken at</th><th class="text">provider says</th><th class="text">model</th><th class="text">session</th><th title="as the provider says, else an estimate">tokens lost</th><th>USD lost</th></tr></thead>
    <tbody></tbody>
  </table></div>
</section>
<section>
  <h2>Diagnoses by providers</h2>
  <p class="quiet" id="diagnoses-note"></p>
  <div class="scroll"><table id="diagnoses">
    <thead><tr><th class="text">about</th><th class="text">reason</th><th>times</th><th title="tokens that the cache would have held, as the provider says">tokens missed</th></tr></thead>
    <tbody></tbody>
  </table></div>
</section>
<section>
  <h2>Before and after</h2>
  <p class="quiet">Paste a tool result or a whole LLM request. The sidecar compresses it with the policy in force; it is neither sent to a provider nor kept.</p>
  <button type="button" id="compress">Compress</button><button type="button" id="example" class="plain">Use an example</button>
  <div class="pair">
    <textarea id="sample" spellcheck="false" aria-label="sample"></textarea>
    <pre id="after" aria-label="as it would be sent"></pre>
  </div>
  <p id="verdict" role="status"></p>
</section>
<section>
  <h2>Last calls</h2>
  <div class="scroll"><table id="calls">
    <thead><tr><th class="text">time</th><th class="text">model</th><th class="text">outcome</th><th>status</th><th>tokens</th><th>sent</th><th>saved</th><th>added ms</th><th>total ms</th></tr></thead>
    <tbody></tbody>
  </table></div>
</section>
<script type="module">${SCRIPT}</script>
</body>
</html>
`

function sourceHash(source: string): string {
  return `'sha256-${createHash('sha256').update(source).digest('base64')}'`
}
