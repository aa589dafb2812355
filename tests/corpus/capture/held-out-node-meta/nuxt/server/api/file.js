import fs from 'node:fs'; export default defineEventHandler(() => fs.readFileSync('/srv/garden/beds.json', 'utf8'));
