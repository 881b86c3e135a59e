/** Names of tools that run commands, and of commands that print an API's answer rather than a file. */

/** One word of a tool's name is enough: `bash`, `execute_command`, `run_in_terminal`, `local_shell`. */
export const SHELL_TOOLS: ReadonlySet<string> = new Set([
  'bash',
  'shell',
  'sh',
  'zsh',
  'terminal',
  'command',
  'commands',
  'cmd',
  'powershell',
  'pwsh',
  'console',
  'exec',
])

/**
 * Clients whose JSON is an answer: nobody edits it, so it may be minified. A command that names a file beside them
 * counts as one that shows the file. As parts of a regular expression.
 */
export const API_CLIENTS: readonly string[] = [
  'kubectl',
  'oc',
  'helm (?:list|ls|status|history|get|search)',
  'istioctl',
  'argocd',
  'flux',
  'curl',
  'wget',
  'https?',
  'aws',
  'az',
  'gcloud',
  'gsutil',
  'bq',
  'gh',
  'glab',
  'doctl',
  'flyctl',
  'heroku',
  'vercel',
  'docker (?:inspect|ps|images|image|container|network|volume|stats|info|version|compose ps)',
  'podman (?:inspect|ps|images|info)',
  'crictl',
  'nomad',
  'consul',
  'vault',
  'etcdctl',
  '(?:terraform|tofu) (?:show|output|state)',
  'npm (?:view|info|ls|list|outdated|audit|search)',
  'pip (?:list|inspect)',
  'journalctl',
  'systemctl',
  'lsblk',
  'findmnt',
  'ip (?:-j|--json)',
  'redis-cli',
  'mongosh',
  'psql',
  'mysql',
  'jira',
  'promtool query',
  'logcli',
]

/** Commands that print a file letter by letter. As parts of a regular expression. */
export const READERS: readonly string[] = [
  'cat',
  'bat',
  'head',
  'tail',
  'nl',
  'less',
  'more',
  'sed -n',
  'type',
  'Get-Content',
  'git show(?= [^ ]+:)',
]
