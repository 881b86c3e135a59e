/** Installs LiteLLM once into the user's cache, outside of the project. */

import { join } from 'node:path'
import { type Installed, installWheels } from '../python/install.ts'

/** The environment in which Python finds LiteLLM; or the reason for its absence. */
export async function installLitellm(): Promise<Installed> {
  const installed = await installWheels('litellm', join(import.meta.dirname, 'requirements.txt'))
  if ('reason' in installed) return installed
  // Without it, LiteLLM fetches its price list when it is imported.
  return { env: { ...installed.env, LITELLM_LOCAL_MODEL_COST_MAP: 'True' } }
}
