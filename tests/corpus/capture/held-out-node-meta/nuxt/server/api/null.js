export default defineEventHandler(() => { const bed = undefined; return bed.plants; });
