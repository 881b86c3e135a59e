import { describe, expect, test } from 'vitest'
import { type ConfigSources, loadConfig, type SidecarConfig } from '../../../sidecar/config.ts'
import { EMPTY_ENVIRONMENT } from '../../../sidecar/upstream/connect/index.ts'
import { M2MError } from '../../../src/core/errors.ts'
import { NO_POD } from '../../support/test-config.ts'

type Given = Partial<Pick<ConfigSources, 'flags' | 'env'>> & { files?: Readonly<Record<string, string>> }

const HOME_FILE = '/home/me/.m2m/config.toml'

function load({ flags = {}, env = {}, files = {} }: Given): SidecarConfig {
  const readFile = (path: string): string => {
    const text = files[path]
    if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
    return text
  }
  return loadConfig({ flags, env, home: '/home/me', readFile })
}

function diagnosticsOf(given: Given): string[] {
  try {
    load(given)
  } catch (error) {
    if (error instanceof M2MError && error.code === 'CONFIG_INVALID') return error.message.split('\n').slice(1)
    throw error
  }
  return []
}

describe('settings', () => {
  test('have defaults that listen on loopback only', () => {
    expect(load({})).toEqual({
      proxy: {
        host: '127.0.0.1',
        port: 4141,
        upstreams: [],
        mode: 'Enforce',
        profile: 'Safe',
        keepAlivePingMs: 0,
        allowedHosts: [],
        token: undefined,
      },
      admin: { host: '127.0.0.1', port: 4142 },
      policy: { path: undefined, pollMs: 10_000 },
      pod: NO_POD,
      models: { path: '/home/me/.cache/m2m/models.json', isNamed: false },
      log: { level: 'info' },
      otlp: { endpoint: undefined, serviceName: 'm2m-sidecar' },
      record: { dir: undefined, maxBytes: 256 * 1024 * 1024 },
      state: { dir: undefined },
      memory: { mb: 144 },
      network: EMPTY_ENVIRONMENT,
      drain: { graceMs: 25_000 },
    })
  })

  test('come from flags before the environment before the file before defaults', () => {
    const files = { [HOME_FILE]: '[proxy]\nport = 1\n[admin]\nport = 2\n[log]\nlevel = "warn"\n' }
    const env = { M2M_PROXY_PORT: '11', M2M_ADMIN_PORT: '12' }
    const { proxy, admin, log, drain } = load({ flags: { port: '21' }, env, files })
    expect([proxy.port, admin.port, log.level, drain.graceMs]).toEqual([21, 12, 'warn', 25_000])
  })

  test.each(['Safe', 'Balanced', 'Aggressive'])('choose the profile %s', (profile) => {
    expect(load({ flags: { profile } }).proxy.profile).toBe(profile)
    expect(load({ env: { M2M_PROXY_PROFILE: profile } }).proxy.profile).toBe(profile)
  })

  test('can all be given in the environment', () => {
    const env = {
      M2M_PROXY_HOST: '::1',
      M2M_PROXY_PORT: '0',
      M2M_PROXY_UPSTREAM: 'http://a, groq=https://b/openai/v1,',
      M2M_PROXY_MODE: 'Audit',
      M2M_PROXY_PROFILE: 'Safe',
      M2M_PROXY_KEEP_ALIVE_PING: '15s',
      M2M_PROXY_ALLOWED_HOSTS: 'm2m,app.example:3000',
      M2M_PROXY_TOKEN: 'a-token-of-some-length',
      M2M_ADMIN_HOST: '0.0.0.0',
      M2M_ADMIN_PORT: '0',
      M2M_POLICY: '/etc/m2m',
      M2M_POLICY_POLL: '1m',
      M2M_MODELS: '/etc/m2m/models.json',
      XDG_CACHE_HOME: '/var/cache',
      M2M_LOG_LEVEL: 'debug',
      M2M_STATE_DIR: '/var/lib/m2m',
      M2M_DRAIN_GRACE: '1m30s',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
      OTEL_SERVICE_NAME: 'mine',
    }
    expect(load({ env })).toEqual({
      proxy: {
        host: '::1',
        port: 0,
        upstreams: [
          { name: 'openai', url: 'http://a' },
          { name: 'groq', url: 'https://b/openai/v1' },
        ],
        mode: 'Audit',
        profile: 'Safe',
        keepAlivePingMs: 15_000,
        allowedHosts: ['m2m', 'app.example:3000'],
        token: 'a-token-of-some-length',
      },
      admin: { host: '0.0.0.0', port: 0 },
      policy: { path: '/etc/m2m', pollMs: 60_000 },
      pod: NO_POD,
      models: { path: '/etc/m2m/models.json', isNamed: true },
      log: { level: 'debug' },
      otlp: { endpoint: 'http://127.0.0.1:4318', serviceName: 'mine' },
      record: { dir: undefined, maxBytes: 256 * 1024 * 1024 },
      state: { dir: '/var/lib/m2m' },
      memory: { mb: 144 },
      network: EMPTY_ENVIRONMENT,
      drain: { graceMs: 90_000 },
    })
  })

  test('find the price table where m2m models refresh keeps it', () => {
    expect(load({ env: { XDG_CACHE_HOME: '/var/cache' } }).models.path).toBe('/var/cache/m2m/models.json')
    const files = { [HOME_FILE]: '[models]\npath = "/srv/models.json"\n' }
    expect(load({ env: { XDG_CACHE_HOME: '/var/cache' }, files }).models.path).toBe('/srv/models.json')
    expect(loadConfig({ flags: {}, env: {} }).models.path).toBeUndefined()
  })

  test('take sizes in powers of 1,024', () => {
    const sizes = ['512', '2Ki', '3Mi', '1Gi'].map((max) => load({ flags: { 'record-max': max } }).record.maxBytes)
    expect(sizes).toEqual([512, 2048, 3 * 1024 ** 2, 1024 ** 3])
  })

  test('take a repeated flag as a list', () => {
    const { upstreams } = load({ flags: { upstream: ['http://a', 'ollama=http://b'] } }).proxy
    expect(upstreams.map(({ name }) => name)).toEqual(['openai', 'ollama'])
    expect(diagnosticsOf({ flags: { upstream: ['http://a', 'http://b'] } })).toHaveLength(1)
  })

  test('ignore empty variables, Kubernetes’ service variables and variables that are not ours', () => {
    const env = {
      M2M_PROXY_PORT: 'tcp://10.0.0.7:4141',
      M2M_ADMIN_PORT: 'udp://10.0.0.7:4141',
      M2M_LOG_LEVEL: '',
      M2M_PROXY_SERVICE_HOST: '10.0.0.7',
      M2M_PROXY_PORT_4141_TCP_ADDR: '10.0.0.7',
    }
    expect(load({ env })).toEqual(load({}))
  })
})

