/** Reads Markdown documents: their links and headings, as GitHub resolves them. */

/** The targets of inline links and images, code left out. */
export function linksOf(markdown: string): string[] {
  const links = withoutCode(markdown).matchAll(/\]\(\s*<?([^\s)>]+)>?(?:\s+"[^"]*")?\s*\)/g)
  return [...links].map(([, target]) => target ?? '')
}

/** The texts of headings, without their marks. */
export function headingsOf(markdown: string): string[] {
  const headings = withoutFences(markdown).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)
  return [...headings].map(([, text]) => (text ?? '').replaceAll(/`|\[([^\]]*)\]\([^)]*\)/g, '$1'))
}

/** The anchors of headings: GitHub numbers those that repeat. */
export function anchorsOf(markdown: string): string[] {
  const seen = new Map<string, number>()
  return headingsOf(markdown).map((heading) => {
    const slug = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-')
    const count = seen.get(slug) ?? 0
    seen.set(slug, count + 1)
    return count === 0 ? slug : `${slug}-${count}`
  })
}

/** The cells of the first table below a heading, without its head. */
export function tableUnder(markdown: string, heading: string): string[][] {
  const lines = markdown.split('\n')
  const start = lines.findIndex((line) => /^#{1,6} /.test(line) && line.replace(/^#+ /, '') === heading)
  const first = lines.findIndex((line, i) => i > start && line.startsWith('|'))
  if (start < 0 || first < 0) return []
  const end = lines.findIndex((line, i) => i > first && !line.startsWith('|'))
  const rows = lines.slice(first + 2, end < 0 ? undefined : end)
  return rows.map((row) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

function withoutCode(markdown: string): string {
  return withoutFences(markdown).replaceAll(/(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, 'code')
}

function withoutFences(markdown: string): string {
  return markdown.replaceAll(/^( *)(```+|~~~+)[\s\S]*?^\1\2[ \t]*$/gm, '')
}
