#include "nawqsr/report/sections.h"

namespace nawq::cli {
namespace {

// Blue and orange stay apart for every kind of colour vision, and from the grey of what was only measured.
constexpr const char* kStyle = R"css(:root {
  --paper: #fbfaf8; --card: #fff; --ink: #1d2026; --soft: #5d6470; --line: #e2dfd9; --faint: #f1efea;
  --b8: #2868c8; --b16: #d9791a; --mark: #7a3db8; --point: #8b93a1; --chosen: #0b7a6f;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14161a; --card: #1c1f25; --ink: #e9e7e2; --soft: #a3a9b4; --line: #33373f; --faint: #252932;
    --b8: #6aa5f8; --b16: #f2a65a; --mark: #c79bf2; --point: #7d8695; --chosen: #4fd0c0;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 var(--sans); -webkit-text-size-adjust: 100%; }
header, main, footer { max-width: 70rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2.5rem); }
header { padding-top: clamp(2rem, 6vw, 4rem); }
.kicker { margin: 0; color: var(--soft); font: 600 .8rem/1 var(--mono); letter-spacing: .04em; }
h1 { margin: .5rem 0 0; font-size: clamp(1.9rem, 5vw, 3rem); line-height: 1.1; letter-spacing: -.02em; overflow-wrap: anywhere; }
.subtitle { margin: .6rem 0 0; color: var(--soft); font-size: 1.1rem; }
h2 { margin: 0; font-size: 1.35rem; letter-spacing: -.01em; }
section { margin: 3.2rem 0 0; }
.lead { margin: .25rem 0 1rem; color: var(--soft); max-width: 44rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: clamp(.75rem, 2.5vw, 1.5rem); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 1rem; margin-top: 2rem; }
.tile { margin: 0; }
.tile dt { color: var(--soft); font-size: .85rem; }
.tile dd { margin: 0; }
.tile .figure { font-size: 1.9rem; font-weight: 650; letter-spacing: -.02em; line-height: 1.25; font-variant-numeric: tabular-nums; }
.tile .unit { font-size: 1rem; font-weight: 500; color: var(--soft); letter-spacing: 0; }
.tile .note { color: var(--soft); font-size: .85rem; }
.split { display: flex; height: 8px; border-radius: 4px; overflow: hidden; margin: .55rem 0 .35rem; background: var(--faint); }
.split span.b8 { background: var(--b8); } .split span.b16 { background: var(--b16); }
.scroll { overflow-x: auto; -webkit-overflow-scrolling: touch; }
svg { display: block; width: 100%; height: auto; font-family: var(--sans); }
svg text { fill: var(--soft); font-size: 14px; font-variant-numeric: tabular-nums; paint-order: stroke; stroke: var(--card); stroke-width: 4px; stroke-linejoin: round; }
svg text.label { fill: var(--ink); font-weight: 600; }
svg .axis { stroke: var(--line); stroke-width: 1; }
svg .limit { stroke: var(--ink); stroke-width: 1.25; stroke-dasharray: 5 4; opacity: .6; }
svg .curve { fill: none; stroke: var(--b8); stroke-width: 2; opacity: .8; stroke-linejoin: round; }
svg .point { fill: var(--point); opacity: .55; }
svg .fixed { fill: var(--card); stroke: var(--soft); stroke-width: 1.75; }
svg .chosen { fill: var(--chosen); stroke: var(--card); stroke-width: 2.5; }
svg .b8 { fill: var(--b8); } svg .b16 { fill: var(--b16); }
svg .layer:hover { opacity: .75; }
svg .arc { fill: none; stroke: var(--soft); stroke-width: 1; opacity: .4; }
svg .dre { fill: var(--mark); stroke: var(--card); stroke-width: 1.25; }
svg .partition { stroke: var(--soft); stroke-width: 1.25; }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.25rem; margin: .75rem 0 0; padding: 0; list-style: none; color: var(--soft); font-size: .85rem; }
.legend svg { display: inline-block; width: 14px; height: 14px; margin-right: .4rem; vertical-align: -2px; }
.bars { display: grid; gap: .35rem; margin: 0; padding: 0; list-style: none; font-size: .85rem; }
.bars li { display: grid; grid-template-columns: minmax(7rem, 16rem) 1fr 6.5rem; gap: .75rem; align-items: center; }
.bars .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; direction: rtl; text-align: left; font-family: var(--mono); font-size: .8rem; }
.bars .name bdi { unicode-bidi: isolate; }
.track { height: 12px; border-radius: 3px; background: var(--faint); }
.track span { display: block; height: 100%; min-width: 1px; border-radius: 3px; }
.track .b8 { background: var(--b8); } .track .b16 { background: var(--b16); }
.value { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
table { border-collapse: collapse; width: 100%; font-size: .85rem; font-variant-numeric: tabular-nums; }
th { color: var(--soft); font-weight: 600; text-align: left; }
th, td { padding: .38rem .6rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
tbody tr:last-child td { border-bottom: 0; }
tbody tr:hover { background: var(--faint); }
td.name { font-family: var(--mono); font-size: .8rem; }
.right { text-align: right; }
.chip { display: inline-block; min-width: 2.1em; padding: 0 .4em; border-radius: 4px; text-align: center; font-weight: 650; border: 1.5px solid; }
.chip.b8 { color: var(--b8); } .chip.b16 { color: var(--b16); border-style: double; border-width: 3px; }
.diamond { color: var(--mark); }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 14rem), 1fr)); gap: 1rem; }
figure { margin: 0; }
figure img { display: block; width: 100%; height: auto; border-radius: 8px; background: var(--faint); image-rendering: pixelated; }
figcaption { margin-top: .4rem; font-size: .85rem; color: var(--soft); }
figcaption strong { color: var(--ink); }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .9rem 1.5rem; margin: 0; }
.facts dt { color: var(--soft); font-size: .8rem; } .facts dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.notes { margin: 1.25rem 0 0; padding-left: 1.1rem; }
pre { margin: 1.25rem 0 0; padding: .9rem 1rem; border-radius: 8px; background: var(--faint); font: .85rem/1.5 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere; }
footer { padding-top: 2rem; padding-bottom: 3rem; color: var(--soft); font-size: .85rem; }
@media (max-width: 36rem) {
  .bars li { grid-template-columns: 1fr auto; } .bars .track { grid-column: 1 / -1; grid-row: 2; }
}
@media print { body { background: #fff; } .card { break-inside: avoid; } }
)css";

}  // namespace

std::string page_style() { return kStyle; }

}  // namespace nawq::cli
