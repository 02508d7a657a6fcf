/** Style of the page, light and dark. Owners' colours after Okabe and Ito, which colour-blind people tell apart. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#ffffff;--lane:#eceff4;--line:#c3cad6;--edge:#727d8d;--ink:#1b2330;--soft:#5b6675;--focus:#0a58ca;--good:#1a7f4b;--warn:#a15c00;--bad:#c02b2b;--none:#8a94a3;
--c0:#0072b2;--c1:#c25400;--c2:#00805c;--c3:#a8447f;--c4:#5b5fc7;--c5:#7a6a00;--c6:#2f7f91;--c7:#6b6b6b}
@media (prefers-color-scheme:dark){:root{--bg:#0f141b;--card:#1a212c;--lane:#141b24;--line:#3a4657;--edge:#6c7b90;--ink:#e7ecf3;--soft:#9aa7b8;--focus:#7db3ff;--good:#4cc38a;--warn:#f0a93b;--bad:#ff7b7b;--none:#7d8899;
--c0:#56b4e9;--c1:#ff9d52;--c2:#3fc9a0;--c3:#e08dbd;--c4:#a3a6ff;--c5:#e3cf4a;--c6:#74c7d8;--c7:#b5b5b5}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:14px/1.5 system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
code{font:12px/1.5 ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
header{display:flex;flex-wrap:wrap;gap:12px 28px;align-items:center;padding:18px 28px 14px}
h1{font-size:20px;font-weight:400;margin:0}h1 b{font-weight:650}
h2{font-size:16px;margin:0 0 4px;overflow-wrap:anywhere}h3{font-size:13px;margin:18px 0 4px}
small{font-weight:400;color:var(--soft)}
.tabs{border:0;margin:0;padding:3px;display:flex;gap:2px;background:var(--lane);border-radius:10px}
.tabs legend{position:absolute;clip-path:inset(50%)}
.tabs input{position:absolute;opacity:0}
.tabs span{display:block;padding:4px 14px;border-radius:8px;cursor:pointer;color:var(--soft)}
.tabs input:checked+span{background:var(--card);color:var(--ink);font-weight:600;box-shadow:0 1px 3px #0003}
.tabs input:focus-visible+span{outline:2px solid var(--focus);outline-offset:1px}
.owners,.legend,.bars{list-style:none;margin:0;padding:0}
.owners{display:flex;flex-wrap:wrap;gap:4px 16px;color:var(--soft)}
.owners li::before{content:"";display:inline-block;width:10px;height:10px;border-radius:3px;background:var(--own);margin-right:7px}
.c0{--own:var(--c0)}.c1{--own:var(--c1)}.c2{--own:var(--c2)}.c3{--own:var(--c3)}.c4{--own:var(--c4)}.c5{--own:var(--c5)}.c6{--own:var(--c6)}.c7{--own:var(--c7)}
.view{display:none;grid-template-columns:minmax(0,1fr) 340px;gap:0 20px;padding:0 28px 40px}
.facts{grid-column:1/-1;color:var(--soft);margin:0 0 14px}
.facts b,.facts time{color:var(--ink)}
.warning{grid-column:1/-1;margin:0 0 14px;padding:8px 14px;border-left:4px solid var(--warn);background:var(--card);border-radius:6px}
.warning.bad{border-color:var(--bad)}
.picture{overflow:auto;border-radius:14px}
.picture svg{display:block;max-width:100%;height:auto}
.lane rect{fill:var(--lane)}
.region{font-size:16px;font-weight:650;fill:var(--ink)}.role{font-size:13px;fill:var(--soft)}
svg text{fill:var(--ink);font-family:inherit}
.box{cursor:pointer}
.box>rect{fill:var(--card);stroke:var(--line)}
.box .stripe{fill:var(--own);clip-path:inset(0 0 6px 0)}
.box .title{font-size:15px;font-weight:650}
.box .owner{font-size:11.5px;fill:var(--soft);text-anchor:end}
.box .name{font:11.5px ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace}
.box .count{font-size:11.5px;fill:var(--soft);text-anchor:end;font-variant-numeric:tabular-nums}
.box:hover>rect,.box:focus-visible>rect{stroke:var(--own);stroke-width:2}
a:focus{outline:none}
.box:focus-visible>rect{stroke:var(--focus);stroke-width:3}
.link{--on:0;cursor:pointer}
.link .hit{fill:none;stroke:transparent;stroke-width:14}
.link .line{fill:none;stroke:color-mix(in srgb,var(--focus) calc(var(--on)*100%),var(--edge));stroke-width:calc(1.6px + var(--on)*1px)}
.link.across .line{stroke-dasharray:6 4}
.arrow{fill:context-stroke}
.link g rect{fill:var(--card);stroke:color-mix(in srgb,var(--focus) calc(var(--on)*100%),var(--edge))}
.link g text{font-size:11px;text-anchor:middle;fill:var(--soft);font-variant-numeric:tabular-nums}
.link:hover{--on:1}.link:focus-visible{--on:1}.link:focus-visible g rect{stroke:var(--focus);stroke-width:3}
.row circle{fill:var(--status)}
.s-deployed{--status:var(--good)}.s-pending,.s-applying{--status:var(--warn)}.s-drifted,.s-failed,.s-unknown{--status:var(--bad)}.s-never{--status:var(--none)}
.s-never circle,.s-pending circle{fill:var(--card);stroke:var(--status);stroke-width:2}
.s-drifted circle,.s-unknown circle{stroke:var(--status);stroke-width:4;stroke-opacity:.3}
.panels{position:sticky;top:16px;align-self:start;max-height:calc(100vh - 32px);overflow:auto;background:var(--card);border:1px solid var(--line);border-radius:14px;padding:18px 20px}
.panel{display:none;scroll-margin-top:50vh}.panel:target{display:block;outline:none}
.panels:has(.panel:target) .hint{display:none}
.sub{margin:0 0 8px;color:var(--soft)}
.swatch{display:inline-block;width:12px;height:12px;border-radius:4px;background:var(--own);margin-right:8px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:12.5px}
th,td{text-align:left;padding:5px 12px 5px 0;border-bottom:1px solid color-mix(in srgb,var(--line) 55%,transparent);vertical-align:top}
thead th{color:var(--soft);font-weight:500;white-space:nowrap}
tbody th{font-weight:500}
.states{list-style:none;margin:10px 0 0;padding:0}
.states li{display:grid;grid-template-columns:1fr auto;gap:0 12px;padding:7px 0;border-top:1px solid color-mix(in srgb,var(--line) 55%,transparent);font-size:12.5px}
.states b{font-weight:600;overflow-wrap:anywhere}.states small{grid-column:1/-1;overflow-wrap:anywhere}
.values th{width:38%}.values span{display:inline-block;max-width:100%}
td i,.states i,.legend i{display:inline-block;width:9px;height:9px;border-radius:50%;background:var(--status);margin-right:7px}
.s-never i,.s-pending i{background:none!important;border:2px solid var(--status)}
.legend{margin-top:14px;display:grid;gap:3px;color:var(--soft)}
.bars li{position:relative;display:flex;justify-content:space-between;padding:2px 0 7px;font-size:12.5px}
.bars i{position:absolute;left:0;bottom:2px;height:3px;border-radius:2px;background:var(--own);opacity:.75}
.table{grid-column:1/-1;margin-top:28px;background:var(--card);border:1px solid var(--line);border-radius:14px;padding:18px 20px}
.table summary{cursor:pointer}.table summary h2{display:inline}.table summary:focus-visible{outline:2px solid var(--focus);outline-offset:4px}
.deploys{margin:0 28px 40px}.deploys small{display:block}.deploys thead small{display:inline}
.deploys thead th{padding-right:28px}.deploys td i{margin-right:7px}
.counts td,.counts thead th:not(:first-child){text-align:right;font-variant-numeric:tabular-nums}
.counts .total th,.counts .total td{font-weight:650}
@media (max-width:1800px){.view{grid-template-columns:minmax(0,1fr)}.panels{position:static;max-height:none;margin-top:20px}}
@media (prefers-reduced-motion:no-preference){.link .line,.box>rect{transition:stroke .12s}}
`;
