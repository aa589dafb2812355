import fs from 'node:fs'; export function GET() { return new Response(fs.readFileSync('/srv/garden/beds.json')); }
