/**
 * Fields that have no effect beside others, or should not stay: hints of `policy check`. They are never errors, or switching
 * something off would keep a running sidecar on its last policy.
 */

import { bareHost, isRefusedRange } from '../../network/index.ts'
import { PLAIN_HTTP } from '../patterns.ts'
import { isOneOf, type SpecCheck } from './rule.ts'

export const NOTES: readonly SpecCheck[] = [
  {
    at: '',
    field: 'providers',
    message: 'hold in the place of those of every policy that it overrides; leave them out to keep each policy’s own',
    check: ({ scope, providers }) => scope !== 'Override' || providers === undefined,
  },
  {
    at: 'providers[].tls',
    field: 'verify',
    message:
      'is false: whoever is on the way to the provider can read keys and prompts. Name its authority in caFile instead',
    check: ({ verify }) => verify !== false,
  },
  {
    at: 'providers[]',
    field: 'tls',
    message: 'has no effect: baseURL is plain http',
    check: ({ tls, baseURL }) => tls === undefined || typeof baseURL !== 'string' || !PLAIN_HTTP.test(baseURL),
  },
  {
    at: 'providers[]',
    field: 'addresses',
    message:
      'lists ranges without effect: link-local, metadata, multicast and unspecified addresses are always refused',
    check: ({ addresses }) =>
      !Array.isArray(addresses) || !addresses.some((item) => typeof item === 'string' && isRefusedRange(item)),
  },
  {
    at: 'providers[]',
    field: 'baseURL',
    message:
      'stands for itself and is not checked: no LLM is served at a link-local, metadata, multicast or unspecified address',
    check: ({ baseURL }) => {
      const url = typeof baseURL === 'string' ? URL.parse(baseURL) : null
      return url === null || !isRefusedRange(bareHost(url.hostname))
    },
  },
  {
    at: 'compression',
    field: 'holdoutPercent',
    message: 'has no effect: sessions are held out only with mode Enforce',
    check: ({ holdoutPercent, mode }) => !holdoutPercent || !isOneOf(['Disabled', 'Audit'], mode),
  },
  {
    at: 'compression',
    field: 'unpin',
    message: 'counts once, when it is switched on: take it out again after that',
    check: ({ unpin }) => unpin !== true,
  },
  {
    at: 'limits',
    field: 'maxTransformBytes',
    message: 'has no effect above maxBodyBytes: larger bodies are refused',
    check: ({ maxBodyBytes, maxTransformBytes }) =>
      typeof maxBodyBytes !== 'number' || typeof maxTransformBytes !== 'number' || maxTransformBytes <= maxBodyBytes,
  },
]
