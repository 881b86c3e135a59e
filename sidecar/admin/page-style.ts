/** The savings page's style sheet; it follows the visitor's light or dark preference. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ink: light-dark(#1b1f24, #e6e9ee);
  --quiet: light-dark(#5b6572, #98a2b0);
  --ground: light-dark(#f6f7f9, #14171b);
  --card: light-dark(#ffffff, #1c2026);
  --line: light-dark(#dfe3e8, #2e343d);
  --good: light-dark(#0b7a4b, #4ccf94);
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 2rem 1.25rem 4rem; color: var(--ink); background: var(--ground);
  font: 15px/1.5 system-ui, sans-serif; }
header { display: flex; justify-content: space-between; align-items: baseline; flex-wrap: wrap; gap: 0 1rem; }
h1 { font-size: 1.25rem; margin: 0 0 1rem; }
h2 { font-size: 1rem; margin: 0 0 .75rem; }
p { margin: .25rem 0; }
#audited { margin: 0 0 1rem; }
.quiet { color: var(--quiet); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1rem; margin: 0 0 1rem; }
.figures > div, section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.1rem; }
.figures > div { display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.figures dt { color: var(--quiet); font-size: .85rem; }
.figures dd { margin: 0; font-size: 1.7rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.figures .good dd { color: var(--good); }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 1rem; }
section { margin: 0 0 1rem; min-width: 0; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .3rem .5rem; white-space: nowrap; }
th { color: var(--quiet); font-weight: 500; font-size: .85rem; border-bottom: 1px solid var(--line); }
td { border-bottom: 1px solid var(--line); }
tr:last-child td { border-bottom: 0; }
th.text, td.text { text-align: left; }
td.text { max-width: 18rem; overflow: hidden; text-overflow: ellipsis; }
progress { width: 6rem; height: .5rem; accent-color: var(--good); vertical-align: middle; }
textarea, pre { width: 100%; min-height: 9rem; max-height: 22rem; margin: 0; padding: .7rem; overflow: auto; color: inherit;
  background: var(--ground); border: 1px solid var(--line); border-radius: .4rem; font: 12.5px/1.45 ui-monospace, monospace; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
textarea { resize: vertical; }
button { margin: .6rem .5rem .6rem 0; padding: .4rem .9rem; font: inherit; cursor: pointer; color: var(--card); background: var(--ink);
  border: 0; border-radius: .4rem; }
button:disabled { opacity: .5; cursor: default; }
button.plain { color: inherit; background: none; border: 1px solid var(--line); }
`
