/** Calls of the SDKs that are installed outside of the project: only what the tests use of them is typed here. */

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Ollama } from 'ollama'
import type { InstalledClients } from '../../support/clients/install.ts'
import { MESSAGE } from './anthropic-calls.ts'
import { type ClientSettings, ORDERS, type ProviderCall, QUESTION, type Treatment } from './calls.ts'
import { CHAT_MESSAGES } from './openai-calls.ts'

const execute = promisify(execFile)

type Open<T> = (options: object) => T
interface Messages {
  readonly messages: { create(message: object): Promise<unknown> }
}

const OLLAMA_CHAT = {
  model: 'llama3.2:3b',
  messages: [
    { role: 'user', content: QUESTION },
    { role: 'assistant', content: '', tool_calls: [{ function: { name: 'find_orders', arguments: {} } }] },
    { role: 'tool', content: ORDERS, tool_name: 'find_orders' },
  ],
}

export function ollamaCalls(): ProviderCall[] {
  const open = ({ options }: ClientSettings): Ollama => new Ollama(options)
  return [
    { name: 'chat', treatment: 'compressed', run: (settings) => open(settings).chat(OLLAMA_CHAT) },
    {
      name: 'generate',
      treatment: 'read',
      run: (settings) => open(settings).generate({ model: OLLAMA_CHAT.model, prompt: QUESTION }),
    },
    { name: 'list', treatment: 'relayed', run: (settings) => open(settings).list() },
  ]
}

export function groqCalls(sdks: InstalledClients): ProviderCall[] {
  type Groq = {
    chat: { completions: { create(body: object): Promise<unknown> } }
    models: { list(): Promise<unknown> }
  }
  const { Groq: Client } = sdks.load('groq-sdk') as { Groq: new (options: object) => Groq }
  const open: Open<Groq> = (options) => new Client({ apiKey: 'gsk-test', maxRetries: 0, ...options })
  return [
    one('chat', 'compressed', ({ options }) =>
      open(options).chat.completions.create({ model: 'llama-3.3-70b-versatile', messages: CHAT_MESSAGES }),
    ),
    one('models', 'relayed', ({ options }) => open(options).models.list()),
  ]
}

export function mistralCalls(sdks: InstalledClients): ProviderCall[] {
  type Mistral = { chat: { complete(body: object): Promise<unknown> }; models: { list(): Promise<unknown> } }
  const { Mistral: Client } = sdks.load('@mistralai/mistralai') as { Mistral: new (options: object) => Mistral }
  const messages = [
    { role: 'user', content: QUESTION },
    {
      role: 'assistant',
      content: '',
      toolCalls: [{ id: 'call_1aaa', function: { name: 'find_orders', arguments: '{}' } }],
    },
    { role: 'tool', toolCallId: 'call_1aaa', content: ORDERS },
  ]
  return [
    one('chat', 'compressed', ({ options }) =>
      new Client({ apiKey: 'test', ...options }).chat.complete({ model: 'mistral-large-latest', messages }),
    ),
  ]
}

export function geminiCalls(sdks: InstalledClients): ProviderCall[] {
  return generateContent(sdks, { apiKey: 'AIza-test' })
}

export function vertexGeminiCalls(sdks: InstalledClients): ProviderCall[] {
  const googleAuthOptions = { authClient: googleToken(sdks) }
  return generateContent(sdks, { vertexai: true, project: 'project-1', location: 'global', googleAuthOptions })
}

/** Holds a token as it is: nothing is asked of Google. */
function googleToken(sdks: InstalledClients): object {
  const { OAuth2Client } = sdks.load('google-auth-library') as {
    OAuth2Client: new () => { setCredentials(credentials: object): void }
  }
  const client = new OAuth2Client()
  client.setCredentials({ access_token: 'ya29.test' })
  return client
}

