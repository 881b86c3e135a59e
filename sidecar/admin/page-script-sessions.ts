/** The part of the savings page's script that shows sessions: treated and held out, broken prefixes, diagnoses. */
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
  fill('breaks', stats.prefix.last_breaks.map((one) => [new Date(one.time).toLocaleTimeString(), one.at, one.provider_says ?? '–', one.model ?? '–',
    one.session ?? '–', number(one.lost_tokens), usd(one.lost_usd)]), 'No broken prefix.')
  fill('diagnoses', diagnoses(stats.diagnoses), 'No provider said anything.')
  $('diagnoses-note').textContent = diagnosesNote(stats.diagnoses.input_transformations)
}

function diagnoses(of) {
  const reasoning = Object.entries(of.input_transformations).flatMap(([kind, reasons]) => Object.entries(reasons)
    .map(([reason, times]) => ['reasoning ' + kind, reason, times, null]))
  const headers = Object.entries(of.thinking_mismatches).map(([pattern, times]) => ['thinking mismatch', pattern, times, null])
  const misses = Object.entries(of.cache_misses).map(([reason, miss]) => ['cache not read', reason, miss.replies, miss.missed_tokens])
  return [...reasoning, ...headers, ...misses].map(([about, reason, times, tokens]) => [about, reason, number(times), number(tokens)])
}

function diagnosesNote(kinds) {
  const isBound = Object.values(kinds).some((reasons) => reasons.prefix_mismatch || reasons.prefix_binding_mismatch)
  return isBound ? 'Reasoning did not fit the messages before it: the application edited its history, or M2M changed it. The log names the sessions that M2M rewrites.'
    : 'Why a prompt cache was not read, where the application asks its provider; and reasoning that did not fit the request.'
}

function perCall(of) {
  if (of.cost_usd === null) return '–'
  return usd(of.cost_usd / of.priced_calls) + (of.priced_calls < of.calls ? ' (of ' + number(of.priced_calls) + ')' : '')
}

function counts(reasons) {
  return Object.entries(reasons).sort(([, a], [, b]) => b - a).map(([name, count]) => name + ' ' + number(count)).join(', ') || '–'
}

function prefixNote(prefix) {
  const changed = prefix.changed > 0 ? ' ' + number(prefix.changed) + ' live sessions met a new revision of the policy: their earlier results keep their forms.' : ''
  if (prefix.broken === 0) return 'No session broke its prefix.' + changed
  const lost = prefix.lost_tokens === null ? '' : ': about ' + number(prefix.lost_tokens) + ' tokens'
    + (prefix.lost_usd === null ? '' : ', ' + usd(prefix.lost_usd) + ' USD,') + ' that could have been read from the cache'
  const places = Object.fromEntries(Object.entries(prefix.places).map(([place, of]) => [place, of.broken]))
  return number(prefix.broken) + (prefix.broken === 1 ? ' request' : ' requests') + ' broke the prefix of a session' + lost + '. By place: ' + counts(places) + '.' + changed
}
`
