export async function load() { const r = await fetch('http://127.0.0.1:23997/beds'); return r.json(); }
