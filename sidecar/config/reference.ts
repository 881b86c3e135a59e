/** The settings reference, generated from the settings. */

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
    'Precedence: flags, environment variables, the settings file, defaults. The settings file is `--config FILE` (TOML, YAML',
    'or JSON) or `~/.m2m/config.toml`. In a file the part before the dot is the section.',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax that is described
    '`${VAR}` in a file is replaced by the environment variable; empty variables count as unset.',
    'A [policy](policy.md) sets everything about prompts and providers.',
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
