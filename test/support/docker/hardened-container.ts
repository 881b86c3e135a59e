/** A container as a restricted namespace has it: no write to its root, no capability, no way to gain one. */

import { GenericContainer } from 'testcontainers'

export class HardenedContainer extends GenericContainer {
  constructor(image: string) {
    super(image)
    this.hostConfig.ReadonlyRootfs = true
    this.withDroppedCapabilities('ALL').withSecurityOpt('no-new-privileges').withNetworkMode('host')
  }
}