describe('the network of the environment', () => {
  test('is read from the variables that other programs read; those in lower case win', () => {
    const env = {
      HTTPS_PROXY: 'http://upper.example',
      https_proxy: 'me:pw@lower.example:3128',
      HTTP_PROXY: 'https://plain.example',
      NO_PROXY: 'a.example, .b.example',
      SSL_CERT_FILE: '/ca.pem',
      SSL_CERT_DIR: '/a:/b',
    }
    expect(load({ env }).network).toEqual({
      httpsProxy: { url: new URL('http://me:pw@lower.example:3128'), from: 'HTTPS_PROXY' },
      httpProxy: { url: new URL('https://plain.example'), from: 'HTTP_PROXY' },
      noProxy: 'a.example,.b.example',
      caFile: '/ca.pem',
      caDir: '/a:/b',
    })
  })

  test('may stand in a file; an empty variable counts as unset', () => {
    const files = { [HOME_FILE]: '[network]\nhttpsProxy = "http://proxy.example"\nnoProxy = ["a", "b"]\n' }
    const { network } = load({ files, env: { https_proxy: '', HTTPS_PROXY: '' } })
    expect([network.httpsProxy?.url.href, network.noProxy]).toEqual(['http://proxy.example/', 'a,b'])
  })

  test.each(['socks5://me:secret@proxy.example', 'http://me:secret@', 'http://me:secret%ff@proxy.example'])(
    'refuses %s without repeating it',
    (HTTPS_PROXY) => {
      expect(diagnosticsOf({ env: { HTTPS_PROXY } })).toEqual([
        'HTTPS_PROXY: must be the URL of an http or https proxy, such as http://proxy.example:3128; SOCKS is not supported',
      ])
    },
  )
})

