/** Good and bad policies: base URLs. */

import { ACCEPTED, type PolicyCase } from './policy-case.ts'

const NO_URL = 'spec.providers[0].baseURL: must be an absolute http or https URL'
const SECRET = 'spec.providers[0].baseURL: must carry no credentials, query or fragment'
const NUMBERS = 'spec.providers[0].baseURL: must write its address with four decimal numbers, such as 127.0.0.1'
const PLAIN = 'spec.providers[0].baseURL: must be https (allowInsecure: true permits a plain-text upstream)'

function at(baseURL: string, fields: object = {}): object {
  return { providers: [{ name: 'openai', baseURL, ...fields }] }
}

export const BASE_URLS: readonly PolicyCase[] = [
  ['an http URL', at('http://llm.example'), PLAIN],
  ['an http URL in upper case', at('HTTP://llm.example'), PLAIN],
  ['an http URL that is allowed', at('http://llm.example', { allowInsecure: true })],
  ['an http URL that is not allowed', at('http://llm.example', { allowInsecure: false }), PLAIN],
  ['an https URL in upper case', at('HTTPS://llm.example')],
  ['another scheme', at('ftp://llm.example', { allowInsecure: true }), NO_URL],
  ['a path alone', at('/v1'), NO_URL],
  ['a URL without a scheme', at('llm.example/v1'), NO_URL],
  ['a host with a port alone', at('localhost:8080'), NO_URL],
  ['an empty URL', at(''), NO_URL],
  ['a URL without a host', at('https://'), NO_URL],
  ['a URL with three slashes', at('https:///v1'), NO_URL],
  ['backslashes', at('https:\\\\llm.example'), NO_URL],
  ['a user and a password', at('https://u:p@llm.example'), SECRET],
  ['an at sign in the path', at('https://llm.example/@me'), SECRET],
  ['a query', at('https://llm.example?key=1'), SECRET],
  ['a bare question mark', at('https://llm.example/?'), SECRET],
  ['a fragment', at('https://llm.example#a'), SECRET],
  ['an escaped at sign', at('https://llm.example/%40me')],
  ['a percent sign alone', at('https://llm.example/%zz'), NO_URL],
  ['a percent sign in the host', at('https://llm%41.example'), NO_URL],
  ['a space in the path', at('https://llm.example/a b'), NO_URL],
  ['a space before the URL', at(' https://llm.example'), NO_URL],
  ['a newline after the URL', at('https://llm.example\n'), NO_URL],
  ['a tab inside the URL', at('https://llm.exa\tmple'), NO_URL],
  ['a zero byte', at('https://llm.example/\u0000'), NO_URL],
  ['an international name', at('https://bücher.example'), NO_URL],
  ['its ASCII form', at('https://xn--bcher-kva.example')],
  [
    'full-width digits',
    at('https://１２７.0.0.1'),
    'spec.providers[0].baseURL: must be an absolute http or https URL; spec.providers[0].baseURL: must write its address with four decimal numbers, such as 127.0.0.1',
  ],
  ['an underscore in the host', at('https://my_svc.models')],
  ['a port', at('https://llm.example:65535/v1')],
  ['a port out of range', at('https://llm.example:65536'), NO_URL],
  ['a port of letters', at('https://llm.example:ab'), NO_URL],
  ['an IPv4 address', at('https://10.0.0.7:8443/v1')],
  ['an octet out of range', at('https://999.1.1.1'), NUMBERS],
  ['an octal address', at('https://0177.0.0.1'), NUMBERS],
  ['a short address', at('https://127.1'), NUMBERS],
  ['an address as one number', at('https://2130706433'), NUMBERS],
  ['an IPv6 address', at('https://[::1]:8443/v1')],
  ['an IPv4 address inside an IPv6 one', at('https://[::ffff:192.0.2.1]')],
  ['a zone', at('https://[fe80::1%25eth0]/v1'), NO_URL],
  [
    'an IPv6 address of two groups',
    at('https://[1:2]/'),
    'spec.providers[0].baseURL: names a host that is none',
    ACCEPTED,
  ],
  ['letters in brackets', at('https://[x]/'), NO_URL],
  ['a URL of 512', at(`https://llm.example/${'a'.repeat(492)}`)],
  [
    'a URL of 513',
    at(`https://llm.example/${'a'.repeat(493)}`),
    'spec.providers[0].baseURL: must not have more than 512 characters',
    'spec.providers[0].baseURL: Too long: may not be more than 512 bytes',
  ],
]
