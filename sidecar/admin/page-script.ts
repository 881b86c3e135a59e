/**
 * The savings page's script, for the browser. It inserts everything as text, never as HTML: a client chooses the name of
 * a model.
 */

import { SESSIONS_SCRIPT } from './page-script-sessions.ts'

export const SCRIPT = `
const REFRESH_MS = 2000
const $ = (id) => document.getElementById(id)
const whole = new Intl.NumberFormat('en')
const number = (value) => (value === null ? '–' : whole.format(value))
const percent = (value) => (value === null ? '–' : value.toFixed(1) + ' %')
const ms = (value) => (value === null ? '–' : value < 10 ? value.toFixed(2) : whole.format(Math.round(value)))
const usd = (value) => (value === null ? '–' : value.toFixed(value < 10 ? 4 : 2))
const share = (part, all) => (all ? (100 * part) / all : null)

function cell(content, isText) {
  const td = document.createElement('td')
  if (isText) td.className = 'text'
  if (content instanceof Node) td.append(content)
  else td.textContent = content
  return td
}

function fill(id, rows, emptyText) {
  const body = $(id).tBodies[0]
  const heads = $(id).tHead.rows[0].cells
  body.replaceChildren(...rows.map((cells) => {
    const tr = document.createElement('tr')
    tr.append(...cells.map((content, i) => cell(content, heads[i].className === 'text')))
    return tr
  }))
  if (rows.length === 0) {
    const td = cell(emptyText, true)
    td.colSpan = heads.length
    td.classList.add('quiet')
    body.insertRow().append(td)
  }
}

function titled(text, title) {
  const span = document.createElement('span')
  span.textContent = text
  span.title = title
  return span
}

function bar(part, all) {
  const progress = document.createElement('progress')
  progress.max = all || 1
  progress.value = part
  progress.title = percent(share(part, all))
  return progress
}

function show(stats) {
  $('saved').textContent = number(stats.tokens_saved)
  $('percent').textContent = percent(stats.savings_percent)
  $('usd').textContent = usd(stats.cost_saved_usd)
  $('requests').textContent = number(stats.requests_total)
  $('added').textContent = stats.p99_latency_ms === null ? '–' : ms(stats.p99_latency_ms) + ' ms'
  $('audited').textContent = stats.tokens_audited > 0
    ? 'Policies in Audit mode would have saved ' + number(stats.tokens_audited) + ' more tokens.' : ''
  $('since').textContent = 'version ' + stats.version + ', up ' + uptime(stats.uptime_seconds)
  const models = Object.entries(stats.models).sort(([, a], [, b]) => b.tokens_saved - a.tokens_saved)
  fill('models', models.map(([name, of]) => [name, number(of.requests), number(of.tokens_original), number(of.tokens_saved),
    percent(share(of.tokens_saved, of.tokens_original)), number(of.tokens_saved_weighted), usd(of.cost_saved_usd)]), 'No call yet.')
  const techniques = Object.entries(stats.techniques).sort(([, a], [, b]) => b.saved_tokens - a.saved_tokens)
  fill('techniques', techniques.map(([name, of]) => [name, number(of.blocks), number(of.saved_tokens),
    bar(of.saved_tokens, stats.tokens_saved)]), 'Nothing has been changed yet.')
  fill('calls', stats.last_calls.map((call) => [titled(new Date(call.at).toLocaleTimeString(), 'call ' + call.call), call.model ?? '–', call.outcome,
    String(call.status), number(call.tokens_original), number(call.tokens_sent), number(call.tokens_saved),
    ms(call.added_ms), ms(call.duration_ms)]), 'No call yet: point an application at the data port.')
  showSessions(stats)
}
${SESSIONS_SCRIPT}
function uptime(seconds) {
  const units = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]]
  const [name, size] = units.find(([, size]) => seconds >= size) ?? units[3]
  return Math.floor(seconds / size) + ' ' + name
}

async function refresh() {
  if (!document.hidden) {
    try {
      const reply = await fetch('/stats')
      if (!reply.ok) throw new Error('status ' + reply.status)
      show(await reply.json())
      $('state').textContent = ''
    } catch {
      $('state').textContent = 'The sidecar does not answer; trying again.'
    }
  }
  setTimeout(refresh, REFRESH_MS)
}

async function preview(sample) {
  $('compress').disabled = true
  try {
    const reply = await fetch('/preview', {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ sample }),
    })
    const result = await reply.json()
    if (!reply.ok) throw new Error(reply.status === 413 ? 'The sample is larger than 1 MiB.' : result.message)
    $('after').textContent = result.after
    $('verdict').textContent = verdict(result)
  } catch (error) {
    $('after').textContent = ''
    $('verdict').textContent = error.message
  }
  $('compress').disabled = false
}

function verdict(result) {
  const what = result.kind === 'request' ? 'An LLM request' + (result.model ? ' to ' + result.model : '') : 'Text, as a tool result'
  const { tokens } = result
  if (tokens === null) return what + ': its tokens cannot be counted.'
  const counts = ': ' + number(Math.round(tokens.original)) + ' tokens before, ' + number(Math.round(tokens.sent)) + ' after'
  const saved = share(tokens.saved, tokens.original)
  if (!tokens.saved) return what + counts + '. Nothing to save here: it would be sent unchanged.'
  return what + counts + ' (' + percent(saved) + ' saved; ' + result.accuracy + '), by ' + Object.keys(result.techniques).join(', ') + '.'
}

const EXAMPLE = JSON.stringify(Array.from({ length: 8 }, (_, i) => ({
  id: 1000 + i, name: 'service-' + 'abcdefgh'[i], status: i % 3 ? 'running' : 'degraded', restarts: i * 2, zone: 'eu-west-1a', image: 'registry/app:1.4.' + i,
})), null, 2)

$('example').addEventListener('click', () => { $('sample').value = EXAMPLE; preview(EXAMPLE) })
$('compress').addEventListener('click', () => { if ($('sample').value) preview($('sample').value) })
document.addEventListener('visibilitychange', () => { if (!document.hidden) fetch('/stats').then((r) => r.json()).then(show, () => {}) })
refresh()
`