describe('a settings file', () => {
  const expected = { port: 7, upstreams: [{ name: 'openai', url: 'http://host' }] }

  test.each([
    ['c.toml', `[proxy]\nport = 7\nupstreams = ["http://\${H}"]\n`],
    ['c.yaml', `proxy:\n  port: 7\n  upstreams: ["http://\${H}"]\n`],
    ['c.yml', `proxy: { port: "7", upstreams: "http://\${H}" }\n`],
    ['c.json', `{"proxy": {"port": 7, "upstreams": "openai=http://\${H}"}}`],
  ])('may be %s, with variables filled in', (config, text) => {
    expect(load({ flags: { config }, env: { H: 'host' }, files: { [config]: text } }).proxy).toMatchObject(expected)
  })

  test('given by --config replaces the one at home', () => {
    const files = { [HOME_FILE]: '[proxy]\nport = 1\n', 'c.toml': '[log]\nlevel = "warn"\n' }
    const { proxy, log } = load({ flags: { config: 'c.toml' }, files })
    expect([proxy.port, log.level]).toEqual([4141, 'warn'])
  })

  test('may be empty', () => {
    for (const config of ['c.toml', 'c.yaml'])
      expect(load({ flags: { config }, files: { [config]: '' } })).toEqual(load({}))
  })

  test.each([
    ['c.yaml', 'proxy:\n  prot: 7\n', 'c.yaml:2: proxy.prot: unknown setting; did you mean port?'],
    ['c.yaml', 'proxi: {}\n', 'c.yaml:1: proxi: unknown setting; did you mean proxy?'],
    [
      'c.yaml',
      'proxy:\n  banana: 1\n',
      'c.yaml:2: proxy.banana: unknown setting; known are host, port, upstreams, mode, profile',
    ],
    ['c.yaml', '\nadmin: 4\n', 'c.yaml:2: admin: must be a section with host, port'],
    ['c.yaml', 'log:\n  level: { a: 1 }\n', 'c.yaml:2: log.level: must be a single value'],
    ['c.yaml', 'log:\n  level:\n', 'c.yaml:2: log.level: must be a single value'],
    [
      'c.yaml',
      '- a\n',
      'c.yaml: must hold sections: proxy, admin, policy, pod, models, log, otlp, record, state, memory, network, drain',
    ],
    ['c.yaml', 'record:\n  max: 12MB\n', 'c.yaml:2: record.max: must be a size such as 256Mi or 1Gi'],
    ['c.yaml', 'record:\n  dir: memory\n', 'c.yaml:2: record.dir: must be a folder; write ./memory'],
    ['c.yaml', 'a: 1\n---\nb: 2\n', 'c.yaml: holds more than one document'],
    ['c.yaml', 'proxy:\n\thost: x\n', 'c.yaml:2: Tabs are not allowed as indentation'],
    ['c.json', '{"proxy": }', 'c.json:1: '],
    ['c.toml', '[proxy]\nport = \n', 'c.toml:2: '],
    ['c.toml', '[proxy]\nport = 99999\n', 'c.toml: proxy.port: must be a port number from 0 to 65535'],
    ['c.toml', '[proxy]\nport = 1979-05-27\n', 'c.toml: proxy.port: must be a single value'],
    ['c.toml', '[__proto__]\nport = 1\n', 'c.toml: __proto__: unknown setting'],
    ['c.toml', '[drain]\ngrace = 30\n', 'c.toml: drain.grace: must be a duration'],
    ['c.toml', `[proxy]\nhost = "\${NOPE}"\n`, 'c.toml: proxy.host: the environment variable NOPE is not set'],
    ['c.ini', '', 'c.ini: must end in .toml, .yaml, .yml or .json'],
  ])('%s with %j is refused', (config, text, diagnostic) => {
    const diagnostics = diagnosticsOf({ flags: { config }, files: { [config]: text } })
    expect(diagnostics).toEqual([expect.stringContaining(diagnostic)])
  })

  test('given by --config must be there', () => {
    expect(diagnosticsOf({ flags: { config: 'c.toml' } })).toEqual(['c.toml: there is no such file'])
  })
})

