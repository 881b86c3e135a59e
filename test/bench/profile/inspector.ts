/** A connection to the inspector of a Node.js process (Chrome DevTools protocol): its profilers, switched on from outside. */

export interface Inspector {
  /** @throws Error when the process answers with an error, or is gone */
  send<T>(method: string, params?: object): Promise<T>
  close(): void
}

interface Waiting {
  resolve(result: unknown): void
  reject(error: Error): void
}

/** @param port of `--inspect=127.0.0.1:PORT` */
export async function openInspector(port: number): Promise<Inspector> {
  const [target] = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    webSocketDebuggerUrl: string
  }[]
  if (target === undefined) throw new Error(`nothing to inspect at port ${port}`)
  const socket = new WebSocket(target.webSocketDebuggerUrl)
  const waiting = new Map<number, Waiting>()
  let last = 0
  socket.addEventListener('message', ({ data }) => {
    const { id, result, error } = JSON.parse(String(data)) as Answer
    const call = waiting.get(id ?? 0)
    waiting.delete(id ?? 0)
    if (error === undefined) call?.resolve(result)
    else call?.reject(new Error(error.message))
  })
  const opened = Promise.withResolvers<void>()
  socket.addEventListener('open', () => opened.resolve())
  socket.addEventListener('close', () => {
    opened.reject(new Error('the inspector closed'))
    for (const { reject } of waiting.values()) reject(new Error('the inspector closed'))
  })
  await opened.promise
  return {
    send<T>(method: string, params: object = {}) {
      const { promise, resolve, reject } = Promise.withResolvers<unknown>()
      last++
      waiting.set(last, { resolve, reject })
      socket.send(JSON.stringify({ id: last, method, params }))
      return promise as Promise<T>
    },
    close: () => socket.close(),
  }
}

interface Answer {
  /** Absent: an event. */
  readonly id?: number
  readonly result?: unknown
  readonly error?: { readonly message: string }
}
