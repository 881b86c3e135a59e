/** The tiers that providers document. A call of another tier has no known price (PC-36). */

const TIERS: ReadonlySet<string> = new Set([
  // Anthropic
  'standard',
  'priority',
  'batch',
  // OpenAI
  'auto',
  'default',
  'flex',
  'scale',
  'fast',
  'ultrafast',
  // Groq
  'on_demand',
  'performance',
])

export function isKnownTier(tier: string): boolean {
  return TIERS.has(tier)
}
