/**
 * Quiet, readable at arm's length and on a phone. Colours of the verdicts are told apart by people who see no red or green (after Okabe and
 * Ito); in the plots their place says the same.
 */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1d2329; --soft: #5c6670; --line: #d9dde1; --paper: #fff; --panel: #f5f6f7;
  --focused: #2f7fb3; --uncertain: #8d6cab; --defocused: #d55e00; --blank: #9aa1a8; --problem: #a3123f; --open: #c9ced3; }
@media (prefers-color-scheme: dark) { :root { --ink: #e3e6e9; --soft: #9aa4ad; --line: #363c42; --paper: #15181b; --panel: #1e2226;
  --focused: #56a8dc; --uncertain: #b394d1; --defocused: #f28c3b; --blank: #79828a; --problem: #ff7c9c; --open: #4a5158; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1120px; padding: 1.6rem 1.2rem 4rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.55rem; line-height: 1.25; margin: 0 0 .2rem; font-weight: 650; }
h2 { font-size: 1.12rem; margin: 2.6rem 0 .5rem; font-weight: 650; }
h3 { font-size: 1rem; margin: 1.2rem 0 .2rem; font-weight: 600; }
p { margin: .4rem 0; max-width: 46rem; }
.soft, figcaption, footer, th { color: var(--soft); }
.soft, figcaption, footer, table { font-size: .88rem; }
.lead { font-size: 1.12rem; margin: 1rem 0; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(112px, 1fr)); gap: .6rem; margin: 1.1rem 0; padding: 0; list-style: none; }
.figures li { background: var(--panel); border-radius: 6px; padding: .55rem .7rem; font-size: .84rem; color: var(--soft); border-left: 4px solid var(--line); }
.figures b { display: block; font-size: 1.45rem; line-height: 1.2; font-weight: 600; color: var(--ink); font-variant-numeric: tabular-nums; }
.figures .focused { border-color: var(--focused); } .figures .defocused { border-color: var(--defocused); }
.figures .uncertain { border-color: var(--uncertain); } .figures .blank { border-color: var(--blank); }
.figures .problem { border-color: var(--problem); } .figures .open { border-color: var(--open); }
.key { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; padding: 0; list-style: none; font-size: .88rem; color: var(--soft); }
.key i { display: inline-block; width: .7em; height: .7em; border-radius: 50%; margin-right: .4em; }
.key .focused { background: var(--focused); } .key .uncertain { background: var(--uncertain); } .key .defocused { background: var(--defocused); }
.key .blank { background: var(--blank); } .key .problem { background: var(--problem); } .key .open { background: var(--open); }
.places { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 1.1rem 1.6rem; }
figure { margin: 0; }
.place { content-visibility: auto; contain-intrinsic-size: auto 150px; }
.place b, .made b { font-weight: 600; color: var(--ink); }
svg { display: block; width: 100%; }
svg.plot { height: 84px; margin-top: .25rem; }
svg.hours { height: auto; max-width: 720px; }
svg text { fill: var(--soft); font-size: 12px; }
svg .frame { stroke: var(--line); fill: none; } svg .threshold { stroke: var(--line); fill: none; stroke-dasharray: 3 4; }
svg .frame, svg .threshold, .plot path { vector-effect: non-scaling-stroke; }
.plot path { stroke-width: 1; fill: none; }
.plot .focused, .plot .uncertain, .plot .defocused, .plot .blank, .plot .problem { stroke-width: 3.6; stroke-linecap: round; }
.plot .defocused, .plot .problem { stroke-width: 5; }
.plot .focused { stroke: var(--focused); } .plot .uncertain { stroke: var(--uncertain); } .plot .defocused { stroke: var(--defocused); }
.plot .blank { stroke: var(--blank); } .plot .problem { stroke: var(--problem); }
rect.focused { fill: var(--focused); } rect.uncertain { fill: var(--uncertain); } rect.defocused { fill: var(--defocused); }
rect.blank { fill: var(--blank); } rect.problem { fill: var(--problem); } rect.open { fill: var(--open); }
.ends { display: flex; justify-content: space-between; font-size: .78rem; color: var(--soft); }
.made-all { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 1.6rem; }
.made { content-visibility: auto; contain-intrinsic-size: auto 420px; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 4px; margin-top: .3rem; }
.pair span { font-size: .76rem; color: var(--soft); }
.pair img { width: 100%; display: block; background: var(--panel); }
.maps { align-items: end; } .maps .scale { display: grid; grid-template-columns: 1fr 1fr; gap: 0 .4rem; align-self: end; } .maps .scale:nth-child(odd) { grid-column: 1 / -1; }
.maps .scale i { grid-column: 1 / -1; height: .7rem; border-radius: 2px; background: linear-gradient(90deg, #2166ac, #92c5de, #f7f7f7, #f4a582, #b2182b); } .maps .scale span:last-child { text-align: right; }
.maps-legend { margin: .8rem 0 1.2rem; } .maps-legend .low { color: var(--focused); } .maps-legend .high { color: var(--problem); }
.maps-legend dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .4rem 0; max-width: 46rem; } .maps-legend dt { color: var(--ink); font-size: .88rem; } .maps-legend dd { margin: 0; }
.none { background: var(--panel); border-radius: 6px; padding: .6rem .8rem; font-size: .88rem; }
.problem-group { border-left: 4px solid var(--problem); padding: .1rem 0 .1rem .8rem; margin: .9rem 0; }
ul.plain { margin: .3rem 0; padding-left: 1.1rem; font-size: .92rem; }
table { border-collapse: collapse; min-width: min(100%, 30rem); margin: .5rem 0; }
th, td { text-align: left; padding: .25rem .8rem .25rem 0; vertical-align: top; border-bottom: 1px solid var(--line); }
th { font-weight: 500; }
code { font: .86em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; background: var(--panel); padding: .05em .3em; border-radius: 3px; }
dt { color: var(--soft); } dt b { color: var(--ink); font-weight: 600; } dd { margin: 0 0 .7rem; font-size: .88rem; color: var(--soft); }
details { margin-top: 1.4rem; } details summary { cursor: pointer; color: var(--soft); margin-bottom: .8rem; }
nav { font-size: .92rem; display: flex; flex-wrap: wrap; gap: .1rem 1rem; } a { color: var(--focused); }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .8rem; }
@media print { .place, .made { break-inside: avoid; content-visibility: visible; } }
`;
