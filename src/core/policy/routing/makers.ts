/** Who runs a provider: the owner of its keys (docs/spec/routing.md, Credentials before paths). */

import type { Provider } from '../compiled.ts'

export interface Maker {
  /** In messages: `Anthropic`. */
  readonly title: string
  /** Its hosts; undefined where everybody runs their own. */
  readonly hosts: RegExp
  /** Other names that a policy gives to it; the key of the table is one as well. */
  readonly names?: readonly string[]
  /** Serves Anthropic's API with keys of its own, in Anthropic's header (their API references). */
  readonly takesAnthropicHeader?: true
}

/** By the name that a provider of theirs has, built in or not. */
const TABLE = {
  anthropic: { title: 'Anthropic', hosts: /(?:^|\.)(?:anthropic|claude)\.com$/, takesAnthropicHeader: true },
  openai: { title: 'OpenAI', hosts: /(?:^|\.)(?:openai|chatgpt)\.com$/ },
  azure: {
    title: 'Azure',
    hosts: /\.(?:azure\.(?:com|us|cn)|azure-api\.net|inference\.ml\.azure\.com)$/,
    names: ['azure-openai', 'foundry'],
    takesAnthropicHeader: true,
  },
  google: { title: 'Google', hosts: /(?:^|\.)googleapis\.com$/, names: ['gemini', 'vertex'] },
  bedrock: {
    title: 'AWS',
    hosts: /(?:^|\.)(?:amazonaws\.com(?:\.cn)?|api\.aws)$/,
    names: ['aws'],
    takesAnthropicHeader: true,
  },
  groq: { title: 'Groq', hosts: /(?:^|\.)groq\.com$/ },
  ollama: { title: 'Ollama', hosts: /(?:^|\.)ollama\.com$/, takesAnthropicHeader: true },
  openrouter: { title: 'OpenRouter', hosts: /(?:^|\.)openrouter\.ai$/, takesAnthropicHeader: true },
  xai: { title: 'xAI', hosts: /(?:^|\.)x\.ai$/, takesAnthropicHeader: true },
  deepseek: { title: 'DeepSeek', hosts: /(?:^|\.)deepseek\.com$/, takesAnthropicHeader: true },
  mistral: { title: 'Mistral', hosts: /(?:^|\.)mistral\.ai$/ },
  moonshot: { title: 'Moonshot', hosts: /(?:^|\.)moonshot\.(?:ai|cn)$/, takesAnthropicHeader: true },
  zhipu: { title: 'Z.ai', hosts: /(?:^|\.)(?:z\.ai|bigmodel\.cn)$/, takesAnthropicHeader: true },
  minimax: { title: 'MiniMax', hosts: /(?:^|\.)minimaxi?\.(?:io|com|chat)$/, takesAnthropicHeader: true },
  alibaba: { title: 'Alibaba', hosts: /(?:^|\.)aliyuncs\.com$/, takesAnthropicHeader: true },
  perplexity: { title: 'Perplexity', hosts: /(?:^|\.)perplexity\.ai$/ },
  cohere: { title: 'Cohere', hosts: /(?:^|\.)cohere\.(?:com|ai)$/ },
  together: { title: 'Together', hosts: /(?:^|\.)together\.(?:xyz|ai)$/ },
  fireworks: { title: 'Fireworks', hosts: /(?:^|\.)fireworks\.ai$/, takesAnthropicHeader: true },
  cerebras: { title: 'Cerebras', hosts: /(?:^|\.)cerebras\.ai$/ },
  nvidia: { title: 'NVIDIA', hosts: /(?:^|\.)nvidia\.com$/ },
  huggingface: { title: 'Hugging Face', hosts: /(?:^|\.)huggingface\.(?:co|cloud)$/ },
  github: {
    title: 'GitHub',
    hosts: /(?:^|\.)(?:github\.(?:ai|com)|githubcopilot\.com)$/,
    names: ['github-models', 'copilot'],
    takesAnthropicHeader: true,
  },
  databricks: {
    title: 'Databricks',
    hosts: /(?:^|\.)(?:databricks\.com|azuredatabricks\.net)$/,
    takesAnthropicHeader: true,
  },
} as const satisfies Record<string, Maker>

export type MakerName = keyof typeof TABLE

export const MAKERS: Readonly<Record<MakerName, Maker>> = TABLE

/** How the maker of a provider is known. The dialect alone leaves room for gateways. */
export interface Owner {
  readonly maker: MakerName
  readonly by: 'host' | 'name' | 'dialect'
}

const OWNERS = new WeakMap<Provider, { readonly owner: Owner | undefined }>()

/** @returns undefined for a provider that may be anybody's, such as a gateway */
export function ownerOf(provider: Provider): Owner | undefined {
  let known = OWNERS.get(provider)
  if (known === undefined) {
    known = { owner: findOwner(provider) }
    OWNERS.set(provider, known)
  }
  return known.owner
}

function findOwner({ name, baseUrl, dialect }: Provider): Owner | undefined {
  const host = baseUrl.hostname.replace(/\.$/, '')
  const names = Object.keys(MAKERS) as MakerName[]
  const byHost = names.find((maker) => MAKERS[maker].hosts.test(host))
  if (byHost !== undefined) return { maker: byHost, by: 'host' }
  const byName = names.find((maker) => maker === name || MAKERS[maker].names?.includes(name))
  if (byName !== undefined) return { maker: byName, by: 'name' }
  return dialect === 'anthropic' ? { maker: 'anthropic', by: 'dialect' } : undefined
}
