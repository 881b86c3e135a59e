/** Good and bad policies: where the key of a provider is, and the variables of its applications. */

import { ACCEPTED, type PolicyCase } from './policy-case.ts'

const FOREIGN =
  'spec.providers[0].envVars: must not name what other programs read: LD_*, DYLD_*, NODE_*, PYTHON*, JAVA_*, DOCKER_*, HTTP_*, HTTPS_*, KUBERNETES_*, *_SERVICE_HOST, AWS_ENDPOINT_URL'
const NO_ADDRESS =
  'spec.providers[0].envVars[0]: must be the name of a variable that holds an address, such as OPENAI_BASE_URL'
const SECRET_REF = 'spec.providers[0].credentials.secretKeyRef: belongs to mode SecretRef: give both or neither'

function openai(fields: object): object {
  return { providers: [{ name: 'openai', ...fields }] }
}

export const CREDENTIALS: readonly PolicyCase[] = [
  [
    'credentials of a Secret',
    openai({ credentials: { mode: 'SecretRef', secretKeyRef: { name: 'llm-keys', key: 'openai' } } }),
  ],
  ['SecretRef without a Secret', openai({ credentials: { mode: 'SecretRef' } }), SECRET_REF],
  [
    'a Secret without its mode',
    openai({ credentials: { secretKeyRef: { name: 'llm-keys', key: 'openai' } } }),
    SECRET_REF,
  ],
  [
    'a Secret with another mode',
    openai({ credentials: { mode: 'Passthrough', secretKeyRef: { name: 'llm-keys', key: 'openai' } } }),
    SECRET_REF,
  ],
  [
    'a Secret without a key',
    openai({ credentials: { mode: 'SecretRef', secretKeyRef: { name: 'llm-keys' } } }),
    'spec.providers[0].credentials.secretKeyRef.key: is required',
    'spec.providers[0].credentials.secretKeyRef.key: Required value',
  ],
  [
    'the name of a Secret that cannot be',
    openai({ credentials: { mode: 'SecretRef', secretKeyRef: { name: 'LLM_KEYS', key: 'openai' } } }),
    'spec.providers[0].credentials.secretKeyRef.name: must be the name of a Secret',
    'spec.providers[0].credentials.secretKeyRef.name: Invalid value: "LLM_KEYS": spec.providers[0].credentials.secretKeyRef.name in body should match its pattern',
  ],
  [
    'a member of a Secret that cannot be',
    openai({ credentials: { mode: 'SecretRef', secretKeyRef: { name: 'llm-keys', key: 'open ai' } } }),
    "spec.providers[0].credentials.secretKeyRef.key: must be the name of a Secret's member: letters, digits, hyphens, underscores and dots",
    'spec.providers[0].credentials.secretKeyRef.key: Invalid value: "open ai": spec.providers[0].credentials.secretKeyRef.key in body should match its pattern',
  ],
  [
    'a key from a variable',
    openai({ credentials: { mode: 'Env', env: 'OPENAI_API_KEY' } }),
    ACCEPTED,
    'strict decoding error: unknown field "spec.providers[0].credentials.env"',
  ],
  [
    'a key from a file',
    openai({ credentials: { mode: 'File', path: '/run/keys/openai' } }),
    ACCEPTED,
    'strict decoding error: unknown field "spec.providers[0].credentials.path"',
  ],
  [
    'variables of the providers',
    openai({ envVars: ['OPENAI_BASE_URL', 'OPENAI_API_BASE', 'AZURE_OPENAI_ENDPOINT', 'OLLAMA_HOST'] }),
  ],
  ['variables of AWS', openai({ envVars: ['AWS_ENDPOINT_URL_BEDROCK_RUNTIME', 'AWS_BEDROCK_BASE_URL'] })],
  [
    'more variables of the providers',
    openai({ envVars: ['ANTHROPIC_BASE_URL', 'GOOGLE_GEMINI_BASE_URL', 'GROQ_BASE_URL'] }),
  ],
  [
    'the variable PATH',
    openai({ envVars: ['PATH'] }),
    NO_ADDRESS,
    'spec.providers[0].envVars[0]: Invalid value: "PATH": spec.providers[0].envVars[0] in body should match its pattern',
  ],
  [
    'the variable HOME',
    openai({ envVars: ['HOME'] }),
    NO_ADDRESS,
    'spec.providers[0].envVars[0]: Invalid value: "HOME": spec.providers[0].envVars[0] in body should match its pattern',
  ],
  [
    'the variable NODE_OPTIONS',
    openai({ envVars: ['NODE_OPTIONS'] }),
    'spec.providers[0].envVars[0]: must be the name of a variable that holds an address, such as OPENAI_BASE_URL; spec.providers[0].envVars: must not name what other programs read: LD_*, DYLD_*, NODE_*, PYTHON*, JAVA_*, DOCKER_*, HTTP_*, HTTPS_*, KUBERNETES_*, *_SERVICE_HOST, AWS_ENDPOINT_URL',
    'spec.providers[0].envVars[0]: Invalid value: "NODE_OPTIONS": spec.providers[0].envVars[0] in body should match its pattern; spec.providers[0].envVars: Invalid value: must not name what other programs read: LD_*, DYLD_*, NODE_*, PYTHON*, JAVA_*, DOCKER_*, HTTP_*, HTTPS_*, KUBERNETES_*, *_SERVICE_HOST, AWS_ENDPOINT_URL',
  ],
  [
    'the variable LD_PRELOAD',
    openai({ envVars: ['LD_PRELOAD'] }),
    'spec.providers[0].envVars[0]: must be the name of a variable that holds an address, such as OPENAI_BASE_URL; spec.providers[0].envVars: must not name what other programs read: LD_*, DYLD_*, NODE_*, PYTHON*, JAVA_*, DOCKER_*, HTTP_*, HTTPS_*, KUBERNETES_*, *_SERVICE_HOST, AWS_ENDPOINT_URL',
    'spec.providers[0].envVars[0]: Invalid value: "LD_PRELOAD": spec.providers[0].envVars[0] in body should match its pattern; spec.providers[0].envVars: Invalid value: must not name what other programs read: LD_*, DYLD_*, NODE_*, PYTHON*, JAVA_*, DOCKER_*, HTTP_*, HTTPS_*, KUBERNETES_*, *_SERVICE_HOST, AWS_ENDPOINT_URL',
  ],
  [
    'the variable PYTHONPATH',
    openai({ envVars: ['PYTHONPATH'] }),
    'spec.providers[0].envVars[0]: must be the name of a variable that holds an address, such as OPENAI_BASE_URL; spec.providers[0].envVars: must not name what other programs read: LD_*, DYLD_*, NODE_*, PYTHON*, JAVA_*, DOCKER_*, HTTP_*, HTTPS_*, KUBERNETES_*, *_SERVICE_HOST, AWS_ENDPOINT_URL',
    'spec.providers[0].envVars[0]: Invalid value: "PYTHONPATH": spec.providers[0].envVars[0] in body should match its pattern; spec.providers[0].envVars: Invalid value: must not name what other programs read: LD_*, DYLD_*, NODE_*, PYTHON*, JAVA_*, DOCKER_*, HTTP_*, HTTPS_*, KUBERNETES_*, *_SERVICE_HOST, AWS_ENDPOINT_URL',
  ],
  [
    'the variable JAVA_TOOL_OPTIONS',
    openai({ envVars: ['JAVA_TOOL_OPTIONS'] }),
    'spec.providers[0].envVars[0]: must be the name of a variable that holds an address, such as OPENAI_BASE_URL; spec.providers[0].envVars: must not name what other programs read: LD_*, DYLD_*, NODE_*, PYTHON*, JAVA_*, DOCKER_*, HTTP_*, HTTPS_*, KUBERNETES_*, *_SERVICE_HOST, AWS_ENDPOINT_URL',
    'spec.providers[0].envVars[0]: Invalid value: "JAVA_TOOL_OPTIONS": spec.providers[0].envVars[0] in body should match its pattern; spec.providers[0].envVars: Invalid value: must not name what other programs read: LD_*, DYLD_*, NODE_*, PYTHON*, JAVA_*, DOCKER_*, HTTP_*, HTTPS_*, KUBERNETES_*, *_SERVICE_HOST, AWS_ENDPOINT_URL',
  ],
  [
    'the variable HTTPS_PROXY',
    openai({ envVars: ['HTTPS_PROXY'] }),
    'spec.providers[0].envVars[0]: must be the name of a variable that holds an address, such as OPENAI_BASE_URL; spec.providers[0].envVars: must not name what other programs read: LD_*, DYLD_*, NODE_*, PYTHON*, JAVA_*, DOCKER_*, HTTP_*, HTTPS_*, KUBERNETES_*, *_SERVICE_HOST, AWS_ENDPOINT_URL',
    'spec.providers[0].envVars[0]: Invalid value: "HTTPS_PROXY": spec.providers[0].envVars[0] in body should match its pattern; spec.providers[0].envVars: Invalid value: must not name what other programs read: LD_*, DYLD_*, NODE_*, PYTHON*, JAVA_*, DOCKER_*, HTTP_*, HTTPS_*, KUBERNETES_*, *_SERVICE_HOST, AWS_ENDPOINT_URL',
  ],
  [
    'the variable openai_base_url',
    openai({ envVars: ['openai_base_url'] }),
    NO_ADDRESS,
    'spec.providers[0].envVars[0]: Invalid value: "openai_base_url": spec.providers[0].envVars[0] in body should match its pattern',
  ],
  [
    'the variable HOST',
    openai({ envVars: ['HOST'] }),
    NO_ADDRESS,
    'spec.providers[0].envVars[0]: Invalid value: "HOST": spec.providers[0].envVars[0] in body should match its pattern',
  ],
  [
    'the variable 1_URL',
    openai({ envVars: ['1_URL'] }),
    NO_ADDRESS,
    'spec.providers[0].envVars[0]: Invalid value: "1_URL": spec.providers[0].envVars[0] in body should match its pattern',
  ],
  ['the variable LD_LIBRARY_URL', openai({ envVars: ['LD_LIBRARY_URL'] }), FOREIGN],
  ['the variable NODE_EXTRA_URL', openai({ envVars: ['NODE_EXTRA_URL'] }), FOREIGN],
  ['the variable PYTHON_BASE', openai({ envVars: ['PYTHON_BASE'] }), FOREIGN],
  ['the variable KUBERNETES_SERVICE_HOST', openai({ envVars: ['KUBERNETES_SERVICE_HOST'] }), FOREIGN],
  ['the variable REDIS_SERVICE_HOST', openai({ envVars: ['REDIS_SERVICE_HOST'] }), FOREIGN],
  ['the variable DOCKER_HOST', openai({ envVars: ['DOCKER_HOST'] }), FOREIGN],
  ['the variable AWS_ENDPOINT_URL', openai({ envVars: ['AWS_ENDPOINT_URL'] }), FOREIGN],
  [
    'one variable twice',
    openai({ envVars: ['OPENAI_BASE_URL', 'OPENAI_BASE_URL'] }),
    'spec.providers[0].envVars: must not have duplicate items',
    'spec.providers[0].envVars[1]: Duplicate value: "OPENAI_BASE_URL"',
  ],
  [
    'nine variables',
    openai({ envVars: Array.from({ length: 9 }, (_, n) => `V${n}_BASE_URL`) }),
    'spec.providers[0].envVars: must not have more than 8 items',
    'spec.providers[0].envVars: Too many: 9: must have at most 8 items',
  ],
  [
    'a literal key',
    openai({ apiKey: 'x' }),
    'spec.providers[0].apiKey: unknown field; known are name, dialect, baseURL, allowInsecure, timeouts, proxy, tls, addresses, credentials, envVars',
    'strict decoding error: unknown field "spec.providers[0].apiKey"',
  ],
  [
    'a literal key in credentials',
    openai({ credentials: { apiKey: 'x' } }),
    'spec.providers[0].credentials.apiKey: unknown field; known are mode, secretKeyRef, env, path',
    'strict decoding error: unknown field "spec.providers[0].credentials.apiKey"',
  ],
]
