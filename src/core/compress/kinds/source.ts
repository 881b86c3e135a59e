/** Source and configuration text of any language, with and without line numbers. */

import type { Kind } from './kind.ts'
import { prose } from './prose.ts'
import { type Sample, shareOf } from './sample.ts'

/** Lines that only code has: so many make a text source, whatever the others are. */
const MIN_SURE = 0.2

/** Comments that follow each other. */
const MIN_COMMENTS = 0.1

/** Lines that code and configuration have, and other texts now and then. */
const MIN_LIKELY = 0.65

export const source: Kind = {
  name: 'source',
  isLike: (sample) =>
    isOpened(sample.lines) || isNumbered(sample.lines) || isCommented(sample.lines) || isWritten(sample),
}

/** First lines of scripts and of some files. */
const OPENING =
  /^(?:#!\s*\/|<\?php|%YAML|apiVersion: |# syntax=docker|package [a-z]\w*;?$|module [\w./-]+$|syntax\s*=\s*")/

function isOpened([first = '', second = '']: readonly string[]): boolean {
  return OPENING.test(first) || OPENING.test(second)
}

/** `cat -n`, an editor's view with an arrow, `grep -n ''`: a number, a sign, and text to the letter. */
const NUMBER = /^(?:\s*(\d{1,7})(?:$|→|:(?!\d\d))| +(\d{1,5})\t)/

/** Numbers that go up by one. */
const MIN_NUMBERED = 4

function isNumbered(lines: readonly string[]): boolean {
  let longest = 0
  let streak = 0
  let next = 0
  for (const line of lines) {
    const found = NUMBER.exec(line)
    const number = Number(found?.[1] ?? found?.[2] ?? Number.NaN)
    streak = number === next ? streak + 1 : 1
    next = number + 1
    longest = Math.max(longest, streak)
  }
  return longest >= MIN_NUMBERED && longest >= MIN_SURE * lines.length
}

/** Comments of several lines: headings of Markdown stand alone, and metrics have two lines of a form of their own. */
const COMMENT = /^\s*#(?! (?:HELP|TYPE) )(?:\s|$)/

function isCommented(lines: readonly string[]): boolean {
  const pairs = lines.filter((line, at) => COMMENT.test(line) && COMMENT.test(lines[at + 1] ?? '')).length
  return pairs > 1 && pairs >= MIN_COMMENTS * lines.length
}

function isWritten(sample: Sample): boolean {
  const { lines, logged } = sample
  const others = lines.filter((line, at) => logged[at] === true || !isSure(line))
  const sure = lines.length - others.length
  if (sure > 1 && sure >= MIN_SURE * lines.length) return true
  if (lines.length < 3 || (sure === 0 && !isConfiguration(sample))) return false
  return sure + others.filter((line) => LIKELY.test(line)).length >= MIN_LIKELY * lines.length
}

const MAX_HEADINGS = 0.5

/** Markdown has headings and lists that look like comments and lists of YAML. */
function isConfiguration(sample: Sample): boolean {
  if (!sample.lines.some((line) => NESTED.test(line))) return false
  return shareOf(sample, NESTED) > MAX_HEADINGS || !prose.isLike(sample)
}

/** Words that begin a statement, with what follows them there. */
const STATEMENT = new RegExp(
  String.raw`^\s*(?:${[
    String.raw`(?:async )?(?:def|class)\s+\w+.*[:)]`,
    String.raw`(?:if|elif|for|while|with|except|unless|switch|match|until)\b.*(?:[:{]|\bdo|; then)\s*(?:#.*|\/\/.*)?$`,
    String.raw`(?:else|try|finally|do|then|begin|repeat)\s*[:{]?$`,
    String.raw`(?:from [\w.]+ import|import [\w.{*"'(]|package [\w.]+|using [\w.]+|use [\w:]+|require(?:_relative)?[ (]['"])`,
    String.raw`(?:func|fn|fun|let|const|var|val|pub|impl|struct|enum|interface|export|namespace|public|private|protected|static|extern|typedef|template|mod|macro_rules!|trait|type|local|my|our|sub|module|message|service|rpc|resource|variable|output|provider|data)\s+[\w"'*<{([&$@]+.*[;{}()=,:>"]$`,
    String.raw`(?:end|fi|done|esac|endif|endfunction|endmacro|pass|break|continue|'''|""")$`,
    String.raw`#\s*(?:include|define|ifdef|ifndef|endif|if|else|elif|pragma|undef|error)\b`,
    String.raw`@[A-Za-z][\w.]*(?:\(.*)?$`,
    String.raw`(?:SELECT|INSERT INTO|CREATE|ALTER|DROP|UPDATE|DELETE FROM|GRANT|BEGIN|COMMIT)\b.*[;(,]$`,
    String.raw`(?:FROM \S+(?: AS \S+)?$|RUN |COPY |ADD |ENV |ARG |WORKDIR |ENTRYPOINT |CMD \[|EXPOSE \d|LABEL |VOLUME |USER \w+$)`,
    String.raw`(?:\.PHONY|include \S+$|ifeq|ifneq|\$\(\w+\))`,
    String.raw`\{[{%#].*[}%]\}?$`,
    String.raw`<%.*%>$`,
    String.raw`(?:\/\/|\/\*|\*\/|--\[\[|;;|\*$|\* @\w)`,
    String.raw`[a-z_]\w* ["'][^"']*["'](?:, .*)?$`,
    String.raw`['"][\w.-]+['"]\s*=>\s`,
    String.raw`\\[a-zA-Z]+[[{]`,
    String.raw`\$(?:if|for|endif|else|endfor)\b`,
    String.raw`(?:syn(?:tax)? |hi(?:ghlight)? |au(?:tocmd)? |\w*noremap |setlocal |bind(?:-key)? |alias \S+=|complete -)`,
    String.raw`[)\]}]+[;,)]+$`,
  ].join('|')})|^\s{2,}(?:return|raise|throw|yield|await|assert|new|delete|echo|exit|unset)\b`,
)

/** A name, one sign of assignment, and a value; several on a line are members of a record. */
const ASSIGNED =
  /^\s*(?:(?:const|let|var|local|my|export|set|final|readonly)\s+)?[A-Za-z_$@.][\w.$@[\]"'*:<>-]*(?:\s*:\s*[\w.[\]<>, |]+)?\s+[:+*/|.?-]?=>?\s+\S|^\s*(?:export |set |local )?[A-Za-z_][\w.-]*=(?!.* [\w.-]+=)/

/** Lines of JSON are no code of their own. */
const JSON_LINE = /^\s*(?:"[^"]*":|[[\]{}]+,?$|"(?:[^"\\]|\\.)*",?$)/

/** A call or a list that goes on, a block with parameters, a line that goes on. */
const ENDS = /(?:[\w\])]\(|[^\w\s]\[|=>|&&|\|\||\S ?\\|\bdo \|[^|]*\|)$/
const UNITS_AT_END = 24

const SEMICOLON = 0x3b
const BRACE = 0x7b

function isSure(line: string): boolean {
  const isCode = isEnded(line) || STATEMENT.test(line) || (line.includes('=') && ASSIGNED.test(line))
  return isCode && !JSON_LINE.test(line)
}

function isEnded(line: string): boolean {
  const last = line.charCodeAt(line.length - 1)
  if (last === SEMICOLON || last === BRACE) return true
  return isWordUnit(last) ? line.endsWith(' do') : ENDS.test(line.slice(-UNITS_AT_END))
}

function isWordUnit(unit: number): boolean {
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39) || (unit >= 0x41 && unit <= 0x5a)
}

/** YAML, sections, comments, indented calls, rules of a make file, patterns of ignore files. */
const LIKELY = new RegExp(
  String.raw`^(?:${[
    String.raw`\s*(?:- )*["']?[\w.$/*@{}<-][\w.$/*@{}<>-]*["']?\s*:(?:\s\S.*)?$`,
    String.raw`\s*- \S`,
    String.raw`\s*[#;%]`,
    String.raw`\s*\*\s`,
    String.raw`\[[\w .:"'/*-]+\]$`,
    String.raw`\s{2,}\S.*[(),:{}[\]'"=>]$`,
    String.raw`\s*[\w.$]+\(.*\)?[;,]?$`,
    String.raw`\s*[!*/\w.-]*[*/][\w./*-]*$`,
    String.raw`[!.*_]\S*$`,
    String.raw`[\w.-]+\s*(?:[=~<>!]=|@)\s*\S+$`,
    String.raw`\s*[A-Z]\w+ \S+$`,
    String.raw`\s*[\w.-]+\.[a-z]+\/\S+ v\d`,
  ].join('|')})`,
)

/** A key whose value stands below it, a section, a document's start, a comment, a pattern: signs of configuration. */
const NESTED = /^\s*(?:- )?["']?[a-z_$/][\w.$/-]*["']?:$|^\[[\w .:"'/*-]+\]$|^---$|^\s*#|^[!/]?[\w./-]*\*[\w.*/-]*$/
