import fc from 'fast-check'
import { htmlToMarkdown } from '../../../../../src/core/compress/techniques/lossy/html-to-markdown.ts'
import type { TechniqueFixture } from '../../../../support/technique-contract.ts'

const PIECES = [
  '<!DOCTYPE html>',
  '<html lang="en">',
  '<body class="wide">',
  '<p>',
  '</p>',
  '<a href="/next">',
  '</a>',
  '<pre>',
  '</pre>',
  '<script>if (a < b) x()</script>',
  '<script>',
  '<!-- note -->',
  '<!--',
  '<td>',
  '<li>',
  'text ',
  ' &amp; &#955; &#xd800; &nosuch; ',
  '\n\n',
  '<',
  'a > b',
]

const textOf = (pieces: readonly string[]): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...pieces), { maxLength: 16 }).map((some) => `<html>${some.join('')}`)

const PAGE = `<!doctype html>
<html><head><title>Disks</title><style>p { color: red }</style></head>
<body><nav class="top"><a href="#main">skip</a></nav>
<h1 id="main">Full  disks</h1>
<p>Remove <b>old</b> files, then <a class="x" href="/restart?a=1&amp;b=2">restart</a> &lt;it&gt;.</p>
<ul><li><p>logs</p></li><li>caches</li></ul>
<pre>du -sh *
  df</pre>
<table><tr><th>disk</th><th>used</th></tr><tr><td>sda</td><td>97 %</td></tr></table>
<script>track("</p>")</script></body></html>
`
const MARKDOWN = `Disks
skip
# Full disks
Remove **old** files, then [restart](/restart?a=1&b=2) <it>.
- logs
- caches
\`\`\`
du -sh *
  df
\`\`\`
disk | used
sda | 97 %`

export const htmlToMarkdownFixture: TechniqueFixture = {
  technique: htmlToMarkdown,
  samples: [
    ['a page', PAGE, `[m2m: ${PAGE.length - MARKDOWN.length} characters of HTML markup left out]\n${MARKDOWN}`],
  ],
  untouched: [
    ['an empty text', ''],
    ['Markdown with a tag in it', '# Title\n<div>\n'],
    ['XML', '<?xml version="1.0"?><project><a>1</a></project>'],
    ['a page that breaks off in a tag', '<html><body><p>text</p><a href="'],
    ['a page that breaks off in a script', '<html><body><p>text</p><script>let a'],
  ],
  texts: textOf(PIECES),
  forms: textOf([...PIECES, '[m2m: 9 characters of HTML markup left out]\n']),
}
