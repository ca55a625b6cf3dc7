/**
 * How all pages of the service look: light and dark, wide and narrow, with the fonts of the system.
 */
export const baseStyle = `
:root { color-scheme: light dark;
  --paper: light-dark(#fcfcfa, #14161a); --card: light-dark(#fff, #1c1f25); --sunk: light-dark(#f3f3ef, #101216);
  --ink: light-dark(#181b22, #eceef2); --soft: light-dark(#555c6a, #a9b0bd); --line: light-dark(#e2e2db, #2f343d);
  --accent: light-dark(#4038b8, #b3b5ff); --on-accent: light-dark(#fff, #15143a); --good: light-dark(#0b6b50, #6fdcb5);
  --good-back: light-dark(#e2f5ec, #12332a); --warn: light-dark(#8a4b00, #f5c27a); --warn-back: light-dark(#fdf1dc, #38290f);
  --mono: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace }
*, ::before, ::after { box-sizing: border-box }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100% }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 system-ui, sans-serif;
  display: flex; flex-direction: column; min-height: 100vh; min-height: 100dvh }
h1, h2, h3 { line-height: 1.2; letter-spacing: -.015em; text-wrap: balance; overflow-wrap: anywhere; margin: 0 }
h1 { font-size: clamp(1.9rem, 1.4rem + 2.2vw, 2.9rem); font-weight: 750; letter-spacing: -.028em }
h2 { font-size: 1.35rem; font-weight: 680 } h3 { font-size: 1.05rem; font-weight: 650 }
p, dd, li, td { overflow-wrap: anywhere } p { margin: .75rem 0 } a { color: var(--accent); text-underline-offset: .18em }
a:hover { text-decoration-thickness: .12em } code, pre { font: .875rem/1.55 var(--mono) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .3rem }
button, .button { display: inline-block; font: inherit; font-weight: 640; padding: .65rem 1.3rem; border: 0; border-radius: .6rem;
  background: var(--accent); color: var(--on-accent); text-decoration: none; cursor: pointer }
button:hover, .button:hover { filter: brightness(1.08) }
input, textarea, select { font: inherit; color: inherit; background: var(--card); border: 1px solid light-dark(#8b90a0, #6a7282);
  border-radius: .6rem; padding: .6rem .85rem; width: 100%; min-width: 0 } textarea { min-height: 7rem; resize: vertical }
.skip { position: absolute; left: 1rem; top: -4rem; background: var(--card); padding: .5rem 1rem; z-index: 1 } .skip:focus { top: 1rem }
.wide, .narrow { width: 100%; margin-inline: auto; padding-inline: clamp(1.1rem, 4vw, 2.5rem) }
.wide { max-width: 76rem } .narrow { max-width: 38rem }
main { flex: 1; padding-block: clamp(1.5rem, 4vw, 3.25rem) } main.narrow { padding-top: 12vh }
.top { border-bottom: 1px solid var(--line) } .top > div { display: flex; align-items: center; gap: .75rem 1.5rem; flex-wrap: wrap; padding-block: .9rem }
.brand { font-size: 1.15rem; font-weight: 750; letter-spacing: -.02em; color: var(--ink); text-decoration: none; overflow-wrap: anywhere }
.brand:hover { text-decoration: underline } .top nav, .foot nav { display: flex; gap: .35rem 1.25rem; flex-wrap: wrap } .top nav { margin-left: auto }
.foot { border-top: 1px solid var(--line); color: var(--soft); font-size: .9375rem } .foot > div { padding-block: 1.5rem; display: flex; flex-wrap: wrap; gap: .5rem 2rem; justify-content: space-between }
.foot p { margin: 0 } .lead { font-size: 1.2rem; line-height: 1.5; color: var(--soft); max-width: 44rem; text-wrap: pretty } .soft { color: var(--soft) }
.lines { white-space: pre-line } .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
.stack { display: grid; gap: 1rem; margin: 1.5rem 0 } .stack label { display: grid; gap: .3rem; font-weight: 600 } .stack input, .stack textarea { font-weight: 400 }
.stack button { justify-self: start } .row { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.5rem 0 } .row button { flex: 1 1 8rem }
.quiet { background: none; color: var(--ink); box-shadow: inset 0 0 0 1.5px light-dark(#8b90a0, #6a7282) }
.failure { color: var(--warn); background: var(--warn-back); padding: .75rem 1rem; border-radius: .6rem }
blockquote { margin: 1rem 0; padding: .75rem 1rem; border-left: 4px solid var(--accent); background: var(--sunk); border-radius: 0 .6rem .6rem 0; overflow-wrap: anywhere }
dl.facts { margin: 1.5rem 0; border-bottom: 1px solid var(--line) } dl.facts dt { color: var(--soft); font-size: .9375rem; padding-top: .5rem; border-top: 1px solid var(--line) }
dl.facts dd { margin: 0; padding-bottom: .5rem } main.narrow pre { background: var(--sunk); border-radius: .6rem; padding: .75rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere }
@media (prefers-reduced-motion: no-preference) { .button, button, .card { transition: filter .12s, border-color .12s, box-shadow .12s } }
@media print { .top nav, .foot nav, form, .skip { display: none } }
`
