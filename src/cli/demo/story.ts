/** The demo's lines on the screen. */

import { columns, grouped, percent } from '../print/table.ts'
import type { PlayedTurn } from './play.ts'

const HEAD = ['', 'the agent sends', 'tokens', 'received', 'saved', '']

/** One line per request, then the total and whether the model saw the same values. */
export function story(turns: readonly PlayedTurn[]): string {
  const sent = sum(turns, ({ tokensSent }) => tokensSent)
  const received = sum(turns, ({ tokensReceived }) => tokensReceived)
  const rows = turns.map((turn, index) => [
    String(index + 1),
    `${turn.carries}${turn.isStream ? ' (streamed)' : ''}`,
    ...figures(turn.tokensSent, turn.tokensReceived),
    shares(turn),
  ])
  const total = ['', 'total', ...figures(sent, received), '']
  return `${columns([HEAD, ...rows, total], [0, 2, 3, 4])}\n\n${verdict(turns)}`
}

function figures(before: number, after: number): string[] {
  return [grouped(before), grouped(after), percent(before - after, before)]
}

function shares({ techniques }: PlayedTurn): string {
  return Object.entries(techniques)
    .sort(([, a], [, b]) => b.saved_tokens - a.saved_tokens)
    .map(([name, { saved_tokens }]) => `${name} ${grouped(saved_tokens)}`)
    .join(', ')
}

function verdict(turns: readonly PlayedTurn[]): string {
  const results = grouped(sum(turns, ({ toolResults }) => toolResults))
  const differences = sum(turns, (turn) => turn.differences)
  if (differences > 0) return `same values: NO: ${grouped(differences)} of ${results} tool results differ`
  return `same values: yes (each of the ${results} tool results that the model received decodes to the original)`
}

function sum(turns: readonly PlayedTurn[], figure: (turn: PlayedTurn) => number): number {
  return turns.reduce((total, turn) => total + figure(turn), 0)
}
