// The look of a report: the colours of the screen's two themes, tabular figures, and paper.

const DARK = `--bg:#090d12;--panel:#0e141b;--line:#1b2531;--edge:#2c3a4a;--fg:#d8e0e9;--muted:#8f9fb1;--up:#35bf9d;--down:#f4716d;--accent:#6ea8fe;--warn:#e5b454;--grid:#151d27;`
const LIGHT = `--bg:#e9edf1;--panel:#fff;--line:#dde3ea;--edge:#b9c4d0;--fg:#16202b;--muted:#566577;--up:#0a7459;--down:#bf2b33;--accent:#1c5fc4;--warn:#835700;--grid:#eef1f5;`

export const STYLE = `
:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:12px/17px Inter,'SF Pro Text','Segoe UI','Noto Sans','Liberation Sans','DejaVu Sans',sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1680px;margin:0 auto;padding:16px;display:grid;grid-template-columns:minmax(0,1fr);gap:10px}
h1,h2,h3,p,dl,dd,ul,figure,pre{margin:0;padding:0}
h1{font-size:20px;line-height:26px;font-weight:600;overflow-wrap:anywhere}
h2{font-size:11px;line-height:16px;font-weight:600;color:var(--muted);margin-bottom:8px}
h3{font-size:12px;font-weight:600;margin-bottom:6px}
table{border-collapse:collapse;width:100%}
th{font-weight:400;text-align:left}
.muted,.nothing{color:var(--muted)}
.up{color:var(--up)}
.down{color:var(--down)}
header .muted span+span::before{content:'·';margin:0 6px;color:var(--edge)}
.note{margin-top:6px;white-space:pre-wrap;overflow-wrap:anywhere;max-width:110ch}
section{background:var(--panel);border:1px solid var(--line);border-radius:4px;padding:10px 12px;min-width:0}
.halves{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:10px}
.uneven{grid-template-columns:minmax(0,3fr) minmax(0,2fr)}
section .halves{gap:32px}
.quarters{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:20px}
.headline{display:grid;grid-template-columns:repeat(12,minmax(0,1fr));background:var(--panel);border:1px solid var(--line);border-radius:4px}
.headline div{display:flex;flex-direction:column;justify-content:space-between;padding:8px 12px;border-left:1px solid var(--line);min-width:0}
.headline div:first-child{border-left:0}
.headline dt{color:var(--muted);font-size:11px;line-height:15px}
.headline dd{font-size:16px;line-height:22px;font-weight:600;white-space:nowrap}
.doctor{list-style:none;display:grid;gap:5px}
.doctor li{display:grid;grid-template-columns:64px minmax(0,1fr);gap:8px;overflow-wrap:anywhere}
.doctor b{font-weight:600;color:var(--muted)}
.doctor .critical b{color:var(--down)}
.doctor .warning b{color:var(--warn)}
.plot{padding:8px 10px 0 62px}
.area{position:relative}
.area svg{display:block;width:100%;height:100%;overflow:visible}
.area span{position:absolute;color:var(--muted);font-size:11px;line-height:14px;white-space:nowrap}
.area .y{right:calc(100% + 8px);transform:translateY(-50%)}
.area .x{top:calc(100% + 5px);transform:translateX(-50%);text-align:center}
.area .x b{color:var(--fg);font-weight:400}
svg *{vector-effect:non-scaling-stroke}
svg path{fill:none}
svg .grid{stroke:var(--grid)}
svg .zero,svg .start{stroke:var(--edge)}
svg .start{stroke-dasharray:3 3}
svg .equity{stroke:var(--accent);stroke-width:1.5;stroke-linejoin:round}
svg .held{stroke:var(--muted);stroke-linejoin:round;opacity:.7}
svg path.fall{fill:var(--down);opacity:.22}
svg .fall-edge{stroke:var(--down)}
svg rect.up{fill:var(--up)}
svg rect.down{fill:var(--down)}
svg rect.accent{fill:var(--accent)}
svg rect.neutral{fill:var(--edge)}
svg .dot{stroke-width:4;stroke-linecap:round;opacity:.6}
svg .dot.up{stroke:var(--up)}
svg .dot.down{stroke:var(--down)}
.legend{color:var(--muted);margin:-24px 0 4px;text-align:right}
.legend i{display:inline-block;width:14px;height:2px;margin:0 5px 3px 14px;background:var(--muted)}
.legend .equity{background:var(--accent)}
.legend .fall{background:var(--down)}
.scroll{overflow-x:auto}
.months td,.months th{padding:4px 6px;text-align:right;white-space:nowrap}
.months th{color:var(--muted)}
.months td{border:1px solid var(--panel);color:var(--fg)}
.months .up{background:color-mix(in srgb,var(--up) var(--shade),transparent)}
.months .down{background:color-mix(in srgb,var(--down) var(--shade),transparent)}
.months td:last-child{font-weight:600}
.facts td,.facts thead th{text-align:right;white-space:nowrap}
.facts td,.facts th{padding:3px 0 3px 12px;border-top:1px solid var(--grid)}
.facts th:first-child{padding-left:0}
.facts thead th,.facts tr:first-child>*{border-top:0}
.facts thead th:first-child{text-align:left;color:var(--muted)}
.halves>.facts+.facts{margin:0}
.halves>.facts{align-self:start}
small{color:var(--muted);font-size:10px}
.facts+.facts{margin-top:12px}
.facts+p{margin-top:6px}
.metrics td.formula{text-align:left;white-space:normal;color:var(--muted);width:56%}
.groups{columns:2;column-gap:28px}
.groups figure{break-inside:avoid;margin-bottom:16px}
.rows td,.rows th{padding:3px 0 3px 12px;border-top:1px solid var(--grid);text-align:right;white-space:nowrap}
.rows th:first-child,.rows td:first-child{padding-left:0}
.rows tbody th,.rows .text{text-align:left}
.rows td+.text,.rows th+.text{padding-left:18px}
.rows tbody th{white-space:normal;overflow-wrap:anywhere}
.rows thead th{border-top:0;color:var(--muted);position:sticky;top:0;background:var(--panel)}
.groups table{table-layout:fixed}
.groups th:first-child{width:25%}
.hash,pre{font-family:'JetBrains Mono','SF Mono','Cascadia Mono','Liberation Mono','DejaVu Sans Mono',monospace}
pre{font-size:11px;line-height:15px;white-space:pre-wrap;overflow-wrap:anywhere;columns:2;column-gap:28px}
@media screen and (max-width:1100px){.halves,.uneven{grid-template-columns:minmax(0,1fr)}.quarters{grid-template-columns:repeat(2,minmax(0,1fr))}.groups,pre{columns:1}}
@media screen and (max-width:1500px){.headline{grid-template-columns:repeat(6,minmax(0,1fr))}.headline div:nth-child(n+7){border-top:1px solid var(--line)}.headline div:nth-child(7){border-left:0}}
@media print{@page{size:A4 landscape;margin:10mm}:root{color-scheme:light;${LIGHT}--bg:#fff}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}body{font-size:9px;line-height:13px}main{padding:0;max-width:none;gap:6px}.scroll{overflow:visible}.plot,.doctor li,tr{break-inside:avoid}h2{break-after:avoid}.rows td,.rows th{padding-left:6px;white-space:normal}.rows thead th{position:static}}
`
