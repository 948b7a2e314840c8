import { instantAt, localDateAt, dateExists } from './zone.js';
import { addDays } from './local-date.js';
import { planStep } from './plan-step.js';
let bad = 0, n = 0, missing: string[] = [];
const t0=Date.now();
for (const z of Intl.supportedValuesOf('timeZone')) {
  let d = '2008-01-01'; let prev='';
  while (d < '2032-01-01') {
    const s = instantAt(d, 0, z); n++;
    const e = dateExists(d, z);
    if (!e) missing.push(`${z} ${d}`);
    const here = localDateAt(s, z), before = localDateAt(new Date(Date.parse(s)-1).toISOString(), z);
    if (e ? (here !== d || before >= d) : here <= d) { bad++; if (bad<20) console.log(z, d, s, here, before); }
    if (s <= prev && e) { bad++; console.log('order', z, d); }
    prev = s; d = addDays(d, 1);
  }
}
console.log(n, bad, missing, Date.now()-t0);
const cal = {timeZone:'America/New_York',eligibleFollowUpDays:'BUSINESS_DAYS' as const,sendWindowStartMinute:540,sendWindowEndMinute:1020,taskCreationMinute:0,holidays:new Set<string>()};
for (const k of [1,3,90]) { const t=performance.now(); for(let i=0;i<2000;i++) planStep({kind:'email',after:'2026-11-26T22:00:00.000Z',delayDays:k},cal); console.log(k,(performance.now()-t)/2000,'ms'); }
