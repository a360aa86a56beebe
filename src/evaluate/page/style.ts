import { STYLE } from "../../report/page/style.js";

/** That of the day's page, and what a report has more. Wide tables scroll by themselves, so that the page does not on a phone; a shade
 * at an edge says that there is more beyond it (two covers move with the table, two shades stay). */
export const EVALUATION_STYLE = `${STYLE}
:root { --s0: #2f7fb3; --s1: #d55e00; --s2: #8d6cab; --s3: #00876a; --s4: #a3123f; --s5: #6b7680; }
@media (prefers-color-scheme: dark) { :root { --s0: #56a8dc; --s1: #f28c3b; --s2: #b394d1; --s3: #35b597; --s4: #ff7c9c; --s5: #9aa4ad; } }
.warning { border-left: 4px solid var(--defocused); padding: .5rem .9rem; background: var(--panel); border-radius: 6px; }
.scroll { overflow-x: auto; background: linear-gradient(90deg, var(--paper) .8rem, transparent 1.6rem) local, linear-gradient(270deg, var(--paper) .8rem, transparent 1.6rem) local,
  linear-gradient(90deg, var(--line), transparent .8rem), linear-gradient(270deg, var(--line), transparent .8rem); }
.scroll table { overflow-wrap: normal; } td.n { font-variant-numeric: tabular-nums; } td.n, td.word { white-space: nowrap; } td.words { min-width: 7.5rem; }
@media (max-width: 30rem) { .scroll table { font-size: .8rem; } .scroll th, .scroll td { padding-right: .35rem; } }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 1.4rem; margin: 1rem 0; }
.chart path { fill: none; vector-effect: none; } .chart .line { stroke-width: 1.8; } .chart .dots { stroke-width: 5; stroke-linecap: round; stroke-opacity: .75; }
.chart .s0 { stroke: var(--s0); } .chart .s1 { stroke: var(--s1); } .chart .s2 { stroke: var(--s2); } .chart .s3 { stroke: var(--s3); } .chart .s4 { stroke: var(--s4); } .chart .s5 { stroke: var(--s5); }
.key i.s0 { background: var(--s0); } .key i.s1 { background: var(--s1); } .key i.s2 { background: var(--s2); } .key i.s3 { background: var(--s3); } .key i.s4 { background: var(--s4); } .key i.s5 { background: var(--s5); }
.shots { display: grid; gap: 1.6rem; } .shot .row { display: grid; grid-template-columns: repeat(auto-fit, minmax(96px, 1fr)); gap: 4px; align-items: end; max-width: 760px; margin-top: .3rem; }
.shot .row div { font-size: .76rem; color: var(--soft); } .shot img { width: 100%; display: block; background: var(--panel); }
@media print { .shot, .chart { break-inside: avoid; } }
`;
