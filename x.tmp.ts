import { policyDefinition } from './scripts/crd/definition.ts'
process.stdout.write(JSON.stringify(policyDefinition(), null, 1))
