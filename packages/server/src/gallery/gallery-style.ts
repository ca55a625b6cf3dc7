/** How the pages of the gallery look, besides what all pages have. */
import { baseStyle } from '../html/style.ts'
import { Stylesheet } from '../html/stylesheet.ts'

export const galleryStyle = new Stylesheet(`${baseStyle}
.hero { margin-bottom: clamp(1.75rem, 4vw, 3rem) } .hero .lead { margin: .8rem 0 0 } .hero h1 + .badges { margin-top: .8rem } .call { margin: 1.25rem 0 0 }
.search { display: flex; gap: .6rem; margin-top: 1.6rem; max-width: 46rem } .search input { flex: 1; padding: .8rem 1.1rem; font-size: 1.1rem }
.finds { display: grid; gap: 1.5rem 3rem; align-items: start } .finds > * { min-width: 0 }
.found { display: flex; flex-wrap: wrap; align-items: baseline; gap: .5rem 1.25rem; margin-bottom: 1.1rem } .found p { margin: 0 }
.cards, .chips, .chosen, .trail ol, .facets ul { list-style: none; margin: 0; padding: 0 }
.cards { display: grid; gap: 1.1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17.5rem), 1fr)) }
.card { position: relative; display: flex; flex-direction: column; background: var(--card); border: 1px solid var(--line); border-radius: .9rem; padding: 1.25rem 1.35rem 1.1rem }
.card:hover { border-color: var(--accent); box-shadow: 0 6px 24px -12px light-dark(rgb(24 27 34 / .35), rgb(0 0 0 / .8)) }
.card h3 { font-size: 1.2rem; font-weight: 680; letter-spacing: -.018em } .card h3 a { color: inherit; text-decoration: none } .card h3 a::after { content: ""; position: absolute; inset: 0; border-radius: .9rem }
.card h3 a:focus-visible { outline: 0 } .card:focus-within { outline: 3px solid var(--accent); outline-offset: 2px }
.card .by { margin: .3rem 0 0; color: var(--soft); font-size: .9375rem } .card .about { margin: .75rem 0 0; font-size: .9375rem; line-height: 1.5;
  display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; line-clamp: 3; overflow: hidden }
.chips { display: flex; flex-wrap: wrap; gap: .4rem; padding-top: 1rem; margin-top: auto } .chips li { background: var(--sunk); border: 1px solid var(--line); border-radius: .45rem; padding: .05rem .55rem; font-size: .875rem }
.when { display: flex; justify-content: space-between; gap: 1rem; margin: .8rem 0 0; font-size: .875rem; color: var(--soft) }
.verified { display: inline-flex; align-items: baseline; gap: .3rem; color: var(--good); font-weight: 600; font-size: .9em; white-space: nowrap } .verified svg { flex: none; align-self: center }
.facets summary { cursor: pointer; font-weight: 640; padding: .5rem 0 } .facets section { margin-bottom: 1.5rem } .facets h3 { font-size: .875rem; color: var(--soft); margin-bottom: .35rem }
.facets li a { display: flex; justify-content: space-between; gap: 1rem; padding: .3rem .7rem; margin-inline: -.7rem; border-radius: .5rem; color: inherit; text-decoration: none; font-size: .9688rem }
.facets li a:hover { background: var(--sunk); text-decoration: underline } .facets li a[aria-current] { background: var(--accent); color: var(--on-accent); font-weight: 620 } .facets li a[aria-current] * { color: inherit } .facets li a[aria-current] svg path + path { stroke: var(--accent) }
.facets li span { min-width: 0; overflow-wrap: anywhere } .count { color: var(--soft); font-variant-numeric: tabular-nums } .facets section summary { font-size: .9rem; font-weight: 500; color: var(--accent) }
.facets > nav { padding: .75rem .7rem 0 } .chosen { display: flex; flex-wrap: wrap; gap: .5rem } .chosen a { display: inline-block; border: 1px solid currentColor; border-radius: 2rem; padding: .05rem .8rem; text-decoration: none; font-size: .9375rem; overflow-wrap: anywhere }
.pages { display: flex; gap: 1.5rem; align-items: center; margin-top: 2rem } .empty { background: var(--sunk); border-radius: .9rem; padding: 1.5rem 1.75rem } .empty pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 1rem 0 }
.trail { font-size: .9375rem; margin-bottom: 1.1rem } .trail ol { display: flex; flex-wrap: wrap; gap: .35rem } .trail li + li::before { content: "/"; color: var(--soft); margin-right: .35rem }
.badges { display: flex; flex-wrap: wrap; gap: .4rem 1.25rem; margin: 0 } .notice { background: var(--warn-back); color: var(--warn); border-radius: .7rem; padding: .8rem 1.1rem; max-width: 44rem }
.exhibit { display: grid; gap: 2.5rem clamp(2rem, 5vw, 4rem); align-items: start } .exhibit > * { min-width: 0 } .exhibit section { margin-bottom: 2.25rem } .exhibit h2 { margin-bottom: .75rem }
.panel { background: var(--card); border: 1px solid var(--line); border-radius: .9rem; padding: 1.35rem 1.5rem 1.5rem } .panel p:last-child { margin-bottom: 0 } .aside .panel { margin-bottom: 1.5rem }
.figures { margin: 0 } .figures div { display: grid; grid-template-columns: 8.5rem minmax(0, 1fr); gap: .15rem 1rem; padding: .5rem 0; border-top: 1px solid var(--line) } .figures div:first-child { border-top: 0 }
.figures dt { color: var(--soft); font-size: .9375rem } .figures dd { margin: 0 } .digest, .id { user-select: all; overflow-wrap: anywhere; font-size: .8125rem }
.recipe { border: 1px solid var(--line); background: var(--card) } .recipe:first-of-type { border-radius: .9rem .9rem 0 0 } .recipe:last-of-type { border-radius: 0 0 .9rem .9rem } .recipe + .recipe { border-top: 0 }
.recipe summary { cursor: pointer; padding: .75rem 1.2rem; font-weight: 620 } .recipe pre { margin: 0; padding: 1rem 1.2rem; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--sunk); border-top: 1px solid var(--line) } .recipe:last-of-type pre { border-radius: 0 0 .9rem .9rem } .recipe code { user-select: all }
.field { display: grid; gap: .3rem } .field label { font-weight: 620 } .hint { color: var(--soft); font-size: .9063rem; line-height: 1.45 } .problem { color: var(--warn); background: var(--warn-back); padding: .6rem .9rem; border-radius: .6rem } [aria-invalid] { border-color: var(--warn) }
@media (min-width: 62rem) { .exhibit { grid-template-columns: minmax(0, 1fr) 24rem }
  @supports selector(::details-content) { .finds { grid-template-columns: 14.5rem minmax(0, 1fr) } .facets::details-content { content-visibility: visible; block-size: auto }
    .facets > summary { display: none } .facets > nav { padding: .2rem .7rem 0 } } }
@media (max-width: 30rem) { .figures div { grid-template-columns: minmax(0, 1fr) } .search { flex-direction: column } }
`)
