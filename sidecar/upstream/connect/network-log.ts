/** What connections report: never a credential, never a URL. */

export interface NetworkLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

export const SILENT: NetworkLog = { info: () => undefined, warn: () => undefined }