describe('diagnostics', () => {
  test('are reported all together, each with its source', () => {
    expect(
      diagnosticsOf({
        flags: { port: '41x', mode: 'enforce', upstream: ['ftp://h', 'http://h'] },
        env: {
          M2M_PROXY_PROFILE: 'Aggresive',
          M2M_ADMIN_HOST: 'http://h',
          M2M_DRAIN_GRACE: '5',
          M2M_POLICY_POLL: 'none',
        },
        files: { [HOME_FILE]: '[log]\nlevel = "warning"\nlevle = 1\n[otlp]\nendpoint = "h:4318"\n' },
      }),
    ).toEqual([
      `${HOME_FILE}: log.levle: unknown setting; did you mean level?`,
      '--port: must be a port number from 0 to 65535',
      '--upstream: upstream "ftp://h": must be an absolute http or https URL',
      '--mode: must be one of Disabled, Audit, Enforce; did you mean Enforce?',
      'M2M_PROXY_PROFILE: must be one of Safe, Balanced, Aggressive; did you mean Aggressive?',
      'M2M_ADMIN_HOST: must be an address or a host name, without scheme or port',
      'M2M_POLICY_POLL: must be a duration such as 500ms, 10s or 5m',
      `${HOME_FILE}: log.level: must be one of error, warn, info, debug`,
      `${HOME_FILE}: otlp.endpoint: must be an absolute http or https URL`,
      'M2M_DRAIN_GRACE: must be a duration such as 500ms, 10s or 5m',
    ])
  })

  test.each(['65536', '-1', '1.5', '1e3', ' 80', '0x50'])('include the port %j', (port) => {
    expect(diagnosticsOf({ flags: { port } })).toHaveLength(1)
  })

  test('include the same port for both', () => {
    expect(diagnosticsOf({ flags: { port: '4142' } })).toEqual(['admin.port: is the data port too'])
    expect(diagnosticsOf({ flags: { port: '0', 'admin-port': '0' } })).toEqual([])
  })

  test('include a mode on the command line beside a policy; in the environment it is the fallback', () => {
    expect(diagnosticsOf({ flags: { mode: 'Audit', policy: 'p.yaml' } })).toEqual([
      '--mode: has no effect with a policy: set compression.mode there',
    ])
    expect(load({ env: { M2M_PROXY_MODE: 'Audit', M2M_POLICY: '/etc/m2m' } }).proxy.mode).toBe('Audit')
  })

  test('never repeat a value that may be a secret', () => {
    const env = {
      M2M_PROXY_PORT: 'sk-secret',
      M2M_ADMIN_HOST: 'sk secret',
      M2M_PROXY_UPSTREAM: 'https://u:sk-secret@h',
      M2M_PROXY_TOKEN: 'sk-secret',
      M2M_PROXY_ALLOWED_HOSTS: 'https://sk-secret/',
    }
    expect(diagnosticsOf({ env }).join('\n')).not.toContain('secret')
    expect(diagnosticsOf({ env })).toHaveLength(5)
  })
})
