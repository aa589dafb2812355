import fs from 'node:fs'; export async function loader() { return Response.json(JSON.parse(fs.readFileSync('/srv/garden/beds.json', 'utf8'))); }
