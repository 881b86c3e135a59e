/** What docs/providers.md says of signed calls: the SDK of AWS signs for the address that it was given. */

import { expect, test } from 'vitest'
import { installClients } from '../../support/clients/install.ts'
import { sigV4 } from '../../support/signatures/sigv4.ts'
import { signedBedrockCall } from './sdk-calls.ts'
import { answer, startStandIn } from './stand-in.ts'
import { startWith } from './table.ts'

test('a signed call reaches Bedrock as it was signed, for the sidecar’s host, and Bedrock refuses it', async ({
  skip,
}) => {
  const sdks = await installClients('sdks')
  if (typeof sdks === 'string') return skip(sdks)
  const bedrock = await startStandIn()
  const host = new URL(bedrock.url).host
  bedrock.replyWith((res, seen) => {
    if (seen.headers.host === host) return answer(res, seen)
    res.writeHead(403, { 'content-type': 'application/json', 'x-amzn-errortype': 'InvalidSignatureException' })
    res.end('{"message":"The request signature we calculated does not match the signature you provided."}')
  })
  const sidecar = await startWith([`bedrock:none=${bedrock.url}`])
  try {
    expect(await signedBedrockCall(sdks, bedrock.url)).toMatchObject({ message: { role: 'assistant' } })
    const refused = signedBedrockCall(sdks, sidecar.url)
    await expect(refused).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      $metadata: { httpStatusCode: 403 },
    })

    const [direct, through] = bedrock.seen
    expect(through?.headers.host).toBe(new URL(sidecar.url).host)
    expect(through?.body).toEqual(direct?.body)
    expect(await Promise.all([direct!, through!].map((seen) => sigV4.verify(seen)))).toEqual([true, true])
  } finally {
    await sidecar.close()
    await bedrock.close()
  }
})
