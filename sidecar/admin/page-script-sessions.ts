/** The part of the savings page's script that shows sessions: treated and held out, and broken prefixes. */
export const SESSIONS_SCRIPT = `
const GROUP_NAMES = { treated: 'treated', holdout: 'held out', audit: 'audited only' }
const decimal = (value) => (value === null ? '–' : value.toFixed(2))

function showSessions(stats) {
  $('groups-note').textContent = stats.groups_note
  fill('groups', Object.entries(GROUP_NAMES).filter(([name]) => stats.groups[name]).map(([name, label]) => {
    const of = stats.groups[name]
    return [label, number(of.sessions), number(of.calls), number(of.failed_calls), number(of.tokens_original), number(of.tokens_sent),
      perCall(of), decimal(of.turns_per_session), decimal(of.tool_errors_per_session), counts(of.finish_reasons)]
  }), 'No session yet.')
  $('prefix-note').textContent = prefixNote(stats.prefix)
  fill('breaks', stats.prefix.last_breaks.map((one) => [new Date(one.time).toLocaleTimeString(), one.at, one.model ?? '–',
    one.session ?? '–', number(one.lost_tokens), usd(one.lost_usd)]), 'No broken prefix.')
}

function perCall(of) {
  if (of.cost_usd === null) return '–'
  return usd(of.cost_usd / of.priced_calls) + (of.priced_calls < of.calls ? ' (of ' + number(of.priced_calls) + ')' : '')
}

function counts(reasons) {
  return Object.entries(reasons).sort(([, a], [, b]) => b - a).map(([name, count]) => name + ' ' + number(count)).join(', ') || '–'
}

function prefixNote(prefix) {
  const changed = prefix.changed > 0 ? ' A new revision of a policy cost ' + number(prefix.changed) + ' live sessions their cached prefix.' : ''
  if (prefix.broken === 0) return 'No session broke its prefix.' + changed
  const lost = prefix.lost_tokens === null ? '' : ': about ' + number(prefix.lost_tokens) + ' tokens'
    + (prefix.lost_usd === null ? '' : ', ' + usd(prefix.lost_usd) + ' USD,') + ' that could have been read from the cache'
  const places = Object.fromEntries(Object.entries(prefix.places).map(([place, of]) => [place, of.broken]))
  return number(prefix.broken) + (prefix.broken === 1 ? ' request' : ' requests') + ' broke the prefix of a session' + lost + '. By place: ' + counts(places) + '.' + changed
}
`
