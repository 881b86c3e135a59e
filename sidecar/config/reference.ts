/** The settings reference, written from the settings themselves. */

import { listSettings } from './settings.ts'

/** Markdown for docs/reference/settings.md. */
export function settingsReference(): string {
  const rows = listSettings().map(([key, { doc, range, default: byDefault, env, arg }]) => {
    const cells = [`\`${key}\``, code(env), code(arg && `--${arg}`), code(byDefault || undefined), `${doc} (${range})`]
    return `| ${cells.join(' | ')} |`
  })
  return [
    '# Settings of the sidecar',
    '',
    'Flags win over environment variables, these over the settings file (`--config FILE` in TOML, YAML or JSON, else',
    '`~/.m2m/config.toml`), that over defaults. In a file the part before the dot is the section.',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax that is described
    '`${VAR}` in a file is replaced by the environment variable; empty variables count as unset.',
    'What concerns prompts and providers is said by a [policy](policy.md).',
    '',
    '| Setting | Variable | Flag | Default | Meaning |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

function code(text: string | undefined): string {
  return text === undefined ? '' : `\`${text}\``
}