function generateContent(sdks: InstalledClients, credentials: object): ProviderCall[] {
  type GoogleGenAI = { models: { generateContent(request: object): Promise<{ readonly text: string }> } }
  const { GoogleGenAI: Client } = sdks.load('@google/genai') as { GoogleGenAI: new (options: object) => GoogleGenAI }
  const contents = [
    { role: 'user', parts: [{ text: QUESTION }] },
    { role: 'model', parts: [{ functionCall: { name: 'find_orders', args: {} } }] },
    { role: 'user', parts: [{ functionResponse: { name: 'find_orders', response: { output: ORDERS } } }] },
  ]
  return [
    one('generateContent', 'relayed', async ({ options }) => {
      const client = new Client({ ...credentials, ...options })
      return (await client.models.generateContent({ model: 'gemini-3-pro', contents })).text
    }),
  ]
}

export function vertexClaudeCalls(sdks: InstalledClients): ProviderCall[] {
  const { AnthropicVertex } = sdks.load('@anthropic-ai/vertex-sdk') as {
    AnthropicVertex: new (options: object) => Messages
  }
  const settings = { region: 'global', projectId: 'project-1', authClient: googleToken(sdks), maxRetries: 0 }
  return [
    one('messages', 'relayed', ({ options }) =>
      new AnthropicVertex({ ...settings, ...options }).messages.create(MESSAGE),
    ),
  ]
}

export function bedrockClaudeCalls(sdks: InstalledClients): ProviderCall[] {
  const { AnthropicBedrock } = sdks.load('@anthropic-ai/bedrock-sdk') as {
    AnthropicBedrock: new (options: object) => Messages
  }
  return [
    one('messages', 'relayed', ({ options }) =>
      new AnthropicBedrock({ apiKey: 'bedrock-test', maxRetries: 0, ...options }).messages.create({
        ...MESSAGE,
        model: 'anthropic.claude-sonnet-5-v1:0',
      }),
    ),
  ]
}

const CONVERSATION = [
  { role: 'user', content: [{ text: QUESTION }] },
  { role: 'assistant', content: [{ toolUse: { toolUseId: 'call_1', name: 'find_orders', input: {} } }] },
  { role: 'user', content: [{ toolResult: { toolUseId: 'call_1', content: [{ text: ORDERS }] } }] },
]

export function bedrockCalls(sdks: InstalledClients): ProviderCall[] {
  return [
    one('converse', 'relayed', () =>
      converse(sdks, { token: { token: 'bedrock-test' }, authSchemePreference: ['httpBearerAuth'] }),
    ),
  ]
}

/** The keys are those of AWS's own examples. */
export function signedBedrockCall(sdks: InstalledClients, endpoint: string): Promise<unknown> {
  const accessKeyId = 'AKIDEXAMPLE'
  const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
  return converse(sdks, { endpoint, credentials: { accessKeyId, secretAccessKey } })
}

async function converse(sdks: InstalledClients, options: object): Promise<unknown> {
  const { BedrockRuntimeClient, ConverseCommand } = sdks.load('@aws-sdk/client-bedrock-runtime') as {
    BedrockRuntimeClient: new (options: object) => { send(command: object): Promise<{ readonly output: unknown }> }
    ConverseCommand: new (input: object) => object
  }
  const { NodeHttpHandler } = sdks.load('@smithy/node-http-handler') as { NodeHttpHandler: new () => object }
  // Its own handler speaks HTTP/2 only, even to a plain http address.
  const requestHandler = new NodeHttpHandler()
  const client = new BedrockRuntimeClient({ region: 'us-east-1', maxAttempts: 1, requestHandler, ...options })
  const command = new ConverseCommand({ modelId: 'anthropic.claude-sonnet-5-v1:0', messages: CONVERSATION })
  return (await client.send(command)).output
}

/** boto3, in a process of its own: unsigned, with the key that it refuses to send to a plain address itself. */
export function boto3Calls(env: NodeJS.ProcessEnv): ProviderCall[] {
  const program = join(import.meta.dirname, '../../support/clients/boto3/converse.py')
  return [
    one('converse', 'relayed', async ({ options }) => {
      const args = [program, options['endpoint_url'] ?? '', JSON.stringify(CONVERSATION)]
      // A set in its user agent has no order of its own.
      return JSON.parse((await execute('python3', args, { env: { ...env, PYTHONHASHSEED: '0' } })).stdout)
    }),
  ]
}

function one(name: string, treatment: Treatment, run: ProviderCall['run']): ProviderCall {
  return { name, treatment, run }
}
